#include "sim/formal/prove.hpp"

#include <functional>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "golden/support/file.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/processing_element.hpp"
#include "sim/formal/formal_checks.hpp"
#include "sim/formal/inner_overflow.hpp"

namespace macaw::sim {

using golden::BitWidth;
using golden::OverflowMode;

namespace {

// "z3 4.8.12"; the name alone where the program is missing or does not say.
std::string name_and_version(const std::string& program) {
    for (const Tool& tool : known_tools()) {
        if (tool.program != program || !find_program(program)) continue;
        const std::string words = tool_version(tool).value_or("");
        std::smatch match;
        if (std::regex_search(words, match, std::regex(R"([0-9]+\.[0-9]+(\.[0-9]+)?)")))
            return program + " " + match[0].str();
    }
    return program;
}

std::string missing_programs() {
    std::string missing;
    for (const std::string& program : prover_programs())
        if (!find_program(program)) missing += (missing.empty() ? "" : ", ") + program;
    return missing;
}

struct Task {
    std::string name;
    bool needs_solver = true;
    std::function<Expected<FormalCheck>()> run;
};

// The widths for which the issue asks, and the configured one.
std::set<BitWidth> proven_widths(const golden::Datapath& datapath) {
    return {BitWidth(12), BitWidth(16), BitWidth(20), datapath.inner_bits};
}

// The twin that witnesses every overflow, and the configured modes where they differ from it.
std::vector<std::pair<OverflowMode, OverflowMode>> proven_modes(const golden::Datapath& datapath) {
    std::vector<std::pair<OverflowMode, OverflowMode>> modes = {{OverflowMode::Trap, OverflowMode::Trap}};
    if (std::pair(datapath.inner_overflow, datapath.outer_overflow) != modes.front())
        modes.emplace_back(datapath.inner_overflow, datapath.outer_overflow);
    return modes;
}

// Those that the chain rests on come first.
constexpr std::size_t kLemmas = 2;

void add_gating_tasks(std::vector<Task>& tasks, const FormalSubject& subject, const Prover& prover) {
    if (!subject.is_weight_stationary()) {
        tasks.push_back({"operand gate", true, [&] { return check_operand_gate(subject, prover); }});
        return;
    }
    tasks.push_back({"gated element", true, [&] { return check_gated_element(subject, prover); }});
    tasks.push_back({"gated array", true, [&] { return check_gated_array(subject, prover); }});
}

Task element_task(const FormalSubject& subject, const Prover& prover, OverflowMode inner,
                  OverflowMode outer) {
    return {"processing element", true, [subject, &prover, inner, outer] {
                return subject.is_weight_stationary()
                           ? check_systolic_element(subject, prover, inner, outer)
                           : check_processing_element(subject, prover, inner, outer);
            }};
}

void add_array_tasks(std::vector<Task>& tasks, const FormalSubject& subject, const Prover& prover) {
    const bool in_columns = subject.is_weight_stationary();
    for (BitWidth width : proven_widths(subject.datapath))
        tasks.push_back({"inner overflow", true, [&, in_columns, width] {
                             return in_columns ? check_column_overflow(subject, prover, width)
                                               : check_inner_overflow(subject, prover, width);
                         }});
    for (auto [inner, outer] : proven_modes(subject.datapath))
        tasks.push_back(element_task(subject, prover, inner, outer));
    if (subject.array.gating != hw::Gating::None) add_gating_tasks(tasks, subject, prover);
    tasks.push_back({"words", true, [&] { return check_words(subject, prover); }});
    tasks.push_back({"stability", true, [&] { return check_stability(subject, prover); }});
    tasks.push_back({"ready path", true, [&] { return check_ready_path(subject, prover); }});
    tasks.push_back({"control faults", true, [&] { return check_control_faults(subject, prover); }});
}

Task structural_sum(const FormalSubject& subject) {
    return {"structural sum", false, [&] { return Expected<FormalCheck>(check_tree(subject)); }};
}
Task behavioural_sum(const FormalSubject& subject) {
    return {"behavioural sum", false, [&] { return Expected<FormalCheck>(check_behavioural_sum(subject)); }};
}

// Beside the sums: both forms are the accumulator and the same products, added modulo 2^W.
void add_equivalence_tasks(std::vector<Task>& tasks, const FormalSubject& subject, const Prover& prover) {
    tasks.push_back({"products", false, [&] { return Expected<FormalCheck>(check_products(subject)); }});
    tasks.push_back({"final adder", true, [&] { return check_final_adder(subject, prover); }});
    tasks.push_back({"small unit", true, [&] { return check_small_unit(subject, prover); }});
}

// The dot product units at full width, and the elements around them, which hold a sum in two registers or in
// one. A final adder that is + needs no claim here: nothing is left to skip.
std::vector<Task> tasks_of_equivalence(const FormalSubject& subject, const Prover& prover) {
    std::vector<Task> tasks = {structural_sum(subject), behavioural_sum(subject)};
    for (hw::Arithmetic arithmetic : {hw::Arithmetic::Structural, hw::Arithmetic::Behavioural}) {
        FormalSubject form = subject;
        form.array.arithmetic = arithmetic;
        tasks.push_back(
            element_task(form, prover, subject.datapath.inner_overflow, subject.datapath.outer_overflow));
    }
    add_equivalence_tasks(tasks, subject, prover);
    if (subject.array.form.adder == hw::FinalAdder::Operator)
        std::erase_if(tasks, [](const Task& task) { return task.name == "final adder"; });
    return tasks;
}

std::vector<Task> tasks_of_all(const FormalSubject& subject, const Prover& prover) {
    const bool behavioural = subject.array.arithmetic == hw::Arithmetic::Behavioural;
    std::vector<Task> tasks = {{"lane lemma", true, [&] { return check_lane_lemma(subject, prover); }},
                               behavioural ? behavioural_sum(subject) : structural_sum(subject)};
    add_array_tasks(tasks, subject, prover);
    tasks.push_back({"range checks", true, [&] { return check_range_checks(subject, prover); }});
    tasks.push_back(behavioural ? structural_sum(subject) : behavioural_sum(subject));
    add_equivalence_tasks(tasks, subject, prover);
    return tasks;
}

void add_metrics(Metrics& metrics, const std::vector<FormalCheck>& checks, const FormalSubject& subject) {
    std::int64_t count[4] = {};
    for (const FormalCheck& check : checks) {
        ++count[static_cast<std::size_t>(check.line.status)];
        if (check.line.status != CheckStatus::Skipped)
            metrics.add(fmt::format("verify__formal__{}__s", check.key), check.seconds,
                        check.line.method + ", with its negative controls: " + check.line.figure);
    }
    const std::string how = fmt::format("{}, {}", subject.yosys, subject.z3);
    for (const auto& [name, status] :
         {std::pair{"proven", CheckStatus::Passed}, std::pair{"failed", CheckStatus::Failed},
          std::pair{"undecided", CheckStatus::Undecided}, std::pair{"skipped", CheckStatus::Skipped}})
        metrics.add(fmt::format("verify__formal__{}__count", name), count[static_cast<std::size_t>(status)],
                    how);
}

// All tasks side by side; a line for each.
Expected<std::vector<FormalCheck>> run_tasks(const std::vector<Task>& tasks, const FormalSubject& subject) {
    const std::string missing = missing_programs();
    std::vector<FormalCheck> checks(tasks.size());
    Progress progress("proofs", static_cast<std::int64_t>(tasks.size()));
    MACAW_CHECK(parallel_for(tasks.size(), [&](std::size_t index) -> Expected<void> {
        MACAW_CHECK(stop_if_interrupted());
        if (tasks[index].needs_solver && !missing.empty()) {
            checks[index].line = {"Proof: " + tasks[index].name, subject.yosys + ", " + subject.z3,
                                  "not installed: " + missing, CheckStatus::Skipped};
        } else {
            MACAW_TRY(checks[index], tasks[index].run());
        }
        progress.advance();
        return {};
    }));
    return checks;
}

// The argument for many lanes, behind the lemmas that it rests on.
Expected<void> insert_chain(std::vector<FormalCheck>& checks, const FormalSubject& subject,
                            const FormalOptions& options) {
    const Chain chain =
        overflow_chain(subject.datapath, subject.array.lanes, axe_limit(subject.datapath.inner_bits));
    const std::vector<FormalCheck> lemmas(checks.begin(), checks.begin() + kLemmas);
    checks.insert(checks.begin() + kLemmas, check_chain(subject, chain, lemmas));
    return write_text(options.folder / "chain.txt", chain.text());
}

}  // namespace

Expected<SignoffPart> prove(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                            const FormalOptions& options) {
    MACAW_CHECK(hw::require_synthesisable(array));
    FormalSubject subject{datapath, array, name_and_version("yosys"), name_and_version("z3")};
    subject.datapath.products_per_check = array.lanes;
    std::error_code problem;
    std::filesystem::create_directories(options.folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {options.folder.string()}});
    const Prover prover(options.folder, options.limit);
    const bool all = options.scope == FormalScope::All;
    const std::vector<Task> tasks =
        all ? tasks_of_all(subject, prover) : tasks_of_equivalence(subject, prover);
    MACAW_TRY(std::vector<FormalCheck> checks, run_tasks(tasks, subject));
    if (all) MACAW_CHECK(insert_chain(checks, subject, options));
    SignoffPart part;
    for (const FormalCheck& check : checks) part.checks.push_back(check.line);
    add_metrics(part.metrics, checks, subject);
    return part;
}

}  // namespace macaw::sim
