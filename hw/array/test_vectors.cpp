#include "hw/array/test_vectors.hpp"

namespace macaw::hw {

namespace {

using Bits = std::vector<bool>;  // least significant first

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

std::int64_t pick_code(golden::Range range, Codes codes, std::mt19937_64& random) {
    if (codes == Codes::Random) return pick(random, range.min, range.max);
    return pick(random, 0, 1) ? range.max : range.min;
}

void append(Bits& bits, std::int64_t value, int width) {
    for (int i = 0; i < width; ++i) bits.push_back(((value >> i) & 1) != 0);
}

std::string hex(const Bits& bits) {
    std::string digits;
    for (std::size_t nibble = (bits.size() + 3) / 4; nibble-- > 0;) {
        unsigned value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            if (4 * nibble + i < bits.size() && bits[4 * nibble + i]) value |= 1U << i;
        digits += "0123456789abcdef"[value];
    }
    return digits;
}

// Lanes [first, first + lanes) of every side's row of codes.
template <typename Code>
void append_lanes(Bits& bits, const std::vector<Code>& codes, int sides, std::int64_t length,
                  std::int64_t first, int lanes, int width) {
    for (int side = 0; side < sides; ++side)
        for (std::int64_t k = first; k < first + lanes; ++k)
            append(bits, k < length ? codes[static_cast<std::size_t>(side * length + k)] : 0, width);
}

}  // namespace

Group random_group(const golden::Datapath& datapath, const ArrayConfig& array, std::int64_t length,
                   Codes codes, std::mt19937_64& random) {
    Group group{length, {}, {}};
    for (std::int64_t i = 0; i < array.rows * length; ++i)
        group.activations.push_back(
            static_cast<golden::ActivationCode>(pick_code(datapath.activation_range(), codes, random)));
    for (std::int64_t i = 0; i < array.columns * length; ++i)
        group.weights.push_back(static_cast<std::int8_t>(pick_code(datapath.weight_range(), codes, random)));
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

std::vector<std::string> beats_as_hex(const golden::Datapath& datapath, const ArrayConfig& array,
                                      const std::vector<Group>& groups) {
    std::vector<std::string> lines;
    for (const Group& group : groups) {
        for (std::int64_t first = 0; first < group.length; first += array.lanes) {
            Bits bits;
            append_lanes(bits, group.weights, array.columns, group.length, first, array.lanes,
                         datapath.weight_bits.bits());
            append_lanes(bits, group.activations, array.rows, group.length, first, array.lanes,
                         datapath.activation_bits.bits());
            bits.push_back(first + array.lanes >= group.length);
            lines.push_back(hex(bits));
        }
    }
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
