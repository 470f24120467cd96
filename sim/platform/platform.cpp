// See platform.hpp. SystemC modules exist once a process and cannot be taken down, so the platform is built
// once and prepared anew for every layer.
#include "sim/platform/platform.hpp"

#include <chrono>
#include <mutex>

#include "golden/support/progress.hpp"
#include "hw/array/stream_layout.hpp"
#include "sim/platform/memory_image.hpp"
#include "sim/platform/movers.hpp"
#include "sim/platform/tiler.hpp"
#include "sim/port_vector.hpp"

// Debian's libsystemc calls it from a main of its own, which no program of ours uses.
int sc_main(int, char**) {
    return 1;
}

namespace macaw::sim {

namespace {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

// The array with its tiler, a cycle at a time.
class ArrayModule : public sc_core::sc_module {
  public:
    SC_HAS_PROCESS(ArrayModule);
    ArrayModule(sc_core::sc_module_name name, Controller& controller, Dma& dma, Writer& writer)
        : sc_module(name), controller_(controller), dma_(dma), writer_(writer) {
        SC_THREAD(run);
    }

    void start(const Layer& layer, StreamCutter activations, StreamCutter weights) {
        layer_ = &layer;
        activations_ = std::move(activations);
        weights_ = std::move(weights);
        figures_ = {};
        rows_ = {};
        prepare_recording();
        start_time_ = sc_time_stamp();
        problem_ = "the simulation ended before the layer did";
        started_ = true;
        start_.notify(sc_core::SC_ZERO_TIME);
    }
    const std::string& problem() const { return problem_; }
    const PlatformFigures& figures() const { return figures_; }
    job::Result take_rows() { return std::move(rows_); }

  private:
    static constexpr std::int64_t kQuietCycles = 16;  // no row may come after the last one
    static constexpr std::int64_t kPatience =
        100000;  // cycles without progress, beyond what the memory takes

    void run() {
        for (;;) {
            while (!started_) wait(start_);
            started_ = false;
            try {
                play();
                problem_.clear();
            } catch (const std::runtime_error& problem) {
                problem_ = problem.what();
                controller_.stop();
            }
            sc_core::sc_pause();
        }
    }

    void play() {
        const std::int64_t blocks = layer_->plan.blocks();
        layer_->array.reset();
        std::int64_t cycle = 0, quiet = 0;
        for (; quiet < kQuietCycles; ++cycle) {
            if (cycle % 1024 == 0 && interrupted()) throw std::runtime_error("interrupted");
            one_cycle();
            if (received_blocks_ == blocks) ++quiet;
            if (++waited_ > patience()) fail("the array or the memory is stuck");
            wait(cycles_as_time(1));
        }
        finish();
    }

    void one_cycle() {
        const bool due = accepted_blocks_ < layer_->plan.blocks();
        job::InputBeat beat;
        offer_activations(beat);
        offer_weights(beat);
        const bool out_ready = writer_.has_room();
        ArrayOutputs outputs = layer_->array.cycle(beat, out_ready);
        if (beat.weight_valid && outputs.weight_ready) accept_weights();
        if (beat.valid && outputs.in_ready) {
            accept_beat();
        } else if (beat.valid) {
            ++figures_.blocked_cycles;
            // Weights of the next tile are awaited as well; only the first token of a tile waits for its own.
            if (outputs.weight_ready && beat_ % layout_.step_activation_beats() == 0)
                ++figures_.weight_wait_cycles;
        } else if (due) {
            ++figures_.starved_cycles;
        }
        if (outputs.row.valid && !out_ready) ++figures_.output_blocked_cycles;
        if (outputs.row.valid && out_ready) receive(outputs.row);
    }

