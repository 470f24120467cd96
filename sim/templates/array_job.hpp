// The two sides of an array's port protocol, cycle by cycle: the sender that plays a job and the receiver
// that records its result (job_file.hpp). macaw includes this header and also writes it beside every
// simulator that it builds, so that all of them play and record a job in the same way. C++17, standard
// library and POSIX clocks only.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <time.h>

#include "job_file.hpp"

namespace macaw::sim::job {

// splitmix64: the same stalls on every machine and in every simulator.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed) {}
    bool happens(std::uint64_t per_256) {
        if (per_256 == 0) return false;
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return ((z ^ (z >> 31U)) & 255U) < per_256;
    }

  private:
    std::uint64_t state_;
};

// What in_valid_i, in_last_i, activation_i, weight_i and, of a weight stream, weight_valid_i carry in one
// cycle.
struct InputBeat {
    bool valid = false;
    bool last = false;
    const std::uint32_t* activation = nullptr;  // [activation_words]
    const std::uint32_t* weight = nullptr;      // [weight_words]
    bool weight_valid = false;
};

// Where a stream of beats stands in a job: it walks through the blocks and, in each, through the beats of its
// token group (activations) or column group (weights).
class BeatWalker {
  public:
    enum class Side { Tokens, Columns };
    BeatWalker(const Job& job, Side side, std::uint64_t step_beats)
        : job_(job), side_(side), step_beats_(step_beats) {
        enter_block();
    }
    bool finished() const { return block_ == job_.blocks(); }
    std::uint64_t block() const { return block_; }
    std::uint64_t index() const { return index_; }          // beat in its block
    std::uint64_t beat() const { return first_ + index_; }  // beat among all of the stream's
    bool in_last_step() const { return index_ + step_beats_ >= beats_; }

    void restart(std::uint64_t block) {
        block_ = block;
        index_ = 0;
        bool paired = job_.header.paired != 0;
        token_group_ = paired ? block : block / job_.header.column_groups;
        column_group_ = paired ? block : block % job_.header.column_groups;
        enter_block();
    }
    void advance() {
        if (++index_ < beats_) return;
        index_ = 0;
        ++block_;
        if (job_.header.paired != 0) {
            ++token_group_;
            ++column_group_;
        } else if (++column_group_ == job_.header.column_groups) {
            column_group_ = 0;
            ++token_group_;
        }
        if (finished()) return;
        if (job_.header.ragged == 0) return enter_block();
        first_ += beats_;
        beats_ = job_.steps_of(block_) * step_beats_;
    }

  private:
    void enter_block() {
        if (finished()) return;
        beats_ = job_.steps_of(token_group_) * step_beats_;
        first_ = job_.first_step(side_ == Side::Tokens ? token_group_ : column_group_) * step_beats_;
    }

    const Job& job_;
    Side side_;
    std::uint64_t step_beats_;
    std::uint64_t block_ = 0, token_group_ = 0, column_group_ = 0, index_ = 0;
    std::uint64_t beats_ = 0, first_ = 0;  // of the block
};

// The sender: offers the job's beats in order. A beat stays offered until it is accepted; between beats the
// ports carry ones, which the array must ignore. Weights without a stream of their own go with the
// activations.
class InputPlayer {
  public:
    explicit InputPlayer(const Job& job)
        : job_(job),
          chance_(job.header.seed * 2 + 1),
          weight_chance_(~job.header.seed),
          tokens_(job, BeatWalker::Side::Tokens, job.header.step_activation_beats),
          weights_(job, BeatWalker::Side::Columns, job.header.step_weight_beats),
          activation_ones_(ones(job.header.activation_bits)),
          weight_ones_(ones(job.header.weight_bits)) {
        offer_token();
        if (job_.header.weight_stream != 0) offer_weight();
    }
    const InputBeat& beat() const { return beat_; }
    bool finished() const { return tokens_.finished(); }
    std::uint64_t accepted_beats() const { return accepted_; }
    std::uint64_t stall_cycles() const { return stalled_; }
    // Where the offered beat, or the next one, stands in the job.
    std::uint64_t block() const { return tokens_.block(); }
    std::uint64_t index() const { return tokens_.index(); }

