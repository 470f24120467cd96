#include "reports/silicon/cross_check.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <regex>
#include <sstream>

namespace macaw::reports {

Expected<double> check_area(const std::string& top, double area, const std::string& yosys_output) {
    const std::regex line(R"(Chip area for (top )?module '\\)" + top + R"(': ([0-9.eE+-]+))");
    std::optional<double> printed;
    for (std::sregex_iterator match(yosys_output.begin(), yosys_output.end(), line), end; match != end;
         ++match)
        printed = std::stod((*match)[2]);
    if (!printed) return fail(ErrorKind::ToolFailed, "Yosys printed no area of module {}", top);
    if (std::abs(*printed - area) <= kAreaTolerance * area) return *printed;
    return fail(ErrorKind::ToolFailed, "the area of the netlist is {} um^2, but Yosys says {}", area,
                *printed);
}

double abc_delay_ns(const std::string& yosys_output) {
    static const std::regex delay(R"(Delay = +([0-9.]+) ps)");
    double most = 0, of_module = 0;
    std::istringstream lines(yosys_output);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (line.find("Extracting gate netlist of module") != std::string::npos) {
            most = std::max(most, of_module);
            of_module = 0;
        } else if (line.find("Delay = ") != std::string::npos && std::regex_search(line, match, delay)) {
            of_module = std::stod(match[1]) / 1000;
        }
    }
    return std::max(most, of_module);
}

}  // namespace macaw::reports
