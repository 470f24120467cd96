#include "quantizer/prepare/options.hpp"

#include <charconv>

namespace macaw::quantizer {

namespace {

void read_smoothing(YamlMapping& yaml, PreparationOptions& options) {
    std::string text;
    if (!yaml.read("smoothing", text)) return;
    if (text == "off" || text == "search") {
        options.smoothing = text == "off" ? Smoothing::Off : Smoothing::Searched;
        return;
    }
    double alpha = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), alpha);
    if (problem != std::errc{} || end != text.data() + text.size())
        return yaml.error("smoothing", fmt::format("\"{}\" is not known", text),
                          "off, search, or the exponent alpha, for example 0.5");
    if (!(alpha >= 0 && alpha <= 1))
        return yaml.error("smoothing", fmt::format("alpha {} is outside [0, 1]", alpha),
                          "0.5 is usual; 0 looks at the weights alone, 1 at the activations alone");
    options.smoothing = Smoothing::Fixed;
    options.smoothing_alpha = alpha;
}

}  // namespace

PreparationOptions read_preparation_options(YamlMapping yaml, PreparationOptions options) {
    yaml.read("fold_norms", options.fold_norms);
    bool rotates_here = yaml.read("rotate_residual", options.rotate_residual);
    if (options.rotate_residual && !options.fold_norms)
        yaml.error(rotates_here ? "rotate_residual" : "fold_norms",
                   "a rotation passes a norm only if the weights of the norm are folded",
                   "fold_norms: true, or rotate_residual: false");
    yaml.read("rotate_heads", options.rotate_heads);
    yaml.read("rotate_down_input", options.rotate_down_input);
    read_smoothing(yaml, options);
    yaml.read("equalize", options.equalize);
    yaml.read("balance_tiles", options.balance_tiles);
    yaml.read("seed", options.seed);
    yaml.finish();
    return options;
}

Json to_json(const PreparationOptions& options) {
    Json smoothing = options.smoothing == Smoothing::Fixed ? Json(options.smoothing_alpha)
                     : options.smoothing == Smoothing::Off ? Json("off")
                                                           : Json("search");
    return {{"fold_norms", options.fold_norms},
            {"rotate_residual", options.rotate_residual},
            {"rotate_heads", options.rotate_heads},
            {"rotate_down_input", options.rotate_down_input},
            {"smoothing", smoothing},
            {"equalize", options.equalize},
            {"balance_tiles", options.balance_tiles},
            {"seed", options.seed}};
}

}  // namespace macaw::quantizer
