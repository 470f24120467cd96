// A layer of random codes with random activations, the same for the same seed.
#pragma once

#include <random>
#include <string>

#include "sim/cosimulation.hpp"

namespace macaw::testing {

class RandomLayer {
  public:
    RandomLayer(const golden::Datapath& datapath, std::int64_t tokens, std::int64_t in_features,
                std::int64_t out_features, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        golden::Range weight = datapath.weight_range();
        golden::Range activation = datapath.activation_range();
        layer_.name = "layer" + std::to_string(seed);
        layer_.out_features = out_features;
        layer_.in_features = in_features;
        layer_.scales.assign(static_cast<std::size_t>(out_features), 1.0F);
        std::uniform_int_distribution<std::int64_t> weights(weight.min, weight.max);
        std::uniform_int_distribution<std::int64_t> activations(activation.min, activation.max);
        for (std::int64_t i = 0; i < out_features * in_features; ++i)
            layer_.codes.push_back(static_cast<golden::WeightCode>(weights(random)));
        data_.layer = &layer_;
        data_.tokens = tokens;
        for (std::int64_t i = 0; i < tokens * in_features; ++i)
            data_.activations.push_back(static_cast<golden::ActivationCode>(activations(random)));
    }
    RandomLayer(const RandomLayer&) = delete;
    RandomLayer& operator=(const RandomLayer&) = delete;

    const golden::QuantizedLayer& layer() const { return layer_; }
    const sim::LayerData& data() const { return data_; }

  private:
    golden::QuantizedLayer layer_;
    sim::LayerData data_;
};

}  // namespace macaw::testing