    // After a reset: what was accepted is forgotten, the next beats are the first ones of this block.
    void restart(std::uint64_t block) {
        tokens_.restart(block);
        weights_.restart(block);
        offer_token();
        if (job_.header.weight_stream != 0) offer_weight();
    }

    // A rising clock edge at which in_ready_o and, of a weight stream, weight_ready_o had these values.
    void clock(bool ready, bool weight_ready = false) {
        if (job_.header.weight_stream != 0 && (weight_ready || !beat_.weight_valid)) {
            if (beat_.weight_valid) weights_.advance();
            offer_weight();
        }
        if (beat_.valid && !ready) {
            ++stalled_;
            return;
        }
        if (beat_.valid) {
            ++accepted_;
            tokens_.advance();
            if (job_.header.weight_stream == 0) weights_.advance();
        }
        offer_token();
    }

  private:
    static std::vector<std::uint32_t> ones(std::uint64_t bits) {
        std::vector<std::uint32_t> words((bits + 31) / 32, ~0U);
        if (bits % 32 != 0) words.back() >>= 32 - bits % 32;
        return words;
    }
    const std::uint32_t* offered_weight() const {
        return job_.weights.data() + weights_.beat() * job_.weight_words();
    }
    void offer_token() {
        const bool with_weight = job_.header.weight_stream == 0;
        beat_.valid = !tokens_.finished() && !chance_.happens(job_.header.input_stalls_per_256);
        if (!beat_.valid) {
            beat_.last = true;
            beat_.activation = activation_ones_.data();
            if (with_weight) beat_.weight = weight_ones_.data();
            return;
        }
        beat_.last = tokens_.in_last_step();
        beat_.activation = job_.activations.data() + tokens_.beat() * job_.activation_words();
        if (with_weight) beat_.weight = offered_weight();
    }
    void offer_weight() {
        beat_.weight_valid =
            !weights_.finished() && !weight_chance_.happens(job_.header.weight_stalls_per_256);
        beat_.weight = beat_.weight_valid ? offered_weight() : weight_ones_.data();
    }

    const Job& job_;
    Chance chance_, weight_chance_;
    BeatWalker tokens_, weights_;
    std::vector<std::uint32_t> activation_ones_, weight_ones_;
    InputBeat beat_;
    std::uint64_t accepted_ = 0, stalled_ = 0;
};

// What out_valid_o, out_last_o, out_data_o and the flags carry in one cycle.
struct OutputRow {
    bool valid = false;
    bool last = false;
    const std::uint32_t* data = nullptr;   // [data_words]
    const std::uint32_t* inner = nullptr;  // [flag_words]
    const std::uint32_t* outer = nullptr;  // [flag_words]
};

// The receiver: records the rows of outputs and checks the protocol: out_last_o with row R-1 and only there,
// nothing withdrawn or changed while it was stalled, no row too many, none missing.
class OutputMonitor {
  public:
    explicit OutputMonitor(const Job& job)
        : job_(job),
          chance_(job.header.seed * 2 + 2),
          row_words_(job.header.data_words + 2 * job.header.flag_words) {
        expected_rows_ = job.blocks() * job.header.rows;
        words_.resize(expected_rows_ * row_words_);
        held_.resize(row_words_);
        now_.resize(row_words_);
        ready_ = !chance_.happens(job.header.output_stalls_per_256);
    }
    bool ready() const { return ready_; }
    // All outputs came, and the array stayed silent for a while after them.
    bool finished() const { return received_rows_ == expected_rows_ && quiet_cycles_ >= kQuietCycles; }
    std::uint64_t cycles() const { return cycles_of_last_row_; }
    std::uint64_t now() const { return cycles_; }  // since the end of the first reset, resets not counted
    std::uint64_t watched_cycle() const { return watched_cycle_; }
    std::uint64_t resets() const { return resets_; }
    std::uint64_t first_row_since_reset() const { return first_row_since_reset_; }

