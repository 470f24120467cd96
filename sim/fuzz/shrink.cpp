// See shrink.hpp.
#include "sim/fuzz/shrink.hpp"

#include <cstdlib>

namespace macaw::sim {

namespace {

using Cases = std::vector<FuzzCase>;

void add_without_stalls(const FuzzCase& from, Cases& out) {
    if (from.stalls.source != 0) (out.emplace_back(from)).stalls.source = 0;
    if (from.stalls.sink != 0) (out.emplace_back(from)).stalls.sink = 0;
}

// Without the first half, without the second, without one.
void add_with_fewer_groups(const FuzzCase& from, Cases& out) {
    const auto count = static_cast<std::ptrdiff_t>(from.groups.size());
    auto without = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        if (first == last || last - first == count) return;
        FuzzCase& next = out.emplace_back(from);
        next.groups.erase(next.groups.begin() + first, next.groups.begin() + last);
    };
    without(0, count / 2);
    without(count / 2, count);
    for (std::ptrdiff_t group = 0; count > 2 && group < count; ++group) without(group, group + 1);
}

// Columns [first, first + length) of a row-major [sides, old_length].
template <typename Code>
std::vector<Code> cut(const std::vector<Code>& codes, std::int64_t old_length, std::int64_t first,
                      std::int64_t length) {
    std::vector<Code> shorter;
    for (std::size_t begin = 0; begin < codes.size(); begin += static_cast<std::size_t>(old_length)) {
        auto from = codes.begin() + static_cast<std::ptrdiff_t>(begin) + first;
        shorter.insert(shorter.end(), from, from + length);
    }
    return shorter;
}

void add_with_shorter_groups(const FuzzCase& from, Cases& out) {
    for (std::size_t index = 0; index < from.groups.size(); ++index) {
        const hw::Group& group = from.groups[index];
        auto keep = [&](std::int64_t first, std::int64_t length) {
            if (length < 1 || length >= group.length) return;
            out.emplace_back(from).groups[index] = {length,
                                                    cut(group.activations, group.length, first, length),
                                                    cut(group.weights, group.length, first, length)};
        };
        keep(0, 1);
        keep(0, group.length / 2);
        keep(group.length - group.length / 2, group.length / 2);
        keep(0, group.length - 1);
        keep(1, group.length - 1);
    }
}

// All codes of a group to 0, then each to 0, to 1 or -1, to its half, and one nearer to 0.
template <typename Member>
void add_with_smaller_codes(const FuzzCase& from, Member member, Cases& out) {
    for (std::size_t index = 0; index < from.groups.size(); ++index) {
        const auto& codes = from.groups[index].*member;
        using Code = typename std::decay_t<decltype(codes)>::value_type;
        std::size_t nonzero = 0;
        for (Code code : codes) nonzero += code != 0 ? 1 : 0;
        if (nonzero > 1)
            for (auto& code : out.emplace_back(from).groups[index].*member) code = 0;
        for (std::size_t at = 0; at < codes.size(); ++at) {
            const int code = codes[at], sign = code < 0 ? -1 : 1, size = std::abs(code);
            int last = size;
            for (int next : {0, 1, size / 2, size - 1}) {
                if (next < 0 || next >= size || next == last) continue;
                last = next;
                (out.emplace_back(from).groups[index].*member)[at] = static_cast<Code>(sign * next);
            }
        }
    }
}

Cases simpler_cases(const FuzzCase& from) {
    Cases cases;
    add_without_stalls(from, cases);
    add_with_fewer_groups(from, cases);
    for (const hw::RandomConfiguration& configuration : hw::simpler_configurations(from.configuration))
        cases.push_back(adapted(from, configuration));
    add_with_shorter_groups(from, cases);
    add_with_smaller_codes(from, &hw::Group::activations, cases);
    add_with_smaller_codes(from, &hw::Group::weights, cases);
    return cases;
}

}  // namespace

ShrunkCase shrink(const FuzzCase& failing, const CaseCheck& check, int most_checks) {
    CaseProblem problem = check(failing);
    require(problem.has_value(), "shrink: the case does not fail");
    ShrunkCase smallest{failing, *problem, 1};
    for (bool found = true; found && smallest.checks < most_checks;) {
        found = false;
        for (FuzzCase& simpler : simpler_cases(smallest.fuzz_case)) {
            if (++smallest.checks >= most_checks) break;
            problem = check(simpler);
            if (!problem) continue;
            smallest.fuzz_case = std::move(simpler);
            smallest.problem = *problem;
            found = true;
            break;
        }
    }
    return smallest;
}

}  // namespace macaw::sim
