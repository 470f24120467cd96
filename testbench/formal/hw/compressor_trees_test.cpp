// The adders of a dot product add up what enters its heap, for every input: cells by all their inputs, the
// tree by elimination (bit_heap_sum.hpp) for the shapes listed below, which differ in lanes, widths, signs,
// modes, reduction and accumulation. What enters are the products of each lane: the bits' names say of what,
// their drivers are looked at, and multipliers_test.cpp goes through all inputs of one lane.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "hw/arith/adder_cells.hpp"
#include "hw/arith/dot_product.hpp"
#include "hw/rtl/bit_simulator.hpp"
#include "hw/rtl/verify.hpp"
#include "testbench/formal/hw/bit_heap_sum.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;
using golden::Signedness;
using testing::LinearForm;

std::uint64_t modulo(std::uint64_t value, int width) {
    return value & (~std::uint64_t{0} >> (64 - width));
}

LinearForm form_of(const DotProductShape& shape, const StructuralForm& form) {
    rtl::Design design;
    add_structural_dot_product(design, shape, form);
    rtl::require_verified(design);
    return testing::sum_of_bit_heap(*design.find("macaw_dot_product"), sum_bits(shape));
}

// Signed, of `bits` bits, and in carry-save form a second row.
void add_accumulator(LinearForm& form, int bits, int width, Accumulation accumulation) {
    if (accumulation == Accumulation::CarrySave)
        for (int i = 0; i < bits; ++i)
            form.coefficients[fmt::format("accumulator_carry_i[{}]", i)] = std::uint64_t{1} << i;
    for (int i = 0; i < bits; ++i) {
        std::uint64_t weight = std::uint64_t{1} << i;
        form.coefficients[fmt::format("accumulator[{}]", i)] =
            modulo(i + 1 == bits ? 0 - weight : weight, width);
    }
}

// Two's complement: the product of two bits is negative where one of them is a sign.
LinearForm baugh_wooley_specification(const DotProductShape& shape, Accumulation accumulation) {
    LinearForm form;
    const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits(), width = sum_bits(shape);
    for (int lane = 0; lane < shape.lanes; ++lane)
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < m && i + j < width; ++j) {
                bool negative =
                    (shape.activation_signedness == Signedness::Signed && i == n - 1) != (j == m - 1);
                std::uint64_t weight = std::uint64_t{1} << (i + j);
                form.coefficients[fmt::format("product_{}_a{}_w{}", lane, i, j)] =
                    modulo(negative ? 0 - weight : weight, width);
            }
    add_accumulator(form, shape.accumulator_bits.bits(), width, accumulation);
    return form;
}

// What one lane contributes, which multipliers_test.cpp proves to be its product, for every lane.
LinearForm booth_specification(DotProductShape shape, const StructuralForm& form) {
    const int lanes = shape.lanes, width = sum_bits(shape);
    LinearForm result;
    add_accumulator(result, shape.accumulator_bits.bits(), width, form.accumulation);
    // A single multiplier that holds every product; reading it modulo 2^P drops what lies above.
    DotProductShape single = shape;
    single.lanes = 1;
    single.overflow = golden::OverflowMode::Wrap;
    single.accumulator_bits = BitWidth(shape.activation_bits.bits() + shape.weight_bits.bits());
    LinearForm one = form_of(single, {form.multiplier, form.reduction, form.adder});
    for (int lane = 0; lane < lanes; ++lane) {
        for (const auto& [name, coefficient] : one.coefficients) {
            if (name.starts_with("accumulator")) continue;
            // Signed in the multiplier's own width.
            std::uint64_t value = coefficient;
            if (value >> (single.accumulator_bits.bits() - 1))
                value -= std::uint64_t{1} << single.accumulator_bits.bits();
            std::string of_lane = name;
            if (name.starts_with("product_0_")) of_lane = fmt::format("product_{}_{}", lane, name.substr(10));
            if (name.starts_with("weight_i[")) {
                int bit = std::stoi(name.substr(9));
                of_lane = fmt::format("weight_i[{}]", lane * shape.weight_bits.bits() + bit);
            }
            if (modulo(value, width) != 0) result.coefficients[of_lane] = modulo(value, width);
        }
        std::uint64_t constant = one.constant;
        if (constant >> (single.accumulator_bits.bits() - 1))
            constant -= std::uint64_t{1} << single.accumulator_bits.bits();
        result.constant = modulo(result.constant + constant, width);
    }
    return result;
}

