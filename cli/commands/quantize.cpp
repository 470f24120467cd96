// macaw quantize CONFIG --output FOLDER [--constraint WORD] [--json]
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "cli/version.hpp"
#include "golden/support/csv.hpp"
#include "quantizer/limiting_widths.hpp"
#include "quantizer/quantization_folder.hpp"

namespace macaw::cli {

namespace {

Table layer_table(const quantizer::QuantizationResult& result) {
    Table table({"layer", "tiles", "tiles_lambda", "tiles_clipped", "tiles_constrained", "codes",
                 "codes_clipped", "sparsity", "relative_error", "damping", "activation_min", "activation_max",
                 "activation_reach"});
    for (std::size_t i = 0; i < result.layers.size(); ++i) {
        const auto& [name, layer] = result.layers[i];
        golden::ActivationCoding coding = golden::coding_of(result.model.layers[i], result.model.datapath);
        table.add_row({name, layer.tiles, layer.tiles_thresholded, layer.tiles_clipped,
                       layer.tiles_constrained, layer.codes, layer.codes_clipped, layer.sparsity(),
                       layer.relative_error(), layer.damping, coding.range.min, coding.range.max,
                       static_cast<double>(coding.reach)});
    }
    return table;
}

Metrics metrics_of(const quantizer::QuantizationResult& result, const RunConfig& config,
                   const std::string& group) {
    const quantizer::LayerStatistics& total = result.total;
    const std::string how = fmt::format(
        "counted while quantizing {} layers with {}, preset {}, and constraint {}, {}; layers.csv has the "
        "activation codes that each layer uses",
        result.layers.size(), to_string(config.quantizer.algorithm), to_string(config.quantizer.preset),
        to_string(config.quantizer.constraint), to_string(result.model.datapath));
    Metrics metrics;
    metrics.add(group + "__tiles__count", total.tiles, how);
    metrics.add(group + "__tiles__constrained__count", total.tiles_constrained,
                "tiles with lambda > 0 or with clipped codes; " + how);
    metrics.add(group + "__tiles__thresholded__count", total.tiles_thresholded,
                "tiles with lambda > 0; " + how);
    metrics.add(group + "__tiles__clipped__count", total.tiles_clipped, "tiles with clipped codes; " + how);
    metrics.add(group + "__codes__clipped__count", total.codes_clipped, how);
    metrics.add(group + "__codes__zero__ratio", total.sparsity(), "sparsity; " + how);
    metrics.add(
        group + "__error__relative__ratio", total.relative_error(),
        "output error of the layers on their calibration inputs, root of summed squares over signal; " + how);
    return metrics;
}

// Replaces options.constraint by the word of the command line, as the configuration would read it.
Outcome choose_constraint(const std::string& word, quantizer::QuantizerOptions& options) {
    if (word.empty()) return {};
    Json changed = quantizer::to_json(options);
    changed["constraint"] = word;
    Errors errors;
    options = quantizer::read_quantizer_options(
        YamlMapping(YAML::Load(changed.dump()), "command line", "quantizer", errors));
    if (!errors.empty()) return tl::unexpected(errors);
    return {};
}

}  // namespace

Outcome run_command(const QuantizeArguments& arguments) {
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    if (auto chosen = choose_constraint(arguments.constraint, config->quantizer); !chosen) return chosen;
    auto work = [&]() -> Expected<void> {
        MACAW_TRY(StepFolder step,
                  StepFolder::begin("quantize", arguments.output, {config->model, config->calibration.text}));
        MACAW_TRY(quantizer::Tokenizer tokenizer, quantizer::Tokenizer::load(config->model));
        MACAW_TRY(quantizer::TokenizedText text,
                  quantizer::tokenize_file(tokenizer, config->calibration.text));
        MACAW_TRY(quantizer::Checkpoint checkpoint, quantizer::load_checkpoint(config->model));
        golden::Datapath datapath = quantizer::limiting_widths(config->datapath, config->quantizer,
                                                               checkpoint.config.longest_input());
        // No code depends on these, and points that differ in them share the layers.
        datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Wrap;
        datapath.products_per_check = golden::Datapath{}.products_per_check;
        // Beside the output: what an interrupted run has finished.
        auto store = quantizer::BlockStore::open(arguments.output + ".unfinished",
                                                 {{"version", kVersion},
                                                  {"checkpoint", checkpoint.sha256},
                                                  {"calibration", text.sha256},
                                                  {"datapath", golden::to_json(datapath)},
                                                  {"quantizer", quantizer::to_json(config->quantizer)}});
        MACAW_TRY(auto result, quantizer::quantize_model(std::move(checkpoint), text, datapath,
                                                         config->quantizer, &store));
        MACAW_CHECK(quantizer::write_quantization(step.path(), result));
        MACAW_CHECK(layer_table(result).write(step.path() / "layers.csv"));
        Metrics metrics = metrics_of(result, *config, to_string(config->quantizer.constraint));
        MACAW_CHECK(step.finish(metrics));
        store.remove();
        if (arguments.json) {
            Json figures = Json::object();
            for (const Metric& metric : metrics.all()) figures[metric.key] = metric.value;
            std::cout << figures.dump(2) << "\n";
            return {};
        }
        std::cout << fmt::format("quantized {} layers, {}: {} of {} tiles constrained, {} codes clipped\n",
                                 result.layers.size(), to_string(config->quantizer.constraint),
                                 result.total.tiles_constrained, result.total.tiles,
                                 result.total.codes_clipped);
        return {};
    };
    return as_outcome(work());
}

}  // namespace macaw::cli
