#include "reports/tables/accuracy_tables.hpp"

#include <algorithm>

#include "reports/html/markup.hpp"

namespace macaw::reports {

Table accuracy_table(const std::vector<TaskAccuracy>& tasks) {
    Table table({"task", "form", "questions", "acc", "acc_standard_error", "acc_norm",
                 "acc_norm_standard_error", "chance"});
    for (const TaskAccuracy& task : tasks)
        table.add_row({task.task, task.form, task.questions, task.accuracy, task.standard_error,
                       task.normalized, task.normalized_error, task.chance});
    return table;
}

Metrics accuracy_metrics(const std::vector<TaskAccuracy>& tasks, const std::string& what) {
    Metrics metrics;
    for (const TaskAccuracy& task : tasks) {
        const std::string group = "model__" + slug(task.task);
        const std::string how =
            fmt::format("{} questions of {} (form {}), by likelihood; guessing gives {:.3f}; {}",
                        task.questions, task.source, task.form, task.chance, what);
        metrics.add(group + "__acc__ratio", task.accuracy, how);
        metrics.add(group + "__acc__standard_error__ratio", task.standard_error, how);
        metrics.add(group + "__acc_norm__ratio", task.normalized,
                    "log-likelihood a byte of the choice; " + how);
        metrics.add(group + "__acc_norm__standard_error__ratio", task.normalized_error, how);
    }
    return metrics;
}

Json accuracy_json(const std::vector<TaskAccuracy>& tasks) {
    Json json = Json::array();
    for (const TaskAccuracy& task : tasks)
        json.push_back({{"task", task.task},
                        {"form", task.form},
                        {"source", task.source},
                        {"questions", task.questions},
                        {"acc", task.accuracy},
                        {"acc_standard_error", task.standard_error},
                        {"acc_norm", task.normalized},
                        {"acc_norm_standard_error", task.normalized_error},
                        {"chance", task.chance}});
    return json;
}

std::string accuracy_text(const std::vector<TaskAccuracy>& tasks) {
    std::size_t width = 4;
    for (const TaskAccuracy& task : tasks) width = std::max(width, task.task.size());
    std::string text = fmt::format("  {:<{}}  {:>9}  {:>16}  {:>16}  {:>6}\n", "task", width, "questions",
                                   "acc", "acc_norm", "chance");
    for (const TaskAccuracy& task : tasks)
        text += fmt::format("  {:<{}}  {:>9}  {:.4f} +- {:.4f}  {:.4f} +- {:.4f}  {:.4f}\n", task.task, width,
                            task.questions, task.accuracy, task.standard_error, task.normalized,
                            task.normalized_error, task.chance);
    return text;
}

}  // namespace macaw::reports