    // Whether the job wants a reset before the next cycle; none after the last output.
    bool reset_due() const {
        return resets_ < job_.header.resets && cycles_ >= (resets_ + 1) * job_.header.reset_every &&
               received_rows_ < expected_rows_;
    }
    // The array was reset. The block to go on with: the first one of which not all rows were received. Rows
    // of it that came before must come again as they were.
    std::uint64_t restart() {
        ++resets_;
        holding_ = false;
        std::uint64_t block = received_rows_ / job_.header.rows;
        auto word = [&](std::uint64_t row) {
            return words_.begin() + static_cast<std::ptrdiff_t>(row * row_words_);
        };
        before_reset_.assign(word(block * job_.header.rows), word(received_rows_));
        received_rows_ = first_row_since_reset_ = block * job_.header.rows;
        row_in_block_ = 0;
        return block;
    }
    std::uint64_t stall_cycles() const { return stalled_; }
    std::vector<std::uint32_t> take_words() { return std::move(words_); }

    // A rising clock edge at which the outputs had these values. `accepted_beats`: so far, for the watchdog.
    void clock(const OutputRow& row, std::uint64_t accepted_beats) {
        ++cycles_;
        check_held(row);
        if (row.valid && ready_) receive(row);
        if (row.valid && !ready_) hold(row);
        if (received_rows_ == expected_rows_ && !row.valid) ++quiet_cycles_;
        watch(accepted_beats);
        ready_ = !chance_.happens(job_.header.output_stalls_per_256);
    }

  private:
    static constexpr std::uint64_t kQuietCycles = 64;
    static constexpr std::uint64_t kPatience = 20000;  // cycles without any progress

    [[noreturn]] void fail(const std::string& what) const {
        throw std::runtime_error("protocol violation in cycle " + std::to_string(cycles_) + ", output row " +
                                 std::to_string(received_rows_) + ": " + what);
    }
    // to: [row_words_]
    void copy(const OutputRow& row, std::uint32_t* to) const {
        const std::uint64_t data = job_.header.data_words, flags = job_.header.flag_words;
        std::memcpy(to, row.data, data * sizeof *to);
        if (flags == 0) return;
        std::memcpy(to + data, row.inner, flags * sizeof *to);
        std::memcpy(to + data + flags, row.outer, flags * sizeof *to);
    }
    void receive(const OutputRow& row) {
        if (received_rows_ == expected_rows_) fail("a row of outputs that nothing asked for");
        const bool is_last = row_in_block_ == job_.header.rows - 1;
        if (row.last != is_last) fail(is_last ? "out_last_o is missing" : "out_last_o too early");
        row_in_block_ = is_last ? 0 : row_in_block_ + 1;
        copy(row, &words_[received_rows_ * row_words_]);
        if (!before_reset_.empty()) check_repeated();
        if (received_rows_ == job_.header.watched_row) watched_cycle_ = cycles_ - 1;
        ++received_rows_;
        cycles_of_last_row_ = cycles_;
    }
    void check_repeated() {
        std::uint64_t at = (received_rows_ - first_row_since_reset_) * row_words_;
        if (at + row_words_ > before_reset_.size()) return;
        if (std::memcmp(&before_reset_[at], &words_[received_rows_ * row_words_], row_words_ * 4) != 0)
            fail("the row is not the one that came before the reset");
    }
    void hold(const OutputRow& row) {
        ++stalled_;
        copy(row, held_.data());
        held_last_ = row.last;
        holding_ = true;
    }
    void check_held(const OutputRow& row) {
        if (!holding_) return;
        holding_ = false;
        if (!row.valid) fail("out_valid_o fell before out_ready_i rose");
        copy(row, now_.data());
        if (now_ != held_ || row.last != held_last_) fail("the outputs changed while they were stalled");
    }
    void watch(std::uint64_t accepted_beats) {
        std::uint64_t progress = accepted_beats + received_rows_ + quiet_cycles_;
        if (progress != last_progress_) {
            last_progress_ = progress;
            waited_ = 0;
        } else if (++waited_ > kPatience) {
            fail("the array is stuck: no beat was accepted and no output came for " +
                 std::to_string(kPatience) + " cycles");
        }
    }

