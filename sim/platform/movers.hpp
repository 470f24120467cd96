// What moves data on the platform: the DMA reads operands, the writer sends results, the controller walks
// through the blocks of a layer. Modules talk by calls and by time stamps ("on chip from t on"), so that no
// result depends on the order in which SystemC runs processes of the same instant. Private to platform.cpp.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "hw/array/array_config.hpp"
#include "sim/platform/layer_plan.hpp"
#include "sim/platform/memory.hpp"
#include "sim/port_vector.hpp"
#include "sim/templates/cycle_array.hpp"

namespace macaw::sim {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

// What a layer brings along. Lives as long as run_platform.
struct Layer {
    const LayerPlan& plan;
    const golden::Datapath& datapath;
    const hw::ArrayConfig& config;
    const PlatformConfig& platform;
    CycleArray& array;
};

// A block whose operands are on chip, or will be at a known time.
struct LoadedBlock {
    Block block;
    sc_time available;
    std::size_t activations = 0;  // number of the buffer
    std::size_t weights = 0;
};

// Reads blocks of operands into the buffers, several bursts in flight.
class Dma : public sc_core::sc_module {
  public:
    tlm_utils::simple_initiator_socket<Dma> port{"port"};
    explicit Dma(sc_core::sc_module_name name) : sc_module(name) {}

    void prepare(const Layer& layer, std::size_t activation_bytes, std::size_t weight_bytes) {
        auto buffers = static_cast<std::size_t>(layer.platform.operand_buffers);
        activations_.assign(buffers, std::vector<std::uint8_t>(activation_bytes));
        weights_.assign(buffers, std::vector<std::uint8_t>(weight_bytes));
        activation_bytes_ = weight_bytes_ = 0;
    }
    // The buffers of block `index` are free.
    LoadedBlock load(const Block& block, std::int64_t index) {
        std::size_t buffers = activations_.size();
        LoadedBlock loaded{block, sc_time_stamp(), static_cast<std::size_t>(block.token_group) % buffers,
                           static_cast<std::size_t>(index) % buffers};
        read(block.activations, activations_[loaded.activations], loaded.available);
        read(block.weights, weights_[loaded.weights], loaded.available);
        activation_bytes_ += block.activations.bytes();
        weight_bytes_ += block.weights.bytes();
        return loaded;
    }
    const std::vector<std::uint8_t>& activations(const LoadedBlock& block) const {
        return activations_[block.activations];
    }
    const std::vector<std::uint8_t>& weights(const LoadedBlock& block) const {
        return weights_[block.weights];
    }
    std::int64_t activation_bytes() const { return activation_bytes_; }
    std::int64_t weight_bytes() const { return weight_bytes_; }

  private:
    void read(const RowTransfer& rows, std::vector<std::uint8_t>& buffer, sc_time& available) {
        for (std::int64_t row = 0; row < rows.rows; ++row) {
            auto offset = static_cast<std::uint64_t>(row * rows.row_bytes);
            sc_time done = transport(port, tlm::TLM_READ_COMMAND, rows.address + offset,
                                     buffer.data() + offset, rows.row_bytes);
            available = std::max(available, done);
        }
    }
    std::vector<std::vector<std::uint8_t>> activations_, weights_;
    std::int64_t activation_bytes_ = 0, weight_bytes_ = 0;
};

// Sends rows of results to the memory; a few may wait for their acknowledgement.
class Writer : public sc_core::sc_module {
  public:
    tlm_utils::simple_initiator_socket<Writer> port{"port"};
    explicit Writer(sc_core::sc_module_name name) : sc_module(name) {}

