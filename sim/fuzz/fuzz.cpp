// See fuzz.hpp.
#include "sim/fuzz/fuzz.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kBatch = 256;  // cases between two looks at the clock
constexpr std::size_t kMostFound =
    5;  // shrunk in one run; the rest of a batch is most likely the same defect

// splitmix64, so that neighbouring cases have nothing in common.
std::uint64_t seed_of(std::uint64_t seed, std::int64_t index) {
    std::uint64_t z =
        seed * 0x2545f4914f6cdd1dULL + static_cast<std::uint64_t>(index) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

std::int64_t outputs_of(const FuzzCase& fuzz_case) {
    const hw::ArrayConfig& array = fuzz_case.configuration.array;
    return static_cast<std::int64_t>(fuzz_case.groups.size()) * array.rows * array.columns;
}

class Fuzzer {
  public:
    Fuzzer(const FuzzOptions& options, fs::path folder, fs::path scratch)
        : folder_(std::move(folder)), scratch_(std::move(scratch)) {
        result_.options = options;
        for (const char* tool : {"verilator", "iverilog", "vvp"})
            if (options.tools_every > 0 && !find_program(tool)) result_.tools_are_missing = true;
    }

    Expected<FuzzResult> run() {
        const auto start = std::chrono::steady_clock::now();
        auto seconds = [&] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        };
        const FuzzOptions& options = result_.options;
        const std::int64_t whole = options.cases ? *options.cases : options.time.count();
        Progress progress(options.cases ? "fuzz cases" : "fuzz, seconds", whole);
        for (std::int64_t shown = 0; result_.found.empty();) {
            const std::int64_t left = options.cases ? *options.cases - result_.cases : kBatch;
            if (left <= 0 || (!options.cases && seconds() >= static_cast<double>(options.time.count())))
                break;
            MACAW_CHECK(play_batch(std::min(left, kBatch)));
            const std::int64_t done = options.cases ? result_.cases : static_cast<std::int64_t>(seconds());
            progress.advance(std::min(done, whole) - shown);
            shown = std::min(done, whole);
        }
        result_.seconds = seconds();
        return std::move(result_);
    }

  private:
    struct Failure {
        std::int64_t index = 0;
        FuzzCase fuzz_case;
        CaseCheck check;
    };

    Expected<void> play_batch(std::int64_t count) {
        std::vector<Failure> failures;
        std::mutex mutex;
        MACAW_CHECK(parallel_for(static_cast<std::size_t>(count), [&](std::size_t at) -> Expected<void> {
            MACAW_CHECK(stop_if_interrupted());
            const std::int64_t index = result_.cases + static_cast<std::int64_t>(at);
            FuzzCase fuzz_case = random_case(seed_of(result_.options.seed, index));
            MACAW_TRY(std::optional<CaseCheck> failed, failing_check(index, fuzz_case));
            std::scoped_lock lock(mutex);
            result_.outputs += outputs_of(fuzz_case);
            if (failed) failures.push_back({index, std::move(fuzz_case), *failed});
            return {};
        }));
        result_.cases += count;
        std::ranges::sort(failures, {}, &Failure::index);
        if (failures.size() > kMostFound) failures.resize(kMostFound);
        for (const Failure& failure : failures) {
            MACAW_CHECK(stop_if_interrupted());
            MACAW_CHECK(keep(failure));
        }
        return {};
    }

    // The check that the case fails, if any.
    Expected<std::optional<CaseCheck>> failing_check(std::int64_t index, const FuzzCase& fuzz_case) {
        if (result_.options.check(fuzz_case)) return std::optional(result_.options.check);
        const int every = result_.options.tools_every;
        if (every == 0 || result_.tools_are_missing || index % every != every / 2)
            return std::optional<CaseCheck>();
        const fs::path folder = scratch_ / fmt::format("case{}", index);
        MACAW_TRY(CaseProblem problem, check_with_tools(fuzz_case, folder));
        std::error_code ignored;
        fs::remove_all(folder, ignored);
        {
            std::scoped_lock lock(tool_mutex_);
            ++result_.tool_cases;
        }
        if (!problem) return std::optional<CaseCheck>();
        // The first question is about this case again, whose answer is known.
        return std::optional<CaseCheck>([folder, problem](const FuzzCase& smaller) mutable -> CaseProblem {
            if (problem) return std::exchange(problem, std::nullopt);
            auto found = check_with_tools(smaller, folder);
            if (!found) return {};  // a tool that went away or was told to stop has found nothing
            return *found;
        });
    }

    Expected<void> keep(const Failure& failure) {
        // Tools take a second a case.
        const int checks =
            failure.fuzz_case.codes() > 0 && result_.options.check(failure.fuzz_case) ? 20000 : 300;
        FoundCase found{failure.index, shrink(failure.fuzz_case, failure.check, checks), {}};
        FuzzCase& small = found.shrunk.fuzz_case;
        small.note = fmt::format("found by macaw fuzz --seed {}, case {}: {}", result_.options.seed,
                                 failure.index, found.shrunk.problem);
        found.file = fmt::format("seed{}-case{}.yaml", result_.options.seed, failure.index);
        MACAW_CHECK(write_case(folder_ / found.file, small));
        result_.found.push_back(std::move(found));
        return {};
    }

    FuzzResult result_;
    fs::path folder_, scratch_;
    std::mutex tool_mutex_;
};

}  // namespace

Expected<FuzzResult> fuzz(const FuzzOptions& options, const fs::path& folder, const fs::path& scratch) {
    return Fuzzer(options, folder, scratch).run();
}

SignoffPart signoff_part(const FuzzResult& result) {
    SignoffPart part;
    const std::string method = fmt::format(
        "random legal configurations, data and stalls, seed {}: golden against the C++ model of the RTL; {}",
        result.options.seed,
        result.tools_are_missing
            ? "no Verilator or no Icarus here"
            : fmt::format("one case of {} through Verilator's lint and Icarus", result.options.tools_every));
    part.checks.push_back({"Random configurations equal golden", method,
                           fmt::format("{} cases, {} outputs, {} cases through the tools, {} fail",
                                       result.cases, result.outputs, result.tool_cases, result.found.size()),
                           !result.found.empty() ? CheckStatus::Failed
                           : result.cases == 0   ? CheckStatus::Skipped
                                                 : CheckStatus::Passed});
    part.metrics.add("verify__fuzz__cases__count", result.cases, method);
    part.metrics.add("verify__fuzz__outputs__count", result.outputs, method);
    part.metrics.add("verify__fuzz__tool_cases__count", result.tool_cases, method);
    part.metrics.add("verify__fuzz__found__count", result.found.size(), method);
    part.metrics.add("verify__fuzz__rate__cases_per_min",
                     result.seconds > 0 ? static_cast<double>(result.cases) * 60 / result.seconds : 0.0,
                     "wall clock, all threads, tools included");
    return part;
}

}  // namespace macaw::sim
