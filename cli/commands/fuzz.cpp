// macaw fuzz --output FOLDER, or macaw fuzz --replay CASE: random configurations against golden.
#include "sim/fuzz/fuzz.hpp"

#include <iostream>

#include <unistd.h>

#include "cli/commands/commands.hpp"
#include "cli/step.hpp"
#include "golden/support/process.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

Expected<void> run_fuzz(const FuzzArguments& arguments) {
    MACAW_TRY(StepFolder step, StepFolder::begin("fuzz", arguments.output, {}));
    sim::FuzzOptions options;
    options.seed = arguments.seed;
    if (arguments.cases > 0) options.cases = arguments.cases;
    if (arguments.seconds > 0) options.time = std::chrono::seconds(arguments.seconds);
    step.record("fuzz", {{"seed", options.seed}});
    std::cerr << fmt::format("fuzz: seed {}\n", options.seed);
    const fs::path scratch = step.path() / "scratch";
    MACAW_TRY(sim::FuzzResult result, sim::fuzz(options, step.path(), scratch));
    std::error_code ignored;
    fs::remove_all(scratch, ignored);
    const sim::SignoffPart part = sim::signoff_part(result);
    MACAW_CHECK(step.finish(part.metrics));
    if (arguments.json) {
        Json json = Json::object();
        for (const Metric& metric : part.metrics.all()) json[metric.key] = metric.value;
        std::cout << json.dump(2) << "\n";
    } else {
        std::cout << part.checks[0].figure << fmt::format(" ({:.0f} s)\n", result.seconds);
        if (result.tools_are_missing)
            std::cout << "Verilator or Icarus is missing: no case went through them (macaw doctor)\n";
    }
    if (result.found.empty()) return {};
    std::string list;
    for (const sim::FoundCase& found : result.found)
        list += fmt::format("\n  {}: {}\n    {}", (fs::path(arguments.output) / found.file).string(),
                            to_string(found.shrunk.fuzz_case), found.shrunk.problem);
    return fail(Error{ErrorKind::CheckFailed,
                      fmt::format("{} cases fail:{}", result.found.size(), list),
                      "macaw fuzz --replay FILE plays one again",
                      {}});
}

Outcome replay(const std::string& file) {
    auto fuzz_case = sim::read_case(file);
    if (!fuzz_case) return tl::unexpected(fuzz_case.error());
    std::cout << to_string(*fuzz_case) << "\n";
    auto work = [&]() -> Expected<void> {
        if (auto problem = sim::check_model(*fuzz_case))
            return fail(ErrorKind::CheckFailed, "C++ model: {}", *problem);
        const fs::path scratch =
            fs::temp_directory_path() / fmt::format("macaw-replay-{}", static_cast<long>(::getpid()));
        auto problem = sim::check_with_tools(*fuzz_case, scratch);
        std::error_code ignored;
        fs::remove_all(scratch, ignored);
        if (!problem && problem.error().kind == ErrorKind::MissingTool) {
            std::cout << "C++ model: right; not run: " << problem.error().message << "\n";
            return {};
        }
        MACAW_TRY(sim::CaseProblem found, std::move(problem));
        if (found) return fail(ErrorKind::CheckFailed, "{}", *found);
        std::cout << "right: C++ model, Verilator's lint, Icarus\n";
        return {};
    };
    return as_outcome(work());
}

}  // namespace

Outcome run_command(const FuzzArguments& arguments) {
    if (!arguments.replay.empty()) return replay(arguments.replay);
    if (arguments.output.empty())
        return tl::unexpected(
            Errors{{ErrorKind::BadInput, "nothing to do", "add --output FOLDER or --replay CASE", {}}});
    return as_outcome(run_fuzz(arguments));
}

}  // namespace macaw::cli
