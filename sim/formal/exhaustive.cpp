#include "sim/formal/exhaustive.hpp"

#include <bit>

#include "hw/arith/adder_cells.hpp"
#include "hw/rtl/bit_simulator.hpp"

namespace macaw::sim {

namespace {

constexpr int kCases = 64;
constexpr int kCaseBits = 6;
// Bit i of the number of the case, for all cases of a word.
constexpr std::uint64_t kCaseBit[kCaseBits] = {0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                               0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};

std::uint64_t input_word(std::uint64_t first_case, int bit) {
    if (bit < kCaseBits) return kCaseBit[bit];
    return (first_case >> bit) & 1U ? ~std::uint64_t{0} : 0;
}

std::int64_t signed_value(std::uint64_t bits, int width) {
    return static_cast<std::int64_t>(bits << (64 - width)) >> (64 - width);
}

// Cases of all 2^(n + m) inputs, n bits of `a` below m bits of `b`, where `output` is not expected(a, b).
template <typename Expected>
std::int64_t count_wrong(const rtl::Design& design, const char* a, int n, const char* b, int m,
                         const std::string& output, int outputs, const Expected& expected) {
    rtl::BitSimulator simulator(design);
    const int inputs = n + m;
    std::int64_t wrong = 0;
    for (std::uint64_t first = 0; first < (std::uint64_t{1} << inputs); first += kCases) {
        for (int bit = 0; bit < n; ++bit) simulator.set(a, bit, input_word(first, bit));
        for (int bit = 0; bit < m; ++bit) simulator.set(b, bit, input_word(first, n + bit));
        simulator.evaluate();
        std::uint64_t values[kCases];
        const int cases = std::min(kCases, 1 << inputs);
        for (int i = 0; i < cases; ++i) {
            const std::uint64_t number = first + static_cast<std::uint64_t>(i);
            values[i] = expected(number & ((std::uint64_t{1} << n) - 1), number >> n);
        }
        std::uint64_t differs = 0;
        for (int bit = 0; bit < outputs; ++bit) {
            std::uint64_t word = 0;
            for (int i = 0; i < cases; ++i) word |= ((values[i] >> bit) & 1U) << i;
            const std::uint64_t used = cases == kCases ? ~std::uint64_t{0} : (std::uint64_t{1} << cases) - 1;
            differs |= (word ^ simulator.get(output, bit)) & used;
        }
        wrong += std::popcount(differs);
    }
    return wrong;
}

std::uint64_t sum_of_cell(const hw::AdderCells& cells, rtl::Design& design, bool full) {
    rtl::Module& top = design.add_module("cell_under_test");
    rtl::Expression a = top.input("a_i", rtl::unsigned_type(1)), b = top.input("b_i", rtl::unsigned_type(1)),
                    c = top.input("c_i", rtl::unsigned_type(1));
    hw::AddedBits bits = full ? hw::instantiate_full_adder(top, cells, "x", a, b, c)
                              : hw::instantiate_half_adder(top, cells, "x", a, b);
    if (!full) top.mark_unused(c);
    top.output("sum_o", bits.sum);
    top.output("carry_o", bits.carry);
    rtl::BitSimulator simulator(design);
    simulator.set("a_i", 0, kCaseBit[0]);
    simulator.set("b_i", 0, kCaseBit[1]);
    simulator.set("c_i", 0, kCaseBit[2]);
    simulator.evaluate();
    std::uint64_t right = 0;
    for (unsigned i = 0; i < 8; ++i) {
        const unsigned ones = (i & 1U) + ((i >> 1) & 1U) + (full ? (i >> 2) & 1U : 0U);
        right +=
            ((simulator.get("sum_o", 0) >> i) & 1U) + 2 * ((simulator.get("carry_o", 0) >> i) & 1U) == ones;
    }
    return right;
}

}  // namespace

std::int64_t count_wrong_products(const rtl::Design& design, const hw::DotProductShape& shape, int outputs,
                                  const std::string& output) {
    const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    auto value = [](std::uint64_t bits, int width, bool is_signed) {
        return is_signed ? signed_value(bits, width) : static_cast<std::int64_t>(bits);
    };
    const bool signed_activations = shape.has_signed_activations(),
               signed_weights = shape.has_signed_weights();
    return count_wrong(design, "activation_i", n, "weight_i", m, output, outputs,
                       [&](std::uint64_t activation, std::uint64_t weight) {
                           return static_cast<std::uint64_t>(value(activation, n, signed_activations) *
                                                             value(weight, m, signed_weights));
                       });
}

std::int64_t count_wrong_sums(const rtl::Design& design, int width) {
    return count_wrong(design, "a_i", width, "b_i", width, "sum_o", width,
                       [](std::uint64_t a, std::uint64_t b) { return a + b; });
}

bool adder_cells_add() {
    for (bool full : {true, false}) {
        rtl::Design design;
        const hw::AdderCells cells = hw::add_adder_cells(design);
        if (sum_of_cell(cells, design, full) != 8) return false;
    }
    return true;
}

}  // namespace macaw::sim
