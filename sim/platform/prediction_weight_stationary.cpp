// The figures of a weight-stationary array. Reading and writing, B, lambda, D, Q, L(j), o and W are those of
// prediction.hpp; J = ceil(K / T) tiles of a block, R tokens a pass, P cycles from a token of the last tile
// to its row of results. Tile n is number n mod J of block j = n / J; A(n, r) is the cycle in which its token
// r is taken.
//
// Weights. T beats of tile n, one a cycle, once the first token of the tile before has swapped the registers
// and the block is on chip; they are there from
//     V(n) = max(A(n-1, 0) + 1, L(j)) + T
// Tokens. The first waits for the weights. A token of a first tile needs an outer accumulator, which the
// token R places before it frees one cycle after its row has left:
//     A(n, 0) = max(A(n-1, R-1) + 1, L(j), V(n), F)     A(n, r) = max(A(n, r-1) + 1, F)
//     F = o(j-1, r) + 1 in first tiles, nothing in others
// Results. o(j, r) = max(A(last tile of j, r) + P, o before + 1), later while Q rows wait for the memory.
//
// Closed forms, for a fast memory and blocks that are all alike: max(R, T + 1) cycles from tile to tile, and
// max(R, P + 1) from the last tile of a block to the next block, whose first token waits for a result.
// Traffic is that of the output-stationary array.
#include "sim/platform/prediction_parts.hpp"

namespace macaw::sim {

namespace {

class Tokens {
  public:
    Tokens(const LayerPlan& plan, Results& results, const golden::Datapath& datapath,
           const hw::ArrayConfig& array, PlatformFigures& figures)
        : plan_(plan),
          results_(results),
          figures_(figures),
          tile_(datapath.tile),
          latency_(hw::latency_of(datapath, array).last_beat_to_first_output),
          left_(static_cast<std::size_t>(array.rows), -1),
          taken_(left_.size(), -1) {}

    // A block whose operands are on chip from `available` on; returns the cycle of its last token.
    std::int64_t stream(std::int64_t block, std::int64_t available) {
        const std::int64_t tiles = plan_.weight_beats_per_block() / tile_;
        figures_.starved_cycles += std::max<std::int64_t>(0, available - (taken_.back() + 1));
        for (std::int64_t tile = 0; tile < tiles; ++tile) take(tile == 0, available);
        const Block rows = plan_.block(block);
        for (std::size_t row = 0; row < taken_.size(); ++row)
            left_[row] = results_.deliver(rows, static_cast<std::int64_t>(row), taken_[row] + latency_);
        return taken_.back();
    }

  private:
    // The tokens of a tile.
    void take(bool is_first_tile, std::int64_t available) {
        const std::int64_t loaded = std::max(taken_.front() + 1, available) + tile_;  // V
        std::int64_t due = std::max(taken_.back() + 1, available);  // the first token is offered
        figures_.weight_wait_cycles += std::max<std::int64_t>(0, loaded - due);
        for (std::size_t row = 0; row < taken_.size(); ++row) {
            taken_[row] = std::max({due, row == 0 ? loaded : 0, is_first_tile ? left_[row] + 1 : 0});
            figures_.blocked_cycles += taken_[row] - due;
            due = taken_[row] + 1;
        }
    }

    const LayerPlan& plan_;
    Results& results_;
    PlatformFigures& figures_;
    std::int64_t tile_, latency_;      // T, P
    std::vector<std::int64_t> left_;   // [R] o(j-1, r)
    std::vector<std::int64_t> taken_;  // [R] A(n-1, r)
};

}  // namespace

PlatformFigures predict_weight_stationary(const LayerPlan& plan, const PlatformConfig& config,
                                          const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    PlatformFigures figures;
    Operands operands(plan, config, figures);
    Results results(plan, config, figures);
    Tokens tokens(plan, results, datapath, array, figures);
    std::vector<std::int64_t> last_beat;  // E
    for (std::int64_t block = 0; block < plan.blocks(); ++block) {
        const std::int64_t before = block - config.operand_buffers;
        const std::int64_t freed = before < 0 ? 0 : last_beat[static_cast<std::size_t>(before)] + 1;
        last_beat.push_back(tokens.stream(block, operands.load(block, freed)));
    }
    figures.beats = plan.blocks() * plan.beats_per_block();
    figures.cycles = results.last_acknowledgement();
    figures.tail_cycles = figures.cycles - (last_beat.back() + 1);
    return figures;
}

}  // namespace macaw::sim
