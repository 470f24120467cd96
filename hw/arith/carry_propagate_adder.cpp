#include "hw/arith/carry_propagate_adder.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace macaw::hw {

using rtl::Expression;

namespace {

// Keeps, while cells are added, what each position is joined with so far, and its depth.
class NetworkBuilder {
  public:
    explicit NetworkBuilder(int width) : depth_(static_cast<std::size_t>(width), 0) {
        for (std::size_t i = 0; i < depth_.size(); ++i) network_.carries.push_back(i);
    }

    int width() const { return static_cast<int>(network_.carries.size()); }

    // Cells that work side by side: all read what was there before. (position, with)
    void level(const std::vector<std::pair<int, int>>& joins) {
        std::vector<std::size_t> before = network_.carries;
        for (auto [position, with] : joins) {
            std::size_t upper = before[static_cast<std::size_t>(position)];
            std::size_t lower = before[static_cast<std::size_t>(with)];
            network_.cells.push_back({upper, lower});
            depth_.push_back(std::max(depth_[upper], depth_[lower]) + 1);
            network_.carries[static_cast<std::size_t>(position)] = depth_.size() - 1;
        }
    }

    PrefixNetwork finish() {
        network_.depth = *std::max_element(depth_.begin(), depth_.end());
        return std::move(network_);
    }

  private:
    PrefixNetwork network_;
    std::vector<int> depth_;
};

// Level d: every position joins the one d below it.
void kogge_stone(NetworkBuilder& builder) {
    for (int d = 1; d < builder.width(); d *= 2) {
        std::vector<std::pair<int, int>> joins;
        for (int i = d; i < builder.width(); ++i) joins.emplace_back(i, i - d);
        builder.level(joins);
    }
}

// Level d: the upper half of every group of 2d joins the top of the lower half.
void sklansky(NetworkBuilder& builder) {
    for (int d = 1; d < builder.width(); d *= 2) {
        std::vector<std::pair<int, int>> joins;
        for (int i = 0; i < builder.width(); ++i)
            if ((i / d) % 2 == 1) joins.emplace_back(i, i / d * d - 1);
        builder.level(joins);
    }
}

// A tree up to the groups of powers of two, and one down to the positions between them.
void brent_kung(NetworkBuilder& builder) {
    int d = 1;
    for (; d < builder.width(); d *= 2) {
        std::vector<std::pair<int, int>> joins;
        for (int i = 2 * d - 1; i < builder.width(); i += 2 * d) joins.emplace_back(i, i - d);
        builder.level(joins);
    }
    for (d /= 2; d >= 1; d /= 2) {
        std::vector<std::pair<int, int>> joins;
        for (int i = 3 * d - 1; i < builder.width(); i += 2 * d) joins.emplace_back(i, i - d);
        builder.level(joins);
    }
}

// What position or cell generates a carry, and whether it passes one on.
struct Group {
    Expression generate;
    Expression propagate;
};

// Which groups' propagate signal something reads: that of `upper` always, that of `lower` where the cell's
// own one is read.
std::vector<bool> propagates_needed(const PrefixNetwork& network, std::size_t width) {
    std::vector<bool> needed(width + network.cells.size(), false);
    for (std::size_t i = network.cells.size(); i-- > 0;) {
        needed[network.cells[i].upper] = true;
        if (needed[width + i]) needed[network.cells[i].lower] = true;
    }
    return needed;
}

class Adder {
  public:
    Adder(rtl::Module& module, const AdderCells& cells, const std::string& name,
          std::span<const Expression> a, std::span<const Expression> b, ArithmeticCost& cost)
        : module_(module), cells_(cells), name_(name), a_(a), b_(b), cost_(cost) {}

    std::vector<Expression> ripple() {
        std::vector<Expression> sum;
        std::optional<Expression> carry;
        for (std::size_t i = 0; i + 1 < a_.size(); ++i) {
            std::string suffix = fmt::format("{}_{}", name_, i);
            AddedBits bits = carry ? instantiate_full_adder(module_, cells_, suffix, a_[i], b_[i], *carry)
                                   : instantiate_half_adder(module_, cells_, suffix, a_[i], b_[i]);
            ++(carry ? cost_.full_adders : cost_.half_adders);
            sum.push_back(bits.sum);
            carry = bits.carry;
        }
        Expression top = a_.back() ^ b_.back();
        sum.push_back(carry ? top ^ *carry : top);
        ++cost_.gates;
        cost_.carry_propagate_depth = static_cast<int>(a_.size());
        return sum;
    }

