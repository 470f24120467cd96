#include "hw/array/test_vectors.hpp"

#include "hw/array/stream_layout.hpp"

namespace macaw::hw {

namespace {

using Bits = PortBeats::Bits;

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

std::int64_t pick_code(golden::Range range, Codes codes, std::mt19937_64& random) {
    if (codes == Codes::Random) return pick(random, range.min, range.max);
    return pick(random, 0, 1) ? range.max : range.min;
}

void put(Bits& bits, int code, std::int64_t value, int width) {
    for (int i = 0; i < width; ++i)
        bits[static_cast<std::size_t>(code * width + i)] = ((value >> i) & 1) != 0;
}

}  // namespace

void append(PortBeats::Bits& bits, std::int64_t value, int width) {
    for (int i = 0; i < width; ++i) bits.push_back(((value >> i) & 1) != 0);
}

std::string hex(const PortBeats::Bits& bits) {
    std::string digits;
    for (std::size_t nibble = (bits.size() + 3) / 4; nibble-- > 0;) {
        unsigned value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            if (4 * nibble + i < bits.size() && bits[4 * nibble + i]) value |= 1U << i;
        digits += "0123456789abcdef"[value];
    }
    return digits;
}

Group random_group(const golden::Datapath& datapath, const ArrayConfig& array, std::int64_t length,
                   Codes codes, std::mt19937_64& random) {
    Group group{length, {}, {}};
    for (std::int64_t i = 0; i < array.rows * length; ++i)
        group.activations.push_back(
            static_cast<golden::ActivationCode>(pick_code(datapath.activation_range(), codes, random)));
    for (std::int64_t i = 0; i < array.columns * length; ++i)
        group.weights.push_back(
            static_cast<golden::WeightCode>(pick_code(datapath.weight_range(), codes, random)));
    return group;
}

std::vector<Group> corner_groups(const golden::Datapath& datapath, const ArrayConfig& array,
                                 std::mt19937_64& random) {
    std::vector<Group> groups;
    const std::int64_t tile = datapath.tile, lanes = array.lanes;
    for (std::int64_t length : {std::int64_t{1}, tile, 3 * tile + 1, lanes + 1, 2 * tile})
        for (Codes codes : {Codes::Extreme, Codes::Random})
            groups.push_back(random_group(datapath, array, length, codes, random));
    return groups;
}

std::vector<OutputRow> expected_rows(const golden::Datapath& datapath, const ArrayConfig& array,
                                     const std::vector<Group>& groups) {
    std::vector<OutputRow> rows;
    bool inner = datapath.inner_overflow != golden::OverflowMode::Wrap;
    bool outer = datapath.outer_overflow != golden::OverflowMode::Wrap;
    for (const Group& group : groups) {
        golden::MatmulResult result = golden::matmul(group.weights, group.activations,
                                                     {array.rows, group.length, array.columns}, datapath);
        for (int row = 0; row < array.rows; ++row) {
            OutputRow& out = rows.emplace_back();
            out.last = row + 1 == array.rows;
            for (int column = 0; column < array.columns; ++column) {
                std::size_t i = static_cast<std::size_t>(row * array.columns + column);
                out.columns.push_back({result.values[i], inner && result.inner_overflow[i] != 0,
                                       outer && result.outer_overflow[i] != 0});
            }
        }
    }
    return rows;
}

PortBeats port_beats(const golden::Datapath& datapath, const ArrayConfig& array, const Group& group) {
    const StreamLayout layout(datapath, array);
    PortBeats beats;
    beats.last_beats = layout.last_beats();
    beats.activations.assign(static_cast<std::size_t>(layout.activation_beats(group.length)),
                             Bits(static_cast<std::size_t>(layout.activation_port_bits())));
    beats.weights.assign(static_cast<std::size_t>(layout.weight_beats(group.length)),
                         Bits(static_cast<std::size_t>(layout.weight_port_bits())));
    for (std::int64_t k = 0; k < group.length; ++k) {
        for (int row = 0; row < array.rows; ++row) {
            const StreamPosition at = layout.activation_at(row, k);
            put(beats.activations[static_cast<std::size_t>(at.beat)], at.code,
                group.activations[static_cast<std::size_t>(row * group.length + k)],
                datapath.activation_bits.bits());
        }
        for (int column = 0; column < array.columns; ++column) {
            const StreamPosition at = layout.weight_at(column, k);
            put(beats.weights[static_cast<std::size_t>(at.beat)], at.code,
                group.weights[static_cast<std::size_t>(column * group.length + k)],
                datapath.weight_bits.bits());
        }
    }
    return beats;
}

std::vector<std::string> beats_as_hex(const golden::Datapath& datapath, const ArrayConfig& array,
                                      const std::vector<Group>& groups) {
    const bool with_weights = !StreamLayout(datapath, array).has_weight_stream();
    std::vector<std::string> lines;
    for (const Group& group : groups) {
        const PortBeats beats = port_beats(datapath, array, group);
        for (std::size_t beat = 0; beat < beats.activations.size(); ++beat) {
            Bits bits = with_weights ? beats.weights[beat] : Bits();
            bits.insert(bits.end(), beats.activations[beat].begin(), beats.activations[beat].end());
            bits.push_back(beat + static_cast<std::size_t>(beats.last_beats) >= beats.activations.size());
            lines.push_back(hex(bits));
        }
    }
    return lines;
}

std::vector<std::string> weight_beats_as_hex(const golden::Datapath& datapath, const ArrayConfig& array,
                                             const std::vector<Group>& groups) {
    std::vector<std::string> lines;
    for (const Group& group : groups)
        for (const Bits& bits : port_beats(datapath, array, group).weights) lines.push_back(hex(bits));
    return lines;
}

std::vector<std::string> rows_as_hex(const golden::Datapath& datapath, const std::vector<OutputRow>& rows) {
    std::vector<std::string> lines;
    for (const OutputRow& row : rows) {
        Bits bits;
        for (const golden::DotProduct& output : row.columns)
            append(bits, output.value, datapath.outer_bits.bits());
        for (const golden::DotProduct& output : row.columns) bits.push_back(output.inner_overflow);
        for (const golden::DotProduct& output : row.columns) bits.push_back(output.outer_overflow);
        bits.push_back(row.last);
        lines.push_back(hex(bits));
    }
    return lines;
}

}  // namespace macaw::hw
