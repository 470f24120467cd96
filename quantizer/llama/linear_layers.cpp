#include "quantizer/llama/linear_layers.hpp"

namespace macaw::quantizer {

std::span<const Projection> projections_of(LinearGroup group) {
    static constexpr std::array kOrder{Projection::Query,  Projection::Key,  Projection::Value,
                                       Projection::Output, Projection::Gate, Projection::Up,
                                       Projection::Down};
    std::span<const Projection> all(kOrder);
    switch (group) {
        case LinearGroup::AttentionInput:
            return all.subspan(0, 3);
        case LinearGroup::AttentionOutput:
            return all.subspan(3, 1);
        case LinearGroup::MlpInput:
            return all.subspan(4, 2);
        case LinearGroup::MlpOutput:
            return all.subspan(6, 1);
    }
    throw std::logic_error("projections_of: no such group");
}

LinearShape shape_of(Projection projection, const ModelConfig& config) {
    switch (projection) {
        case Projection::Query:
            return {config.query_size(), config.hidden_size};
        case Projection::Key:
        case Projection::Value:
            return {config.key_value_size(), config.hidden_size};
        case Projection::Output:
            return {config.hidden_size, config.query_size()};
        case Projection::Gate:
        case Projection::Up:
            return {config.intermediate_size, config.hidden_size};
        case Projection::Down:
            return {config.hidden_size, config.intermediate_size};
    }
    throw std::logic_error("shape_of: no such projection");
}

std::string layer_name(std::int64_t block, Projection projection) {
    static constexpr std::array kNames{"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                                       "self_attn.o_proj", "mlp.gate_proj",    "mlp.up_proj",
                                       "mlp.down_proj"};
    return fmt::format("model.layers.{}.{}", block, kNames[static_cast<std::size_t>(projection)]);
}

}  // namespace macaw::quantizer
