// Multiple-choice accuracies of one evaluated model, as a table, as metrics and for the terminal.
#pragma once

#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

struct TaskAccuracy {
    std::string task;    // the file's name without its extension
    std::string form;    // "arc"
    std::string source;  // name and hash of the file
    std::int64_t questions = 0;
    double accuracy = 0;  // by the sum of log-likelihoods
    double standard_error = 0;
    double normalized = 0;  // by that sum over the choice's length in bytes
    double normalized_error = 0;
    double chance = 0;  // of guessing
};

// Columns: task, form, questions, acc, acc_standard_error, acc_norm, acc_norm_standard_error, chance.
Table accuracy_table(const std::vector<TaskAccuracy>& tasks);

// model__<task>__acc__ratio, __acc_norm__ratio and their __standard_error__ratio. `what`: the arithmetic.
Metrics accuracy_metrics(const std::vector<TaskAccuracy>& tasks, const std::string& what);

Json accuracy_json(const std::vector<TaskAccuracy>& tasks);

// One aligned line a task.
std::string accuracy_text(const std::vector<TaskAccuracy>& tasks);

}  // namespace macaw::reports