    void prepare(const Layer& layer) {
        layer_ = &layer;
        waiting_.clear();
        last_ = sc_time_stamp();
        bytes_ = 0;
    }
    bool has_room() {
        while (!waiting_.empty() && waiting_.front() <= sc_time_stamp()) waiting_.pop_front();
        return static_cast<int>(waiting_.size()) < layer_->platform.result_rows;
    }
    // A row that left the array in this cycle. Rows of padding tokens end here.
    void accept(const Block& block, std::int64_t row, const std::uint32_t* words) {
        if (row >= block.tokens) return;
        const std::int64_t result_bytes = layer_->plan.bytes_per_result();
        const int bits = layer_->datapath.outer_bits.bits();
        std::span<const std::uint32_t> port_words(
            words, static_cast<std::size_t>(words_for_bits(std::int64_t{layer_->config.columns} * bits)));
        buffer_.resize(static_cast<std::size_t>(block.channels * result_bytes));
        for (std::int64_t channel = 0; channel < block.channels; ++channel) {
            std::int64_t value = get_signed_bits(port_words, channel * bits, bits);
            std::memcpy(buffer_.data() + channel * result_bytes, &value,
                        static_cast<std::size_t>(result_bytes));
        }
        last_ = transport(port, tlm::TLM_WRITE_COMMAND, layer_->plan.result_address(block, row),
                          buffer_.data(), layer_->plan.result_bytes(block), cycles_as_time(1));
        waiting_.push_back(last_);
        bytes_ += layer_->plan.result_bytes(block);
    }
    sc_time last_acknowledgement() const { return last_; }
    std::int64_t bytes() const { return bytes_; }

  private:
    const Layer* layer_ = nullptr;
    std::deque<sc_time> waiting_;  // acknowledgements to come
    sc_time last_;
    std::int64_t bytes_ = 0;
    std::vector<std::uint8_t> buffer_;
};

// Walks through the blocks of a layer: has each read when a buffer is free and hands it to the array.
class Controller : public sc_core::sc_module {
  public:
    SC_HAS_PROCESS(Controller);
    Controller(sc_core::sc_module_name name, Dma& dma) : sc_module(name), dma_(dma) { SC_THREAD(run); }

    void start(const Layer& layer) {
        layer_ = &layer;
        loaded_.clear();
        freed_.clear();
        stopped_ = false;
        started_ = true;
        start_.notify(sc_core::SC_ZERO_TIME);
    }
    // The block at the front, or so many behind it, where its operands are on chip by now.
    const LoadedBlock* front(std::int64_t ahead = 0) const {
        const auto at = static_cast<std::size_t>(ahead);
        return at >= loaded_.size() || loaded_[at].available > sc_time_stamp() ? nullptr : &loaded_[at];
    }
    // Its last beat was accepted in this cycle: the buffers are free in the next.
    void release_front() {
        loaded_.pop_front();
        freed_.push_back(sc_time_stamp() + cycles_as_time(1));
        progress_.notify(sc_core::SC_ZERO_TIME);
    }
    // The array gave up.
    void stop() {
        stopped_ = true;
        progress_.notify(sc_core::SC_ZERO_TIME);
    }

  private:
    void run() {
        for (;;) {
            while (!started_) wait(start_);  // before the first layer the event comes before the process
            started_ = false;
            for (std::int64_t index = 0; index < layer_->plan.blocks() && !stopped_; ++index) {
                wait_for_buffer(index - layer_->platform.operand_buffers);
                if (stopped_) break;
                loaded_.push_back(dma_.load(layer_->plan.block(index), index));
            }
        }
    }
    // Until the buffers of the block `before` are free.
    void wait_for_buffer(std::int64_t before) {
        if (before < 0) return;
        while (!stopped_ && static_cast<std::int64_t>(freed_.size()) <= before) wait(progress_);
        if (stopped_) return;
        sc_time freed = freed_[static_cast<std::size_t>(before)];
        if (freed > sc_time_stamp()) wait(freed - sc_time_stamp());
    }

    Dma& dma_;
    const Layer* layer_ = nullptr;
    sc_core::sc_event start_, progress_;
    bool started_ = false, stopped_ = false;
    std::deque<LoadedBlock> loaded_;
    std::vector<sc_time> freed_;  // [blocks that the array is done with]
};

}  // namespace macaw::sim
