#include "sim/netlist/segment.hpp"

#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

// One lane's codes of a whole dot product from the port words of its beats: [beats * lanes].
template <typename Code>
std::vector<Code> codes_of(std::span<const std::uint32_t> words, std::int64_t beats,
                           std::int64_t words_per_beat, int position, int lanes, int bits,
                           golden::Signedness signedness) {
    std::vector<Code> codes;
    codes.reserve(static_cast<std::size_t>(beats * lanes));
    for (std::int64_t beat = 0; beat < beats; ++beat) {
        auto port = words.subspan(static_cast<std::size_t>(beat * words_per_beat),
                                  static_cast<std::size_t>(words_per_beat));
        for (int lane = 0; lane < lanes; ++lane) {
            std::int64_t first = (std::int64_t{position} * lanes + lane) * bits;
            codes.push_back(signedness == golden::Signedness::Signed
                                ? static_cast<Code>(get_signed_bits(port, first, bits))
                                : static_cast<Code>(get_bits(port, first, bits)));
        }
    }
    return codes;
}

}  // namespace

Segment::Segment(const Stimulus& stimulus, const golden::Datapath& datapath, FlagPorts flags,
                 SegmentStart start)
    : stimulus_(stimulus), datapath_(datapath), flags_(flags), layer_(start.layer) {
    token_group_ = start.block / layer().column_groups;
    column_group_ = start.block % layer().column_groups;
}

std::span<const std::uint32_t> Segment::activations() const {
    return std::span(layer().activations)
        .subspan(static_cast<std::size_t>((token_group_ * layer().beats + beat_) * layer().activation_words),
                 static_cast<std::size_t>(layer().activation_words));
}

std::span<const std::uint32_t> Segment::weights() const {
    return std::span(layer().weights)
        .subspan(static_cast<std::size_t>((column_group_ * layer().beats + beat_) * layer().weight_words),
                 static_cast<std::size_t>(layer().weight_words));
}

Segment::Block Segment::expected_block() const {
    const LayerStimulus& l = layer();
    const hw::ArrayConfig& array = stimulus_.array;
    Block block{layer_, token_group_, column_group_, {}, 0};
    auto activation_words =
        std::span(l.activations)
            .subspan(static_cast<std::size_t>(token_group_ * l.beats * l.activation_words),
                     static_cast<std::size_t>(l.beats * l.activation_words));
    auto weight_words =
        std::span(l.weights).subspan(static_cast<std::size_t>(column_group_ * l.beats * l.weight_words),
                                     static_cast<std::size_t>(l.beats * l.weight_words));
    std::vector<std::vector<std::int8_t>> columns;
    for (int column = 0; column < array.columns; ++column)
        columns.push_back(codes_of<std::int8_t>(weight_words, l.beats, l.weight_words, column, array.lanes,
                                                datapath_.weight_bits.bits(), golden::Signedness::Signed));
    for (int row = 0; row < array.rows; ++row) {
        auto inputs = codes_of<golden::ActivationCode>(activation_words, l.beats, l.activation_words, row,
                                                       array.lanes, datapath_.activation_bits.bits(),
                                                       datapath_.activation_signedness);
        for (const auto& codes : columns)
            block.outputs.push_back(golden::dot_product(codes, inputs, datapath_));
    }
    return block;
}

void Segment::advance() {
    if (!last()) {
        ++beat_;
        return;
    }
    due_.push_back(expected_block());
    beat_ = 0;
    if (++column_group_ < layer().column_groups) return;
    column_group_ = 0;
    if (++token_group_ < layer().token_groups) return;
    token_group_ = 0;
    layer_ = (layer_ + 1) % stimulus_.layers.size();
}

Expected<void> Segment::compare(const OutputRow& row) {
    if (due_.empty())
        return fail(ErrorKind::CheckFailed, "netlist: a result appears before its dot product was complete");
    Block& block = due_.front();
    int bits = datapath_.outer_bits.bits();
    const hw::ArrayConfig& array = stimulus_.array;
    for (int column = 0; column < array.columns; ++column) {
        const golden::DotProduct& expected =
            block.outputs[static_cast<std::size_t>(block.next_row * array.columns + column)];
        golden::DotProduct actual{
            get_signed_bits(row.data, std::int64_t{column} * bits, bits),
            flags_.inner ? (row.inner_overflow >> column & 1) != 0 : expected.inner_overflow,
            flags_.outer ? (row.outer_overflow >> column & 1) != 0 : expected.outer_overflow};
        if (actual == expected) continue;
        return fail(ErrorKind::CheckFailed,
                    "netlist: layer {}, token {}, channel {}: expected {} (flags {}{}), got {} (flags {}{})",
                    stimulus_.layers[block.layer].name, block.token_group * array.rows + block.next_row,
                    block.column_group * array.columns + column, expected.value,
                    expected.inner_overflow ? 'i' : '-', expected.outer_overflow ? 'o' : '-', actual.value,
                    actual.inner_overflow ? 'i' : '-', actual.outer_overflow ? 'o' : '-');
    }
    bool last = ++block.next_row == array.rows;
    if (last != row.last)
        return fail(ErrorKind::CheckFailed, "netlist: layer {}: out_last_o is {} on row {}",
                    stimulus_.layers[block.layer].name, row.last ? 1 : 0, block.next_row - 1);
    if (last) due_.pop_front();
    ++rows_compared_;
    return {};
}

}  // namespace macaw::sim
