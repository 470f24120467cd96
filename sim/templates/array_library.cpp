// The Verilated array as a CycleArray in a shared library, which macaw loads at run time. Written by macaw
// beside the model that Verilator made (prefix Varray).
#include <memory>
#include <vector>

#include <Varray.h>
#include <verilated.h>

#include "cycle_array.hpp"

namespace {

using namespace macaw::sim;

// Flag ports exist only where the overflow mode has flags, a valid and ready of the weights where these have
// a stream of their own.
template <typename Model>
class VerilatedArray final : public CycleArray {
  public:
    explicit VerilatedArray(std::uint64_t seed) : context_(new_context(seed)), model_(context_.get()) {
        data_.resize(words_of(model_.out_data_o));
        if constexpr (kInner) inner_.resize(words_of(model_.inner_overflow_o));
        if constexpr (kOuter) outer_.resize(words_of(model_.outer_overflow_o));
    }
    ~VerilatedArray() override { model_.final(); }
    job::FlagPorts flags() const override { return {kInner, kOuter}; }

    void reset() override {
        model_.in_valid_i = 0;
        if constexpr (kWeightStream) model_.weight_valid_i = 0;
        model_.out_ready_i = 0;
        model_.rst_ni = 0;
        for (int cycle = 0; cycle < 3; ++cycle) clock();
        model_.rst_ni = 1;
    }

    ArrayOutputs cycle(const job::InputBeat& beat, bool out_ready) override {
        model_.in_valid_i = beat.valid;
        model_.in_last_i = beat.last;
        bool has_weight = beat.valid;
        if (beat.valid) job::set_port(model_.activation_i, beat.activation);
        if constexpr (kWeightStream) model_.weight_valid_i = has_weight = beat.weight_valid;
        if (has_weight) job::set_port(model_.weight_i, beat.weight);
        model_.out_ready_i = out_ready;
        model_.clk_i = 0;
        model_.eval();
        ArrayOutputs outputs{model_.in_ready_o != 0, weight_ready(), sample()};
        model_.clk_i = 1;
        model_.eval();
        return outputs;
    }

    bool sticky_overflow() override {
        if constexpr (kInner || kOuter) return model_.overflow_o != 0;
        return false;
    }

  private:
    static constexpr bool kInner = requires(Model m) { m.inner_overflow_o; };
    static constexpr bool kOuter = requires(Model m) { m.outer_overflow_o; };
    static constexpr bool kWeightStream = requires(Model m) { m.weight_valid_i; };

    // Registers start with random bits: only reset may make them known.
    static std::unique_ptr<VerilatedContext> new_context(std::uint64_t seed) {
        auto context = std::make_unique<VerilatedContext>();
        context->randReset(2);
        context->randSeed(static_cast<int>(seed & 0x7fffffffU) + 1);
        return context;
    }
    template <typename Port>
    static std::size_t words_of(const Port&) {
        return (sizeof(Port) + 3) / 4;
    }
    bool weight_ready() const {
        if constexpr (kWeightStream) return model_.weight_ready_o != 0;
        return false;
    }
    void clock() {
        model_.clk_i = 0;
        model_.eval();
        model_.clk_i = 1;
        model_.eval();
    }
    job::OutputRow sample() {
        if (model_.out_valid_o == 0) return {};
        job::get_port(model_.out_data_o, data_.data());
        if constexpr (kInner) job::get_port(model_.inner_overflow_o, inner_.data());
        if constexpr (kOuter) job::get_port(model_.outer_overflow_o, outer_.data());
        return {true, model_.out_last_o != 0, data_.data(), inner_.data(), outer_.data()};
    }

    std::unique_ptr<VerilatedContext> context_;
    Model model_;
    std::vector<std::uint32_t> data_, inner_, outer_;
};

}  // namespace

extern "C" macaw::sim::CycleArray* macaw_new_array(std::uint64_t seed) {
    return new VerilatedArray<Varray>(seed);
}