    void offer_activations(job::InputBeat& beat) {
        const LoadedBlock* block = accepted_blocks_ < layer_->plan.blocks() ? controller_.front() : nullptr;
        if (block == nullptr) return;
        beat.valid = true;
        beat.last = beat_ + layout_.last_beats() >= layer_->plan.beats_per_block();
        beat.activation = activations_.beat(dma_.activations(*block), block->block.tokens, beat_);
        if (!layout_.has_weight_stream())
            beat.weight = weights_.beat(dma_.weights(*block), block->block.channels, beat_);
    }
    // A weight stream runs ahead of the activations, into the next blocks.
    void offer_weights(job::InputBeat& beat) {
        if (!layout_.has_weight_stream() || weight_block_ == layer_->plan.blocks()) return;
        const LoadedBlock* block = controller_.front(weight_block_ - accepted_blocks_);
        if (block == nullptr) return;
        beat.weight_valid = true;
        beat.weight = weights_.beat(dma_.weights(*block), block->block.channels, weight_beat_);
    }
    void accept_weights() {
        waited_ = 0;
        if (++weight_beat_ < layer_->plan.weight_beats_per_block()) return;
        weight_beat_ = 0;
        ++weight_block_;
    }
    void accept_beat() {
        ++figures_.beats;
        waited_ = 0;
        if (++beat_ < layer_->plan.beats_per_block()) return;
        beat_ = 0;
        ++accepted_blocks_;
        last_beat_ = cycle_now();
        controller_.release_front();
    }

    void receive(const job::OutputRow& row) {
        if (received_blocks_ == layer_->plan.blocks()) fail("a row of outputs that nothing asked for");
        if (row.last != (row_ + 1 == layer_->config.rows)) fail("out_last_o is not with the last row");
        record(row);
        writer_.accept(layer_->plan.block(received_blocks_), row_, row.data);
        waited_ = 0;
        if (++row_ < layer_->config.rows) return;
        row_ = 0;
        ++received_blocks_;
    }

    void finish() {
        figures_.cycles = time_as_cycles(writer_.last_acknowledgement() - start_time_);
        figures_.tail_cycles = figures_.cycles - (last_beat_ + 1);
        rows_.header.cycles = static_cast<std::uint64_t>(figures_.cycles);
        rows_.header.accepted_beats = static_cast<std::uint64_t>(figures_.beats);
        rows_.header.sticky_overflow = layer_->array.sticky_overflow() ? 1 : 0;
    }

    void prepare_recording() {
        beat_ = row_ = accepted_blocks_ = received_blocks_ = last_beat_ = waited_ = 0;
        weight_beat_ = weight_block_ = 0;
        layout_ = hw::StreamLayout(layer_->datapath, layer_->config);
        job::ResultHeader& h = rows_.header;
        const std::int64_t data_bits =
            std::int64_t{layer_->config.columns} * layer_->datapath.outer_bits.bits();
        h.blocks = static_cast<std::uint64_t>(layer_->plan.blocks());
        h.rows = static_cast<std::uint64_t>(layer_->config.rows);
        h.data_words = static_cast<std::uint64_t>(words_for_bits(data_bits));
        h.flag_words = static_cast<std::uint64_t>(words_for_bits(layer_->config.columns));
        flags_ = layer_->array.flags();
        h.has_inner_flags = flags_.inner ? 1 : 0;
        h.has_outer_flags = flags_.outer ? 1 : 0;
        rows_.words.reserve(h.blocks * h.rows * (h.data_words + 2 * h.flag_words));
    }
    void record(const job::OutputRow& row) {
        const job::ResultHeader& h = rows_.header;
        rows_.words.insert(rows_.words.end(), row.data, row.data + h.data_words);
        record_flags(flags_.inner ? row.inner : nullptr);
        record_flags(flags_.outer ? row.outer : nullptr);
    }
    void record_flags(const std::uint32_t* words) {
        if (words != nullptr)
            rows_.words.insert(rows_.words.end(), words, words + rows_.header.flag_words);
        else
            rows_.words.insert(rows_.words.end(), rows_.header.flag_words, 0);
    }

    std::int64_t cycle_now() const { return time_as_cycles(sc_time_stamp() - start_time_); }
    std::int64_t patience() const {
        return kPatience + layer_->platform.latency + layer_->plan.memory_bytes();
    }
    [[noreturn]] void fail(const std::string& what) const {
        throw std::runtime_error(fmt::format("protocol violation in cycle {}, block {}, row {}: {}",
                                             cycle_now(), received_blocks_, row_, what));
    }

