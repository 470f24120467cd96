#include "sim/netlist/segment.hpp"

#include "sim/port_vector.hpp"

namespace macaw::sim {

namespace {

template <typename Code>
std::vector<Code> row_of(const std::vector<Code>& codes, std::int64_t row, std::int64_t features) {
    auto first = codes.begin() + row * features;
    return std::vector<Code>(first, first + features);
}

}  // namespace

Segment::Segment(const Stimulus& stimulus, const golden::Datapath& datapath, FlagPorts flags,
                 SegmentStart start)
    : stimulus_(stimulus), datapath_(datapath), flags_(flags), layout_(datapath, stimulus.array) {
    const std::int64_t columns = stimulus.layers[start.layer].column_groups;
    tokens_ = weights_ = {start.layer, start.block / columns, start.block % columns, 0};
}

bool Segment::last() const {
    return tokens_.beat + layout_.last_beats() >= layer_of(tokens_).beats;
}

std::span<const std::uint32_t> Segment::activations() const {
    const LayerStimulus& l = layer_of(tokens_);
    return std::span(l.activations)
        .subspan(
            static_cast<std::size_t>((tokens_.token_group * l.beats + tokens_.beat) * l.activation_words),
            static_cast<std::size_t>(l.activation_words));
}

std::span<const std::uint32_t> Segment::weights() const {
    const LayerStimulus& l = layer_of(weights_);
    return std::span(l.weights).subspan(
        static_cast<std::size_t>((weights_.column_group * l.weight_beats + weights_.beat) * l.weight_words),
        static_cast<std::size_t>(l.weight_words));
}

// The codes of the block's tokens and channels from the port words of its groups, padding included.
Segment::Block Segment::expected_block() const {
    const LayerStimulus& l = layer_of(tokens_);
    const hw::ArrayConfig& array = stimulus_.array;
    Block block{tokens_.layer, tokens_.token_group, tokens_.column_group, {}, 0};
    LayerStimulus one;  // the groups of this block alone
    one.shape = {array.rows, l.shape.in_features, array.columns};
    auto first_activation = l.activations.begin() + tokens_.token_group * l.beats * l.activation_words;
    one.activations.assign(first_activation, first_activation + l.beats * l.activation_words);
    auto first_weight = l.weights.begin() + tokens_.column_group * l.weight_beats * l.weight_words;
    one.weights.assign(first_weight, first_weight + l.weight_beats * l.weight_words);
    const auto inputs = unpack_activations(one, datapath_, array);
    const auto weights = unpack_weights(one, datapath_, array);
    for (int row = 0; row < array.rows; ++row)
        for (int column = 0; column < array.columns; ++column)
            block.outputs.push_back(golden::dot_product(row_of(weights, column, l.shape.in_features),
                                                        row_of(inputs, row, l.shape.in_features), datapath_));
    return block;
}

bool Segment::step(Walker& walker, std::int64_t beats) const {
    if (++walker.beat < beats) return false;
    walker.beat = 0;
    const LayerStimulus& l = layer_of(walker);
    if (++walker.column_group < l.column_groups) return true;
    walker.column_group = 0;
    if (++walker.token_group < l.token_groups) return true;
    walker.token_group = 0;
    walker.layer = (walker.layer + 1) % stimulus_.layers.size();
    return true;
}

void Segment::advance() {
    const std::int64_t beats = layer_of(tokens_).beats;
    // Token 0 of the last step may already have its results before the other tokens are accepted.
    if (tokens_.beat + layout_.last_beats() == beats) due_.push_back(expected_block());
    step(tokens_, beats);
    if (!layout_.has_weight_stream()) advance_weights();
}

void Segment::advance_weights() {
    step(weights_, layer_of(weights_).weight_beats);
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