const rtl::Node& driver_of(const rtl::Module& module, const std::string& name) {
    const int signal = module.find(name);
    if (signal < 0) throw std::runtime_error("no signal " + name);
    return module.signals()[static_cast<std::size_t>(signal)].drivers.front().node();
}

bool is_bit(const rtl::Expression& expression, const rtl::Module& module, const char* port, int bit) {
    const rtl::Node& node = expression.node();
    return node.operation == rtl::Operation::Slice && node.type.width == 1 && node.low == bit &&
           node.operands[0].node().signal == module.find(port);
}

// The signal that is to another lane what `name` is to lane 0.
const rtl::SignalInfo& of_lane(const rtl::Module& module, const std::string& name, int lane) {
    const std::size_t at = name.find("_0_");
    const int signal = module.find(name.substr(0, at) + fmt::format("_{}_", lane) + name.substr(at + 3));
    if (signal < 0) throw std::runtime_error("no signal of this lane like " + name);
    return module.signals()[static_cast<std::size_t>(signal)];
}

struct LaneWidths {
    int activation, weight;
};

// The same operations, on bits of the ports that lie `lane` lanes higher and on signals of that lane.
bool is_shifted(const rtl::Expression& first, const rtl::Expression& other, const rtl::Module& module,
                int lane, LaneWidths widths) {
    const rtl::Node &a = first.node(), &b = other.node();
    if (a.operation != b.operation || !(a.type == b.type)) return false;
    if (a.operation == rtl::Operation::Slice) {
        const int port = a.operands[0].node().signal;
        const int width = port == module.find("weight_i") ? widths.weight : widths.activation;
        return port == b.operands[0].node().signal && b.low == a.low + lane * width;
    }
    if (a.operation == rtl::Operation::Signal)
        return of_lane(module, module.signals()[static_cast<std::size_t>(a.signal)].name, lane).name ==
               module.signals()[static_cast<std::size_t>(b.signal)].name;
    if (a.operands.size() != b.operands.size()) return false;
    for (std::size_t i = 0; i < a.operands.size(); ++i)
        if (!is_shifted(a.operands[i], b.operands[i], module, lane, widths)) return false;
    return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compressor_trees_suite)

BOOST_AUTO_TEST_CASE(both_cells_add_for_all_inputs) {
    for (bool full : {true, false}) {
        rtl::Design design;
        AdderCells cells = add_adder_cells(design);
        rtl::Module& top = design.add_module("cell_under_test");
        rtl::Expression a = top.input("a_i", rtl::unsigned_type(1)),
                        b = top.input("b_i", rtl::unsigned_type(1)),
                        c = top.input("c_i", rtl::unsigned_type(1));
        AddedBits bits = full ? instantiate_full_adder(top, cells, "x", a, b, c)
                              : instantiate_half_adder(top, cells, "x", a, b);
        if (!full) top.mark_unused(c);
        top.output("sum_o", bits.sum);
        top.output("carry_o", bits.carry);
        rtl::BitSimulator simulator(design);
        simulator.set("a_i", 0, 0b10101010);
        simulator.set("b_i", 0, 0b11001100);
        simulator.set("c_i", 0, 0b11110000);
        simulator.evaluate();
        for (unsigned i = 0; i < 8; ++i) {
            unsigned ones = (i & 1U) + ((i >> 1) & 1U) + (full ? (i >> 2) & 1U : 0U);
            BOOST_TEST(((simulator.get("sum_o", 0) >> i) & 1U) +
                           2 * ((simulator.get("carry_o", 0) >> i) & 1U) ==
                       ones);
        }
    }
}

// The bits that enter are the products of the bits that their names say.
BOOST_AUTO_TEST_CASE(partial_products_of_every_lane_are_those_of_its_bits) {
    for (int lanes : {1, 5, 16})
        for (int n : {2, 7, 16})
            for (int m : {2, 4, 8}) {
                DotProductShape shape{lanes,       BitWidth(n),  Signedness::Signed,
                                      BitWidth(m), BitWidth(24), golden::OverflowMode::Wrap};
                rtl::Design design;
                const rtl::Module& module = *add_structural_dot_product(design, shape, {}).module;
                for (int lane = 0; lane < lanes; ++lane)
                    for (int i = 0; i < n; ++i)
                        for (int j = 0; j < m; ++j) {
                            const rtl::Node& product =
                                driver_of(module, fmt::format("product_{}_a{}_w{}", lane, i, j));
                            BOOST_TEST((product.operation == rtl::Operation::And));
                            BOOST_TEST(is_bit(product.operands[0], module, "activation_i", lane * n + i));
                            BOOST_TEST(is_bit(product.operands[1], module, "weight_i", lane * m + j));
                        }
            }
}