    Controller& controller_;
    Dma& dma_;
    Writer& writer_;
    const Layer* layer_ = nullptr;
    StreamCutter activations_{StreamCutter::Rows::Together, 1, 1, 1, 1, 1};
    StreamCutter weights_{StreamCutter::Rows::Together, 1, 1, 1, 1, 1};
    hw::StreamLayout layout_{golden::Datapath{}, hw::ArrayConfig{}};
    sc_core::sc_event start_;
    sc_time start_time_;
    PlatformFigures figures_;
    job::Result rows_;
    job::FlagPorts flags_;
    bool started_ = false;
    std::string problem_;
    std::int64_t beat_ = 0, row_ = 0, accepted_blocks_ = 0, received_blocks_ = 0, last_beat_ = 0, waited_ = 0;
    std::int64_t weight_beat_ = 0, weight_block_ = 0;  // the next of a weight stream
};

class Platform : public sc_core::sc_module {
  public:
    explicit Platform(sc_core::sc_module_name name) : sc_module(name) {
        dma_.port.bind(memory_.read_port);
        writer_.port.bind(memory_.write_port);
    }

    PlatformRun run(const Layer& layer, std::vector<std::uint8_t> memory, StreamCutter activations,
                    StreamCutter weights) {
        memory_.prepare(layer.platform, std::move(memory));
        dma_.prepare(layer, activations.buffer_bytes(), weights.buffer_bytes());
        writer_.prepare(layer);
        controller_.start(layer);
        array_.start(layer, std::move(activations), std::move(weights));
        sc_core::sc_start();
        if (!array_.problem().empty()) throw std::runtime_error(array_.problem());
        PlatformRun run;
        run.figures = array_.figures();
        run.figures.read_busy_cycles = memory_.read_busy_cycles();
        run.figures.write_busy_cycles = memory_.write_busy_cycles();
        run.figures.activation_bytes_read = dma_.activation_bytes();
        run.figures.weight_bytes_read = dma_.weight_bytes();
        run.figures.result_bytes_written = writer_.bytes();
        run.rows = array_.take_rows();
        run.results = read_results(layer.plan, memory_.content());
        return run;
    }

  private:
    Memory memory_{"memory"};
    Dma dma_{"dma"};
    Writer writer_{"writer"};
    Controller controller_{"controller", dma_};
    ArrayModule array_{"array", controller_, dma_, writer_};
};

StreamCutter activation_cutter(const Layer& layer) {
    const bool in_turn = hw::StreamLayout(layer.datapath, layer.config).has_weight_stream();
    return {in_turn ? StreamCutter::Rows::InTurn : StreamCutter::Rows::Together,
            layer.config.rows,
            in_turn ? layer.datapath.tile : layer.config.lanes,
            layer.datapath.activation_bits.bits(),
            layer.plan.shape().in_features,
            layer.plan.activation_row_bytes()};
}
StreamCutter weight_cutter(const Layer& layer) {
    return {StreamCutter::Rows::Together,      layer.config.columns,           layer.config.lanes,
            layer.datapath.weight_bits.bits(), layer.plan.shape().in_features, layer.plan.weight_row_bytes()};
}

Platform& the_platform() {
    static Platform platform("platform");
    return platform;
}

}  // namespace

Expected<PlatformRun> run_platform(CycleArray& array, const LayerData& data, const golden::Datapath& datapath,
                                   const hw::ArrayConfig& config, const PlatformConfig& platform) {
    MACAW_CHECK(stop_if_interrupted());
    const LayerPlan plan(data.shape(), datapath, config);
    const Layer layer{plan, datapath, config, platform, array};
    static std::mutex one_at_a_time;
    std::lock_guard lock(one_at_a_time);
    auto start = std::chrono::steady_clock::now();
    try {
        PlatformRun run =
            the_platform().run(layer, memory_image(plan, data.activations, data.layer->codes, datapath),
                               activation_cutter(layer), weight_cutter(layer));
        run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return run;
    } catch (const std::runtime_error& problem) {
        MACAW_CHECK(stop_if_interrupted());
        return fail(ErrorKind::CheckFailed, "platform: {}", problem.what());
    }
}

}  // namespace macaw::sim
