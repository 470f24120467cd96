#include "cli/layer_choice.hpp"

#include <algorithm>

#include "quantizer/llama/checkpoint.hpp"

namespace macaw::cli {

namespace {

std::vector<std::string> linear_layers(const quantizer::ModelConfig& model) {
    std::vector<std::string> names;
    for (std::int64_t block = 0; block < model.blocks; ++block)
        for (std::size_t number = 0; number < quantizer::kProjections; ++number)
            names.push_back(quantizer::layer_name(block, static_cast<quantizer::Projection>(number)));
    return names;
}

}  // namespace

bool names_layer(const std::string& words, const std::string& layer) {
    return !words.empty() && ("." + layer + ".").find("." + words + ".") != std::string::npos;
}

bool is_chosen(const RunConfig& config, const std::string& layer) {
    const std::vector<std::string>& chosen = config.synth.power.layers;
    return chosen.empty() ||
           std::ranges::any_of(chosen, [&](const std::string& words) { return names_layer(words, layer); });
}

Expected<void> check_chosen_layers(const RunConfig& config, const quantizer::ModelConfig& model) {
    const std::vector<std::string> names = linear_layers(model);
    for (const std::string& words : config.synth.power.layers)
        if (std::ranges::none_of(names, [&](const std::string& name) { return names_layer(words, name); }))
            return fail(
                Error{ErrorKind::BadInput,
                      fmt::format("synth.power.layers: no layer has the words \"{}\" in its name", words),
                      fmt::format("whole words of names from {} to {}", names.front(), names.back()),
                      {}});
    return {};
}

Expected<void> check_chosen_layers(const RunConfig& config, const std::filesystem::path& file) {
    if (config.synth.power.layers.empty() || config.model.empty()) return {};
    MACAW_TRY(quantizer::ModelConfig model, quantizer::config_of_checkpoint(config.model));
    auto checked = check_chosen_layers(config, model);
    if (!checked) return fail(std::move(checked).error().at({file.string()}));
    return {};
}

Expected<void> check_stimulus_layers(const RunConfig& config, const std::vector<std::string>& layers,
                                     const std::filesystem::path& stimulus) {
    if (config.model.empty()) return {};
    MACAW_TRY(quantizer::ModelConfig model, quantizer::config_of_checkpoint(config.model));
    std::vector<std::string> expected = linear_layers(model);
    std::erase_if(expected, [&](const std::string& name) { return !is_chosen(config, name); });
    if (layers == expected) return {};
    return fail(
        Error{ErrorKind::BadInput,
              fmt::format("the stimulus is of {} layers, not of the {} that synth.power.layers chooses",
                          layers.size(), expected.size()),
              "macaw stimulate with the same configuration",
              {stimulus.string()}});
}

}  // namespace macaw::cli
