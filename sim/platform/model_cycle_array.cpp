#include "sim/platform/model_cycle_array.hpp"

#include <optional>
#include <vector>

#include "sim/model/simulator_ports.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

using rtl::Simulator;

class ModelCycleArray final : public CycleArray {
  public:
    explicit ModelCycleArray(const rtl::Design& design) : simulator_(design) {
        data_.resize(words(out_data_));
        inner_port_ = port_if_there("inner_overflow_o");
        outer_port_ = port_if_there("outer_overflow_o");
        sticky_ = port_if_there("overflow_o");
        weight_valid_ = port_if_there("weight_valid_i");
        weight_ready_ = port_if_there("weight_ready_o");
        if (inner_port_) inner_.resize(words(*inner_port_));
        if (outer_port_) outer_.resize(words(*outer_port_));
    }
    job::FlagPorts flags() const override { return {inner_port_.has_value(), outer_port_.has_value()}; }

    void reset() override {
        simulator_.set(in_valid_, 0);
        if (weight_valid_) simulator_.set(*weight_valid_, 0);
        simulator_.set(out_ready_, 0);
        simulator_.set(reset_n_, 0);
        for (int cycle = 0; cycle < 3; ++cycle) simulator_.clock_edge();
        simulator_.set(reset_n_, 1);
    }

    ArrayOutputs cycle(const job::InputBeat& beat, bool out_ready) override {
        simulator_.set(in_valid_, beat.valid ? 1 : 0);
        simulator_.set(in_last_, beat.last ? 1 : 0);
        if (beat.valid) set_port(simulator_, activation_, beat.activation);
        if (weight_valid_) simulator_.set(*weight_valid_, beat.weight_valid ? 1 : 0);
        if (weight_valid_ ? beat.weight_valid : beat.valid) set_port(simulator_, weight_, beat.weight);
        simulator_.set(out_ready_, out_ready ? 1 : 0);
        simulator_.evaluate();
        ArrayOutputs outputs{simulator_.get(in_ready_) != 0,
                             weight_ready_ && simulator_.get(*weight_ready_) != 0, sample()};
        simulator_.clock_edge();
        return outputs;
    }

    bool sticky_overflow() override {
        simulator_.evaluate();
        return sticky_ && simulator_.get(*sticky_) != 0;
    }

  private:
    static std::size_t words(const Simulator::Port& port) {
        return static_cast<std::size_t>(words_for_bits(port.type.width));
    }
    std::optional<Simulator::Port> port_if_there(const char* name) const {
        if (!simulator_.has_port(name)) return std::nullopt;
        return simulator_.port(name);
    }
    job::OutputRow sample() {
        if (simulator_.get(out_valid_) == 0) return {};
        get_port(simulator_, out_data_, data_.data());
        if (inner_port_) get_port(simulator_, *inner_port_, inner_.data());
        if (outer_port_) get_port(simulator_, *outer_port_, outer_.data());
        return {true, simulator_.get(out_last_) != 0, data_.data(), inner_.data(), outer_.data()};
    }

    Simulator simulator_;
    std::vector<std::uint32_t> data_, inner_, outer_;
    std::optional<Simulator::Port> inner_port_, outer_port_, sticky_, weight_valid_, weight_ready_;
    Simulator::Port reset_n_ = simulator_.port("rst_ni");
    Simulator::Port in_valid_ = simulator_.port("in_valid_i");
    Simulator::Port in_ready_ = simulator_.port("in_ready_o");
    Simulator::Port in_last_ = simulator_.port("in_last_i");
    Simulator::Port activation_ = simulator_.port("activation_i");
    Simulator::Port weight_ = simulator_.port("weight_i");
    Simulator::Port out_valid_ = simulator_.port("out_valid_o");
    Simulator::Port out_ready_ = simulator_.port("out_ready_i");
    Simulator::Port out_last_ = simulator_.port("out_last_o");
    Simulator::Port out_data_ = simulator_.port("out_data_o");
};

}  // namespace

std::unique_ptr<CycleArray> make_model_cycle_array(const rtl::Design& design) {
    return std::make_unique<ModelCycleArray>(design);
}

}  // namespace macaw::sim