    const Job& job_;
    Chance chance_;
    std::uint64_t row_words_ = 0, expected_rows_ = 0, received_rows_ = 0, row_in_block_ = 0;
    std::vector<std::uint32_t> words_;  // [expected_rows_, row_words_]
    std::vector<std::uint32_t> held_, now_;
    std::vector<std::uint32_t> before_reset_;
    std::uint64_t resets_ = 0, first_row_since_reset_ = 0, watched_cycle_ = 0;
    bool ready_ = true, holding_ = false, held_last_ = false;
    std::uint64_t cycles_ = 0, cycles_of_last_row_ = 0, stalled_ = 0, quiet_cycles_ = 0, last_progress_ = 0,
                  waited_ = 0;
};

// Ports of a Verilated model: of up to 64 bits they are integers, wider ones are arrays of 32-bit words.
template <typename Port>
void set_port(Port& port, const std::uint32_t* words) {
    if constexpr (!std::is_integral_v<Port>) {
        std::memcpy(port.data(), words, sizeof port);
    } else if constexpr (sizeof(Port) == 8) {
        port = static_cast<Port>(words[0]) | (static_cast<Port>(words[1]) << 32U);
    } else {
        port = static_cast<Port>(words[0]);
    }
}

template <typename Port>
void get_port(const Port& port, std::uint32_t* words) {
    if constexpr (!std::is_integral_v<Port>) {
        std::memcpy(words, port.data(), sizeof port);
    } else {
        words[0] = static_cast<std::uint32_t>(port);
        if constexpr (sizeof(Port) == 8) words[1] = static_cast<std::uint32_t>(port >> 32U);
    }
}

struct FlagPorts {
    bool inner = false;
    bool outer = false;
};

struct RunTime {
    std::uint64_t wall_nanoseconds = 0;
    std::uint64_t cpu_nanoseconds = 0;
};

// Time since it was made, of the thread that asks.
class Stopwatch {
  public:
    RunTime elapsed() const { return {now(CLOCK_MONOTONIC) - wall_, now(CLOCK_THREAD_CPUTIME_ID) - cpu_}; }

  private:
    static std::uint64_t now(clockid_t clock) {
        timespec time{};
        clock_gettime(clock, &time);
        return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
               static_cast<std::uint64_t>(time.tv_nsec);
    }
    std::uint64_t wall_ = now(CLOCK_MONOTONIC), cpu_ = now(CLOCK_THREAD_CPUTIME_ID);
};

inline Result make_result(const Job& job, const InputPlayer& input, OutputMonitor& output, FlagPorts ports,
                          bool sticky_overflow, RunTime time) {
    Result result;
    ResultHeader& h = result.header;
    h.blocks = job.blocks();
    h.rows = job.header.rows;
    h.data_words = job.header.data_words;
    h.flag_words = job.header.flag_words;
    h.has_inner_flags = ports.inner ? 1 : 0;
    h.has_outer_flags = ports.outer ? 1 : 0;
    h.sticky_overflow = sticky_overflow ? 1 : 0;
    h.cycles = output.cycles();
    h.accepted_beats = input.accepted_beats();
    h.input_stall_cycles = input.stall_cycles();
    h.output_stall_cycles = output.stall_cycles();
    h.nanoseconds = time.wall_nanoseconds;
    h.cpu_nanoseconds = time.cpu_nanoseconds;
    h.resets = output.resets();
    h.first_row_since_reset = output.first_row_since_reset();
    h.watched_cycle = output.watched_cycle();
    result.words = output.take_words();
    return result;
}

}  // namespace macaw::sim::job