    std::vector<Expression> prefix(FinalAdder kind) {
        std::vector<Expression> sum;
        for (std::size_t i = 0; i < a_.size(); ++i)
            sum.push_back(module_.wire(fmt::format("{}_half_sum_{}", name_, i), a_[i] ^ b_[i]));
        const std::size_t width = a_.size() - 1;  // nobody reads the carry out of the last column
        if (width == 0) return sum;
        PrefixNetwork network = prefix_network(kind, static_cast<int>(width));
        std::vector<bool> needed = propagates_needed(network, width);
        std::vector<Group> groups;
        for (std::size_t i = 0; i < width; ++i)
            groups.push_back({module_.wire(fmt::format("{}_generate_{}", name_, i), a_[i] & b_[i]), sum[i]});
        for (std::size_t i = 0; i < network.cells.size(); ++i) {
            const Group upper = groups[network.cells[i].upper], lower = groups[network.cells[i].lower];
            Expression carry = module_.wire(fmt::format("{}_generate_{}", name_, width + i),
                                            upper.generate | (upper.propagate & lower.generate));
            Expression passes = upper.propagate;  // not read where it is not needed
            if (needed[width + i])
                passes = module_.wire(fmt::format("{}_propagate_{}", name_, width + i),
                                      upper.propagate & lower.propagate);
            groups.push_back({carry, passes});
        }
        for (std::size_t i = 0; i < width; ++i) sum[i + 1] = sum[i + 1] ^ groups[network.carries[i]].generate;
        cost_.prefix_cells += static_cast<std::int64_t>(network.cells.size());
        cost_.carry_propagate_depth = network.depth;
        return sum;
    }

  private:
    rtl::Module& module_;
    const AdderCells& cells_;
    const std::string& name_;
    std::span<const Expression> a_, b_;
    ArithmeticCost& cost_;
};

}  // namespace

PrefixNetwork prefix_network(FinalAdder kind, int width) {
    NetworkBuilder builder(width);
    switch (kind) {
        case FinalAdder::BrentKung:
            brent_kung(builder);
            break;
        case FinalAdder::Sklansky:
            sklansky(builder);
            break;
        case FinalAdder::KoggeStone:
            kogge_stone(builder);
            break;
        case FinalAdder::Operator:
        case FinalAdder::Ripple:
            throw std::logic_error("prefix_network: not a prefix adder");
    }
    return builder.finish();
}

std::vector<Expression> add_carry_propagate_adder(rtl::Module& module, const AdderCells& cells,
                                                  const std::string& name, std::span<const Expression> a,
                                                  std::span<const Expression> b, FinalAdder kind,
                                                  ArithmeticCost& cost) {
    require(!a.empty() && a.size() == b.size(), "add_carry_propagate_adder: rows of different length");
    Adder adder(module, cells, name, a, b, cost);
    return kind == FinalAdder::Ripple ? adder.ripple() : adder.prefix(kind);
}

Expression shifted_up(const Expression& b, int zeros) {
    return zeros == 0 ? b : rtl::concatenate({b, rtl::zero(rtl::unsigned_type(zeros))});
}

Expression sum_of_rows(rtl::Module& module, const AdderCells& cells, const Expression& a, const Expression& b,
                       int first_of_b, FinalAdder kind, ArithmeticCost& cost) {
    cost.carry_propagate_bits = b.width();
    if (kind == FinalAdder::Operator) return rtl::add_modular(a, shifted_up(b, first_of_b));
    std::vector<Expression> a_bits, b_bits;
    for (int i = 0; i < b.width(); ++i) {
        a_bits.push_back(rtl::bit(a, first_of_b + i));
        b_bits.push_back(rtl::bit(b, i));
    }
    std::vector<Expression> bits =
        add_carry_propagate_adder(module, cells, "adder", a_bits, b_bits, kind, cost);
    std::reverse(bits.begin(), bits.end());
    if (first_of_b > 0) bits.push_back(rtl::slice(a, 0, first_of_b));
    return rtl::concatenate(bits);
}

}  // namespace macaw::hw
