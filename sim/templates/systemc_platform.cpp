// The array as a SystemC module between a driver and a monitor process: `simulator <job file> <result file>`,
// with the same files as the Verilated simulator (array_job.hpp), so that the two results can be compared as
// they are. Written by macaw beside the model that `verilator --sc --pins-bv 2` made: ports of one bit are
// bool, wider ones sc_bv. Compiled as C++20 with SC_DISABLE_API_VERSION_CHECK: Debian builds its library as
// C++17.
#include <cstdio>
#include <exception>
#include <systemc>
#include <type_traits>
#include <vector>

#include <Varray.h>

#include "array_job.hpp"

namespace {

using namespace macaw::sim::job;

template <typename Port>
struct ValueOf;
template <typename Value>
struct ValueOf<sc_core::sc_in<Value>> {
    using type = Value;
};
template <typename Value>
struct ValueOf<sc_core::sc_out<Value>> {
    using type = Value;
};
template <typename Port>
using SignalOf = sc_core::sc_signal<typename ValueOf<std::remove_reference_t<Port>>::type>;

inline void to_words(bool value, std::uint32_t* words) {
    words[0] = value ? 1U : 0U;
}
template <int width>
void to_words(const sc_dt::sc_bv<width>& value, std::uint32_t* words) {
    for (int word = 0; word < (width + 31) / 32; ++word)
        words[word] = static_cast<std::uint32_t>(value.get_word(word));
}
inline void from_words(const std::uint32_t* words, bool& value) {
    value = (words[0] & 1U) != 0;
}
template <int width>
void from_words(const std::uint32_t* words, sc_dt::sc_bv<width>& value) {
    for (int word = 0; word < (width + 31) / 32; ++word) value.set_word(word, words[word]);
}

constexpr int kResetCycles = 3;

// clock -> [driver] -> array -> [monitor]. Both act at the rising edge and see the values before it.
template <typename Model>
class Platform : public sc_core::sc_module {
  public:
    SC_HAS_PROCESS(Platform);
    Platform(sc_core::sc_module_name name, const Job& job)
        : sc_module(name),
          job_(job),
          input_(job),
          output_(job),
          data_(job.header.data_words),
          inner_(job.header.flag_words),
          outer_(job.header.flag_words) {
        array_.clk_i(clock_);
        array_.rst_ni(reset_n_);
        array_.in_valid_i(in_valid_);
        array_.in_ready_o(in_ready_);
        array_.in_last_i(in_last_);
        array_.activation_i(activation_);
        array_.weight_i(weight_);
        array_.out_valid_o(out_valid_);
        array_.out_ready_i(out_ready_);
        array_.out_last_o(out_last_);
        array_.out_data_o(out_data_);
        bind_flags(array_);
        bind_weight_stream(array_);
        SC_METHOD(on_clock);
        sensitive << clock_.posedge_event();
        dont_initialize();
    }

    Result run() {
        const Stopwatch watch;
        sc_core::sc_start();
        if (!problem_.empty()) throw std::runtime_error(problem_);
        return make_result(job_, input_, output_, kFlags, overflow_.read(), watch.elapsed());
    }

  private:
    static constexpr bool kInnerFlags = requires(Model m) { m.inner_overflow_o; };
    static constexpr bool kOuterFlags = requires(Model m) { m.outer_overflow_o; };
    static constexpr FlagPorts kFlags{kInnerFlags, kOuterFlags};

    template <typename Array>
    static auto inner_signal_type(Array* a) {
        if constexpr (kFlags.inner)
            return static_cast<SignalOf<decltype(a->inner_overflow_o)>*>(nullptr);
        else
            return static_cast<sc_core::sc_signal<bool>*>(nullptr);
    }
    template <typename Array>
    static auto outer_signal_type(Array* a) {
        if constexpr (kFlags.outer)
            return static_cast<SignalOf<decltype(a->outer_overflow_o)>*>(nullptr);
        else
            return static_cast<sc_core::sc_signal<bool>*>(nullptr);
    }
    template <typename Array>
    void bind_flags(Array& array) {
        if constexpr (kFlags.inner) array.inner_overflow_o(inner_overflow_);
        if constexpr (kFlags.outer) array.outer_overflow_o(outer_overflow_);
        if constexpr (kFlags.inner || kFlags.outer) array.overflow_o(overflow_);
    }

