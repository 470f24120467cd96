// See mutant.hpp.
#include "sim/mutation/mutant.hpp"

#include <charconv>
#include <sstream>

namespace macaw::sim {

namespace {

Expected<int> number_of(const std::string& text, const std::string& line) {
    int value = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size())
        return fail(ErrorKind::ToolFailed, "\"{}\" is not a number in this line of yosys mutate -list: {}",
                    text, line);
    return value;
}

// mutate -mode inv -module m -cell $add$f.sv:3$7 -port A -portbit 2 -wire w -wirebit 0 -src f.sv:3.4-3.9 -src
// …
Expected<Mutant> parse_line(const std::string& line) {
    std::istringstream words(line);
    std::string word, value;
    Mutant mutant;
    mutant.command = line;
    words >> word;
    if (word != "mutate") return fail(ErrorKind::ToolFailed, "not a line of yosys mutate -list: {}", line);
    std::string wire_bit;
    while (words >> word >> value) {
        if (word == "-mode") mutant.mode = value;
        if (word == "-module") mutant.module = value;
        if (word == "-cell") mutant.cell = value;
        if (word == "-port") mutant.port = value;
        if (word == "-portbit") {
            MACAW_TRY(mutant.port_bit, number_of(value, line));
        }
        if (word == "-wire") mutant.wire = value;
        if (word == "-wirebit") wire_bit = value;
        if (word == "-src") mutant.source += (mutant.source.empty() ? "" : " ") + value;
    }
    if (!wire_bit.empty()) mutant.wire += "[" + wire_bit + "]";
    if (mutant.mode.empty() || mutant.cell.empty() || mutant.port.empty())
        return fail(ErrorKind::ToolFailed,
                    "mode, cell or port is missing in this line of yosys mutate -list: {}", line);
    return mutant;
}

}  // namespace

Expected<std::vector<Mutant>> parse_mutants(std::string_view list, int count) {
    std::vector<Mutant> mutants;
    std::istringstream lines{std::string(list)};
    for (std::string line; std::getline(lines, line) && static_cast<int>(mutants.size()) < count;) {
        if (line.empty()) continue;
        MACAW_TRY(Mutant mutant, parse_line(line));
        if (mutant.port == "CLK" || mutant.port == "C") continue;
        mutant.number = static_cast<int>(mutants.size()) + 1;
        mutants.push_back(std::move(mutant));
    }
    return mutants;
}

std::string to_string(MutantStatus status) {
    static const char* const words[] = {"killed", "equivalent", "survived", "undecided"};
    return words[static_cast<std::size_t>(status)];
}

}  // namespace macaw::sim
