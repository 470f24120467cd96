// The files between macaw and a generated simulator: the job in, the result out. macaw includes this header
// and also writes it beside every simulator that it builds. C++17, standard library only, little-endian
// machines.
//
// Job file:    JobHeader, activations [token_groups, beats, activation_words], weights [column_groups, beats,
// weight_words] Result file: ResultHeader, words [blocks, rows, data_words + 2 * flag_words] (outputs, inner
// flags, outer flags) A block is the R x C outputs of one (token group, column group). Blocks come token
// group by token group; in a paired job token group g meets only column group g. The groups of a ragged job
// (always paired) have numbers of steps of their own: lengths [groups] stand behind the header.
//
// Groups are counted in steps: `step_activation_beats` beats of activations and `step_weight_beats` of
// weights. In an output-stationary array a step is one beat of both; in a weight-stationary one, whose
// weights have a stream of their own, a tile: R tokens and T rows of weights. in_last_i is high with the
// beats of a group's last step.
//
// A job may ask for resets in the middle. The outputs in the array are lost then, so the sender goes on with
// the first block of which not all rows were received: the recording is the same with and without resets.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace macaw::sim::job {

struct JobHeader {
    char magic[8] = {'M', 'A', 'C', 'A', 'W', 'J', '0', '4'};
    std::uint64_t rows = 0;             // R
    std::uint64_t data_words = 0;       // 32-bit words of out_data_o: ceil(C * P_O / 32)
    std::uint64_t flag_words = 0;       // of inner_overflow_o and of outer_overflow_o: ceil(C / 32)
    std::uint64_t activation_bits = 0;  // of activation_i: R * L * N
    std::uint64_t weight_bits = 0;      // of weight_i: C * L * M
    std::uint64_t token_groups = 0;
    std::uint64_t column_groups = 0;
    std::uint64_t beats = 0;  // steps of one dot product
    std::uint64_t paired = 0;
    std::uint64_t seed = 0;                         // of the stalls and of the registers' values before reset
    std::uint64_t input_stalls_per_256 = 0;         // chance that a beat is held back in a cycle, 0..254
    std::uint64_t output_stalls_per_256 = 0;        // chance that out_ready_i is low in a cycle, 0..254
    std::uint64_t ragged = 0;                       // 1: each group has its own number of beats, `beats` is 0
    std::uint64_t resets = 0;                       // at most so many resets in the middle,
    std::uint64_t reset_every = 0;                  // one each time that so many cycles have passed
    std::uint64_t watched_row = ~std::uint64_t{0};  // row of outputs whose cycle the result tells
    std::uint64_t trace_from = 0;                   // cycles [from, to] go into the waveform file, where the
    std::uint64_t trace_to = 0;                     // simulator was built to write one
    std::uint64_t step_activation_beats = 1;
    std::uint64_t step_weight_beats = 1;
    std::uint64_t weight_stream = 0;          // 1: weights have a valid and ready of their own,
    std::uint64_t weight_stalls_per_256 = 0;  // and a chance of being held back, 0..254
};

struct ResultHeader {
    char magic[8] = {'M', 'A', 'C', 'A', 'W', 'R', '0', '3'};
    std::uint64_t blocks = 0;
    std::uint64_t rows = 0;
    std::uint64_t data_words = 0;
    std::uint64_t flag_words = 0;
    std::uint64_t has_inner_flags = 0;  // the array has the port inner_overflow_o
    std::uint64_t has_outer_flags = 0;
    std::uint64_t sticky_overflow = 0;  // overflow_o after the last output
    std::uint64_t cycles = 0;           // from the end of reset to the last output
    std::uint64_t accepted_beats = 0;
    std::uint64_t input_stall_cycles = 0;     // a beat was offered and not accepted
    std::uint64_t output_stall_cycles = 0;    // a row of outputs was offered and not taken
    std::uint64_t nanoseconds = 0;            // wall clock of the simulation alone
    std::uint64_t cpu_nanoseconds = 0;        // processor time of its thread, whatever else the machine does
    std::uint64_t resets = 0;                 // in the middle, that happened
    std::uint64_t first_row_since_reset = 0;  // sticky_overflow belongs to the rows from here on
    std::uint64_t watched_cycle = 0;          // of JobHeader::watched_row
};

