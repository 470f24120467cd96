// See job.hpp; the port layout is that of hw/array (column c of out_data_o at bit c*P_O).
#include "sim/job.hpp"

#include "hw/array/stream_layout.hpp"
#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

std::uint64_t chance(int per_256) {
    require(per_256 >= 0 && per_256 <= 254, "make_job: the chance of a stall is outside 0..254 of 256");
    return static_cast<std::uint64_t>(per_256);
}

}  // namespace

job::Job make_job(const LayerStimulus& stimulus, const golden::Datapath& datapath,
                  const hw::ArrayConfig& array, Pairing pairing, const Stalls& stalls) {
    require(pairing == Pairing::Product || stimulus.token_groups == stimulus.column_groups,
            "make_job: a paired job needs as many token groups as column groups");
    job::Job job;
    job::JobHeader& h = job.header;
    h.rows = static_cast<std::uint64_t>(array.rows);
    h.data_words =
        static_cast<std::uint64_t>(words_for_bits(std::int64_t{array.columns} * datapath.outer_bits.bits()));
    h.flag_words = static_cast<std::uint64_t>(words_for_bits(array.columns));
    const hw::StreamLayout layout(datapath, array);
    h.activation_bits = static_cast<std::uint64_t>(layout.activation_port_bits());
    h.weight_bits = static_cast<std::uint64_t>(layout.weight_port_bits());
    h.step_activation_beats = static_cast<std::uint64_t>(layout.step_activation_beats());
    h.step_weight_beats = static_cast<std::uint64_t>(layout.step_weight_beats());
    h.weight_stream = layout.has_weight_stream() ? 1 : 0;
    h.token_groups = static_cast<std::uint64_t>(stimulus.token_groups);
    h.column_groups = static_cast<std::uint64_t>(stimulus.column_groups);
    h.beats = static_cast<std::uint64_t>(stimulus.beats / layout.step_activation_beats());
    h.paired = pairing == Pairing::Paired ? 1 : 0;
    h.seed = stalls.seed;
    h.input_stalls_per_256 = chance(stalls.input_per_256);
    h.output_stalls_per_256 = chance(stalls.output_per_256);
    h.weight_stalls_per_256 = chance(stalls.weight_per_256.value_or(stalls.input_per_256));
    job.activations = stimulus.activations;
    job.weights = stimulus.weights;
    return job;
}

Outputs decode(const job::Result& result, const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    const job::ResultHeader& h = result.header;
    Outputs out;
    out.blocks = static_cast<std::int64_t>(h.blocks);
    out.rows = array.rows;
    out.columns = array.columns;
    out.has_inner_flags = h.has_inner_flags != 0;
    out.has_outer_flags = h.has_outer_flags != 0;
    out.sticky_overflow = h.sticky_overflow != 0;
    out.first_since_reset = static_cast<std::int64_t>(h.first_row_since_reset) * array.columns;
    require(h.rows == static_cast<std::uint64_t>(array.rows), "decode: the result is of another array");
    std::size_t row_words = h.data_words + 2 * h.flag_words;
    std::size_t row_beats = h.blocks * h.rows;
    require(result.words.size() == row_beats * row_words, "decode: the result has a wrong size");
    std::size_t outputs = row_beats * static_cast<std::size_t>(array.columns);
    out.values.reserve(outputs);
    out.inner_overflow.reserve(outputs);
    out.outer_overflow.reserve(outputs);
    int bits = datapath.outer_bits.bits();
    for (std::size_t beat = 0; beat < row_beats; ++beat) {
        std::span<const std::uint32_t> words = std::span(result.words).subspan(beat * row_words, row_words);
        std::span<const std::uint32_t> data = words.first(h.data_words);
        std::span<const std::uint32_t> inner = words.subspan(h.data_words, h.flag_words);
        std::span<const std::uint32_t> outer = words.subspan(h.data_words + h.flag_words, h.flag_words);
        for (int column = 0; column < array.columns; ++column) {
            out.values.push_back(get_signed_bits(data, std::int64_t{column} * bits, bits));
            out.inner_overflow.push_back(static_cast<std::uint8_t>(get_bits(inner, column, 1)));
            out.outer_overflow.push_back(static_cast<std::uint8_t>(get_bits(outer, column, 1)));
        }
    }
    return out;
}

OutputPlace place_of(std::int64_t index, const LayerStimulus& stimulus, const hw::ArrayConfig& array,
                     Pairing pairing) {
    std::int64_t column = index % array.columns;
    std::int64_t row = index / array.columns % array.rows;
    std::int64_t block = index / array.columns / array.rows;
    bool product = pairing == Pairing::Product;
    std::int64_t token_group = product ? block / stimulus.column_groups : block;
    std::int64_t column_group = product ? block % stimulus.column_groups : block;
    return {token_group * array.rows + row, column_group * array.columns + column};
}

}  // namespace macaw::sim