// What Booth's digits and multiples of a lane read is what those of lane 0 read, shifted to the lane's bits.
BOOST_AUTO_TEST_CASE(booth_digits_and_multiples_of_every_lane_are_those_of_lane_0) {
    for (Signedness signedness : {Signedness::Signed, Signedness::Unsigned})
        for (int n : {2, 8, 16})
            for (int m : {2, 3, 4, 8}) {
                DotProductShape shape{6,           BitWidth(n),  signedness,
                                      BitWidth(m), BitWidth(26), golden::OverflowMode::Wrap};
                rtl::Design design;
                const rtl::Module& module =
                    *add_structural_dot_product(design, shape, {Multiplier::Booth, {}, {}}).module;
                int compared = 0;
                for (const rtl::SignalInfo& signal : module.signals())
                    for (const char* kind : {"product_0_", "digit_0_"}) {
                        if (!signal.name.starts_with(kind)) continue;
                        for (int lane = 1; lane < 6; ++lane, ++compared)
                            BOOST_TEST(is_shifted(signal.drivers.front(),
                                                  of_lane(module, signal.name, lane).drivers.front(), module,
                                                  lane, {n, m}),
                                       signal.name << " and lane " << lane);
                    }
                BOOST_TEST(compared > 0);
            }
}

BOOST_AUTO_TEST_CASE(trees_of_all_shapes_sum_what_enters_them) {
    const std::pair<golden::OverflowMode, Accumulation> kinds[] = {
        {golden::OverflowMode::Wrap, Accumulation::Resolved},
        {golden::OverflowMode::Wrap, Accumulation::CarrySave},
        {golden::OverflowMode::Trap, Accumulation::Resolved}};
    for (int lanes : {1, 2, 7, 16, 64})
        for (int n : {2, 5, 8, 16})
            for (int m : {2, 3, 4, 8})
                for (int p : {2, 6, 13, 16, 24})
                    for (Signedness signedness : {Signedness::Signed, Signedness::Unsigned})
                        for (Reduction reduction : {Reduction::Dadda, Reduction::Wallace})
                            for (auto [mode, accumulation] : kinds) {
                                if (lanes * n * m > 1024) continue;  // time
                                DotProductShape shape{lanes,       BitWidth(n), signedness,
                                                      BitWidth(m), BitWidth(p), mode};
                                StructuralForm form{Multiplier::BaughWooley, reduction, FinalAdder::Operator,
                                                    accumulation};
                                BOOST_TEST((form_of(shape, form) ==
                                            baugh_wooley_specification(shape, accumulation)));
                                form.multiplier = Multiplier::Booth;
                                BOOST_TEST((form_of(shape, form) == booth_specification(shape, form)),
                                           lanes << " lanes " << n << " x " << m << " P " << p);
                            }
}

// Negative controls: a carry taken one column too low, a lost bit, an adder that gets a bit twice.
BOOST_AUTO_TEST_CASE(a_tree_that_is_wired_wrongly_is_refused) {
    rtl::Design design;
    AdderCells cells = add_adder_cells(design);
    for (int fault : {0, 1, 2, 3}) {
        rtl::Module& module = design.add_module(fmt::format("tree_{}", fault));
        rtl::Expression x = module.input("x_i", rtl::unsigned_type(1)), y = module.input("y_i", x.type()),
                        z = module.input("z_i", x.type());
        AddedBits bits = instantiate_full_adder(module, cells, "x", x, y, fault == 2 ? y : z);
        if (fault == 2) module.mark_unused(z);
        rtl::Expression zero = rtl::constant(x.type(), 0);
        rtl::Expression row = rtl::concatenate(fault == 1 ? std::vector{bits.carry, zero, bits.sum}
                                                          : std::vector{zero, bits.carry, bits.sum});
        if (fault == 3) row = rtl::concatenate({zero, zero, bits.sum});
        module.output("sum_o", rtl::as_signed(module.wire("row_a", row)));
        if (fault == 1 || fault == 3) {
            BOOST_CHECK_THROW(testing::sum_of_bit_heap(module, 3), std::runtime_error);
            continue;
        }
        LinearForm expected{{{"x_i", 1}, {"y_i", 1}, {"z_i", 1}}, 0};
        BOOST_TEST((testing::sum_of_bit_heap(module, 3) == expected) == (fault == 0));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
