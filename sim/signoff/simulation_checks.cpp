#include "sim/signoff/simulation_checks.hpp"

#include <algorithm>
#include <map>

namespace macaw::sim {

namespace {

std::string key_of(const std::string& name) {
    std::string key;
    for (char letter : name)
        if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
            key += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        else if (letter == '+')
            key += "p";
        else if (!key.empty() && key.back() != '_')
            key += '_';
    return key;
}

SignoffCheck check_of(const SimulatorResult& simulator) {
    SignoffCheck check;
    check.name = simulator.name + " equals golden";
    check.method = simulator.method;
    if (simulator.jobs_left_out > 0)
        check.method += fmt::format("; the first {} of {} jobs", simulator.jobs,
                                    simulator.jobs + simulator.jobs_left_out);
    check.figure =
        fmt::format("{} outputs in {} jobs, {} cycles, {} resets, {} differ", grouped(simulator.outputs),
                    simulator.jobs, grouped(simulator.cycles), simulator.resets, simulator.mismatches);
    if (simulator.failure) check.figure += "; first: " + simulator.failure->place;
    // A simulator that compared nothing has shown nothing.
    check.status = simulator.mismatches == 0 && !simulator.failure && simulator.outputs > 0
                       ? CheckStatus::Passed
                       : CheckStatus::Failed;
    return check;
}

void add_simulator(SignoffPart& part, const SimulatorResult& simulator) {
    part.checks.push_back(check_of(simulator));
    const std::string how = simulator.method;
    const std::string key = "verify__simulation__" + key_of(simulator.name);
    part.metrics.add(key + "_outputs__count", simulator.outputs, how);
    part.metrics.add(key + "_mismatches__count", simulator.mismatches, how);
    part.metrics.add(key + "_cycles__count", simulator.cycles, how);
}

void add_coverage(SignoffPart& part, const SimulatedArray& array) {
    const std::string prefix = array.title.empty() ? "" : array.title + ": ";
    const CoverageSummary summary = summarize(array.stimulus.coverage);
    SignoffCheck check;
    check.name = prefix + "functional coverage of the accumulators";
    check.method = "value x level x place x stall, counted on compared outputs";
    check.figure = fmt::format("{} of {} goals ({:.1f} %); {} of {} bins excluded, with reasons", summary.hit,
                               summary.goals, summary.percent(), summary.excluded, kBins);
    check.status =
        summary.hit == summary.goals && summary.goals > 0 ? CheckStatus::Passed : CheckStatus::Failed;
    part.checks.push_back(check);
    const std::string key = "verify__functional__" + key_of(array.title.empty() ? "array" : array.title);
    part.metrics.add(key + "_covered__percent", summary.percent(), check.method);
    part.metrics.add(key + "_goals__count", summary.goals, check.method);
}

void add_protocol(SignoffPart& part, const SimulatedArray& array) {
    int goals = 0, hit = 0;
    std::string missing;
    for (int at = 0; at < static_cast<int>(ProtocolEvent::kCount); ++at) {
        auto event = static_cast<ProtocolEvent>(at);
        if (!ProtocolCoverage::unreachable(event, array.stimulus.array).empty()) continue;
        ++goals;
        if (array.stimulus.protocol.hits(event) > 0)
            ++hit;
        else
            missing += "; never: " + to_string(event);
    }
    SignoffCheck check;
    check.name = "functional coverage of the protocol";
    check.method = "pauses, refusals, resets on the ports of compared jobs";
    check.figure = fmt::format("{} of {} situations{}", hit, goals, missing);
    check.status = hit == goals ? CheckStatus::Passed : CheckStatus::Failed;
    part.checks.push_back(check);
    part.metrics.add("verify__functional__protocol_covered__percent", 100.0 * hit / goals, check.method);
}

}  // namespace

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), " ");
    return text;
}

SignoffPart simulation_checks(const SimulationResult& result) {
    SignoffPart part;
    for (const SimulatedArray& array : result.arrays) {
        for (const SimulatorResult& simulator : array.simulators) add_simulator(part, simulator);
        for (const auto& [name, reason] : array.skipped)
            part.checks.push_back({name + " equals golden", "", reason, CheckStatus::Skipped});
    }
    for (const SimulatedArray& array : result.arrays) add_coverage(part, array);
    add_protocol(part, result.arrays.front());
    return part;
}

std::string coverage_listing(const SimulationResult& result) {
    std::string text = "What functional coverage does not hold, and why.\n";
    for (const SimulatedArray& array : result.arrays) {
        text += fmt::format("\n{}: {}\n", array.title.empty() ? "array" : array.title,
                            to_string(array.stimulus.datapath));
        std::map<std::string, std::vector<std::string>> by_reason;
        for (const CoverageGoal& goal : array.stimulus.coverage) {
            if (goal.hits > 0) continue;
            by_reason[goal.is_hole() ? "HOLE: no stimulus was found, and no proof that there is none"
                                     : goal.excluded]
                .push_back(to_string(goal.bin, array.stimulus.datapath));
        }
        for (const auto& [reason, bins] : by_reason) {
            text += fmt::format("  {}\n", reason);
            for (const std::string& bin : bins) text += fmt::format("    {}\n", bin);
        }
        for (int at = 0; at < static_cast<int>(ProtocolEvent::kCount); ++at) {
            auto event = static_cast<ProtocolEvent>(at);
            if (array.stimulus.protocol.hits(event) > 0) continue;
            std::string reason = ProtocolCoverage::unreachable(event, array.stimulus.array);
            text += fmt::format("  {}\n    {}\n", reason.empty() ? "HOLE" : reason, to_string(event));
        }
    }
    return text;
}

}  // namespace macaw::sim