struct Job {
    JobHeader header;
    std::vector<std::uint64_t> lengths;  // ragged: steps of each group
    std::vector<std::uint32_t> activations;
    std::vector<std::uint32_t> weights;

    std::uint64_t activation_words() const { return (header.activation_bits + 31) / 32; }
    std::uint64_t weight_words() const { return (header.weight_bits + 31) / 32; }
    std::uint64_t blocks() const {
        return header.paired != 0 ? header.token_groups : header.token_groups * header.column_groups;
    }
    std::uint64_t steps_of(std::uint64_t group) const {
        return header.ragged != 0 ? lengths[group] : header.beats;
    }
    // Steps of all groups in front of this one.
    std::uint64_t first_step(std::uint64_t group) const {
        if (header.ragged == 0) return group * header.beats;
        std::uint64_t sum = 0;
        for (std::uint64_t before = 0; before < group; ++before) sum += lengths[before];
        return sum;
    }
};

struct Result {
    ResultHeader header;
    std::vector<std::uint32_t> words;
};

// All functions below throw std::runtime_error with a message for the user.
namespace detail {

inline void check_magic(const char (&found)[8], const char (&expected)[8], const std::string& path) {
    if (std::memcmp(found, expected, sizeof found) != 0)
        throw std::runtime_error(path + ": wrong kind of file");
}

template <typename Word>
void write_words(std::ofstream& file, const std::vector<Word>& words) {
    file.write(reinterpret_cast<const char*>(words.data()),
               static_cast<std::streamsize>(words.size() * sizeof(Word)));
}

template <typename Word = std::uint32_t>
std::vector<Word> read_words(std::ifstream& file, std::uint64_t count, const std::string& path) {
    std::vector<Word> words(count);
    file.read(reinterpret_cast<char*>(words.data()), static_cast<std::streamsize>(count * sizeof(Word)));
    if (!file) throw std::runtime_error(path + ": truncated");
    return words;
}

template <typename Header>
Header read_header(std::ifstream& file, const std::string& path) {
    Header header;
    const Header fresh;
    if (!file) throw std::runtime_error(path + ": cannot be opened");
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    if (!file) throw std::runtime_error(path + ": truncated");
    check_magic(header.magic, fresh.magic, path);
    return header;
}

}  // namespace detail

inline void write_job(const std::string& path, const Job& job) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&job.header), sizeof job.header);
    detail::write_words(file, job.lengths);
    detail::write_words(file, job.activations);
    detail::write_words(file, job.weights);
    file.close();
    if (!file) throw std::runtime_error(path + ": cannot be written");
}

inline Job read_job(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Job job;
    job.header = detail::read_header<JobHeader>(file, path);
    const JobHeader& h = job.header;
    if (h.ragged != 0) job.lengths = detail::read_words<std::uint64_t>(file, h.token_groups, path);
    job.activations = detail::read_words(
        file, job.first_step(h.token_groups) * h.step_activation_beats * job.activation_words(), path);
    job.weights = detail::read_words(
        file, job.first_step(h.column_groups) * h.step_weight_beats * job.weight_words(), path);
    return job;
}

inline void write_result(const std::string& path, const Result& result) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&result.header), sizeof result.header);
    detail::write_words(file, result.words);
    file.close();
    if (!file) throw std::runtime_error(path + ": cannot be written");
}

inline Result read_result(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Result result;
    result.header = detail::read_header<ResultHeader>(file, path);
    const ResultHeader& h = result.header;
    result.words = detail::read_words(file, h.blocks * h.rows * (h.data_words + 2 * h.flag_words), path);
    return result;
}

}  // namespace macaw::sim::job
