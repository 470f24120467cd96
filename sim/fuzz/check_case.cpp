// See check_case.hpp.
#include "sim/fuzz/check_case.hpp"

#include <fmt/ranges.h>

#include "golden/support/process.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "hw/array/write_testbench.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

std::string describe(const hw::OutputRow& row) {
    std::vector<std::string> columns;
    for (const golden::DotProduct& output : row.columns)
        columns.push_back(fmt::format("{}{}{}", output.value, output.inner_overflow ? " inner" : "",
                                      output.outer_overflow ? " outer" : ""));
    return fmt::format("[{}]{}", fmt::join(columns, ", "), row.last ? " last" : "");
}

CaseProblem compare(const std::vector<hw::OutputRow>& actual, const std::vector<hw::OutputRow>& expected) {
    if (actual.size() != expected.size())
        return fmt::format("{} rows of outputs instead of {}", actual.size(), expected.size());
    for (std::size_t row = 0; row < expected.size(); ++row)
        if (actual[row].columns != expected[row].columns || actual[row].last != expected[row].last)
            return fmt::format("row {}: expected {}, got {}", row, describe(expected[row]),
                               describe(actual[row]));
    return {};
}

bool any_flag(const std::vector<hw::OutputRow>& rows) {
    for (const hw::OutputRow& row : rows)
        for (const golden::DotProduct& output : row.columns)
            if (output.inner_overflow || output.outer_overflow) return true;
    return false;
}

// The end of what a tool printed where it failed or had something to say.
Expected<CaseProblem> complaint(const std::vector<std::string>& command, const fs::path& folder) {
    MACAW_TRY(ProcessResult result, run_process(command, {folder, ""}));
    if (result.exit_code == 0 && (command[0] == "vvp" || result.output.empty())) return CaseProblem{};
    constexpr std::size_t kShown = 600;
    const std::size_t begin = result.output.size() > kShown ? result.output.size() - kShown : 0;
    return CaseProblem{
        fmt::format("{}, exit code {}: {}", command[0], result.exit_code, result.output.substr(begin))};
}

}  // namespace

CaseProblem check_model(const FuzzCase& fuzz_case) {
    try {
        auto design = hw::generate_array(fuzz_case.configuration.datapath, fuzz_case.configuration.array);
        if (!design) return "the generator refuses a legal configuration: " + design.error().message;
        return check_design(fuzz_case, *design);
    } catch (const std::logic_error& broken) {
        return fmt::format("the generator breaks: {}", broken.what());
    }
}

CaseProblem check_design(const FuzzCase& fuzz_case, const rtl::Design& design) {
    const auto& [datapath, array] = fuzz_case.configuration;
    const std::vector<hw::OutputRow> expected = hw::expected_rows(datapath, array, fuzz_case.groups);
    try {
        std::mt19937_64 random(fuzz_case.seed);
        hw::ArrayDriver driver(datapath, array, design);
        driver.reset();
        if (auto problem = compare(driver.run(fuzz_case.groups, fuzz_case.stalls, random), expected))
            return problem;
        if (driver.sticky_overflow() != any_flag(expected)) return "overflow_o is not the OR of all flags";
    } catch (const std::logic_error& violation) {
        return fmt::format("protocol: {}", violation.what());
    }
    return {};
}

Expected<CaseProblem> check_with_tools(const FuzzCase& fuzz_case, const fs::path& folder) {
    for (const char* tool : {"verilator", "iverilog", "vvp"}) MACAW_CHECK(check_program(tool));
    std::error_code ignored, problem;
    fs::remove_all(folder, ignored);
    fs::create_directories(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    const auto& [datapath, array] = fuzz_case.configuration;
    MACAW_CHECK(hw::write_rtl(folder, datapath, array, "macaw fuzz"));
    MACAW_CHECK(hw::write_testbench(folder, datapath, array, fuzz_case.groups));
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(folder));
    std::vector<std::string> lint = {"verilator", "--lint-only", "-Wall", "--top-module", manifest.top};
    std::vector<std::string> compile = {"iverilog",
                                        "-g2012",
                                        "-Wall",
                                        "-Wno-timescale",
                                        "-o",
                                        "simulation",
                                        "testbench/macaw_array_testbench.sv"};
    for (std::vector<std::string>* command : {&lint, &compile})
        command->insert(command->end(), manifest.files.begin(), manifest.files.end());
    for (const std::vector<std::string>& command : {lint, compile, {"vvp", "-n", "simulation"}}) {
        MACAW_TRY(CaseProblem found, complaint(command, folder));
        if (found) return found;
    }
    return CaseProblem{};
}

}  // namespace macaw::sim
