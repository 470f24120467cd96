// macaw evaluate CONFIG --task FILE... --output FOLDER [--arithmetic float|quantized|datapath] [--layers
// LAYERS]: multiple-choice accuracy by likelihood, on the model and in the datapath of the configuration.
#include <iostream>
#include <set>

#include "cli/commands/commands.hpp"
#include "cli/evaluated_model.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "quantizer/evaluate/multiple_choice.hpp"
#include "reports/tables/accuracy_tables.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// What each choice got, question by question.
Table answers_table(const quantizer::TaskResult& result) {
    Table table({"question", "choice", "log_likelihood", "right", "chosen", "chosen_normalized"});
    for (std::size_t question = 0; question < result.questions.size(); ++question) {
        const quantizer::AnsweredQuestion& answered = result.questions[question];
        for (std::size_t choice = 0; choice < answered.log_likelihoods.size(); ++choice)
            table.add_row({question, choice, answered.log_likelihoods[choice], choice == answered.right,
                           choice == answered.chosen, choice == answered.chosen_normalized});
    }
    return table;
}

reports::TaskAccuracy accuracy_of(const fs::path& file, const quantizer::Task& task,
                                  const quantizer::TaskResult& result) {
    reports::TaskAccuracy accuracy;
    accuracy.task = file.stem().string();
    accuracy.form = to_string(task.form);
    accuracy.source = fmt::format("{} (sha256 {})", task.file, task.sha256.substr(0, 12));
    accuracy.questions = static_cast<std::int64_t>(result.questions.size());
    accuracy.accuracy = result.accuracy.value;
    accuracy.standard_error = result.accuracy.standard_error;
    accuracy.normalized = result.normalized.value;
    accuracy.normalized_error = result.normalized.standard_error;
    accuracy.chance = result.chance;
    return accuracy;
}

std::string arithmetic_text(const EvaluateArguments& arguments, const EvaluatedModel& model,
                            const golden::Datapath& datapath) {
    if (arguments.arithmetic == reports::EvaluatedArithmetic::Float) return "float32";
    if (arguments.arithmetic == reports::EvaluatedArithmetic::Quantized)
        return fmt::format("dequantized codes ({} layers)", model.constraint());
    return fmt::format("bit-exact integer datapath {} ({} layers)", to_string(datapath), model.constraint());
}

Expected<void> check_names(const EvaluateArguments& arguments) {
    std::set<std::string> names;
    for (const std::string& task : arguments.tasks)
        if (!names.insert(fs::path(task).stem().string()).second)
            return fail(ErrorKind::BadInput, "two tasks have the name {}", fs::path(task).stem().string());
    return {};
}

Expected<void> evaluate(const EvaluateArguments& arguments, const RunConfig& config) {
    MACAW_CHECK(check_names(arguments));
    std::vector<fs::path> inputs = {config.model};
    if (!arguments.layers.empty()) inputs.emplace_back(arguments.layers);
    inputs.insert(inputs.end(), arguments.tasks.begin(), arguments.tasks.end());
    MACAW_TRY(StepFolder step, StepFolder::begin("evaluate", arguments.output, inputs));
    std::vector<quantizer::Task> tasks;  // all read before any is worked on
    for (const std::string& file : arguments.tasks) {
        MACAW_TRY(tasks.emplace_back(), quantizer::read_task(file));
    }
    MACAW_TRY(auto model,
              EvaluatedModel::load(config.model, arguments.arithmetic, arguments.layers, config.datapath));
    MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config.model));
    std::vector<reports::TaskAccuracy> accuracies;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        fs::path file = arguments.tasks[i];
        MACAW_TRY(auto result, quantizer::evaluate_task(model->checkpoint(), model->layers(), tokenizer,
                                                        tasks[i], arguments.limit, file.stem().string()));
        MACAW_CHECK(answers_table(result).write(step.path() / (file.stem().string() + "_answers.csv")));
        accuracies.push_back(accuracy_of(file, tasks[i], result));
    }
    MACAW_CHECK(reports::accuracy_table(accuracies).write(step.path() / "accuracy.csv"));
    MACAW_CHECK(write_json(step.path() / "accuracy.json", reports::accuracy_json(accuracies)));
    MACAW_CHECK(step.finish(
        reports::accuracy_metrics(accuracies, arithmetic_text(arguments, *model, config.datapath))));
    if (arguments.json)
        std::cout << reports::accuracy_json(accuracies).dump(2) << "\n";
    else
        std::cout << reports::accuracy_text(accuracies);
    return {};
}

}  // namespace

Outcome run_command(const EvaluateArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(evaluate(arguments, *config));
}

}  // namespace macaw::cli