    template <typename Array>
    void bind_weight_stream(Array& array) {
        if constexpr (requires { array.weight_valid_i; }) {
            array.weight_valid_i(weight_valid_);
            array.weight_ready_o(weight_ready_);
        }
    }

    void on_clock() {
        driver();
        monitor();
        if (!output_.reset_due()) return;
        edges_ = 0;
        reset_n_.write(false);
        in_valid_.write(false);
        weight_valid_.write(false);
        out_ready_.write(false);
        input_.restart(output_.restart());
    }

    void driver() {
        if (edges_ < kResetCycles) {
            ++edges_;
            in_valid_.write(false);
            weight_valid_.write(false);
        } else {
            if (reset_n_.read()) input_.clock(in_ready_.read(), weight_ready_.read());
            reset_n_.write(true);
            const InputBeat& beat = input_.beat();
            in_valid_.write(beat.valid);
            weight_valid_.write(beat.weight_valid);
            in_last_.write(beat.last);
            from_words(beat.activation, activation_value_);
            from_words(beat.weight, weight_value_);
            activation_.write(activation_value_);
            weight_.write(weight_value_);
        }
    }

    void monitor() {
        if (reset_n_.read()) {
            try {
                output_.clock(sample(), accepted_beats_seen());
            } catch (const std::exception& problem) {
                problem_ = problem.what();
                sc_core::sc_stop();
            }
        }
        out_ready_.write(edges_ >= kResetCycles && output_.ready());
        if (output_.finished()) sc_core::sc_stop();
    }
    std::uint64_t accepted_beats_seen() const { return input_.accepted_beats(); }

    OutputRow sample() {
        if (!out_valid_.read()) return {};
        to_words(out_data_.read(), data_.data());
        if constexpr (kFlags.inner) to_words(inner_overflow_.read(), inner_.data());
        if constexpr (kFlags.outer) to_words(outer_overflow_.read(), outer_.data());
        return {true, out_last_.read(), data_.data(), inner_.data(), outer_.data()};
    }

    const Job& job_;
    InputPlayer input_;
    OutputMonitor output_;
    std::vector<std::uint32_t> data_, inner_, outer_;
    int edges_ = 0;
    std::string problem_;

    Model array_{"array"};
    sc_core::sc_clock clock_{"clock", 10, sc_core::SC_NS};
    sc_core::sc_signal<bool> reset_n_{"reset_n"}, in_valid_{"in_valid"}, in_ready_{"in_ready"},
        in_last_{"in_last"};
    sc_core::sc_signal<bool> weight_valid_{"weight_valid"},
        weight_ready_{"weight_ready"};  // of a weight stream
    sc_core::sc_signal<bool> out_valid_{"out_valid"}, out_ready_{"out_ready"}, out_last_{"out_last"},
        overflow_{"overflow"};
    SignalOf<decltype(Model::activation_i)> activation_{"activation"};
    SignalOf<decltype(Model::weight_i)> weight_{"weight"};
    SignalOf<decltype(Model::out_data_o)> out_data_{"out_data"};
    std::remove_pointer_t<decltype(inner_signal_type(static_cast<Model*>(nullptr)))> inner_overflow_{
        "inner_overflow"};
    std::remove_pointer_t<decltype(outer_signal_type(static_cast<Model*>(nullptr)))> outer_overflow_{
        "outer_overflow"};
    typename ValueOf<std::remove_reference_t<decltype(Model::activation_i)>>::type activation_value_{};
    typename ValueOf<std::remove_reference_t<decltype(Model::weight_i)>>::type weight_value_{};
};

}  // namespace

int sc_main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s <job file> <result file>\n", argv[0]);
        return 1;
    }
    try {
        Job job = read_job(argv[1]);
        Platform<Varray> platform("platform", job);
        write_result(argv[2], platform.run());
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    return 0;
}
