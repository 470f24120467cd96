// The adders of a dot product add up what enters its heap, for every input: cells by all their inputs, the
// tree by elimination (bit_heap_sum.hpp) for the shapes listed below, which differ in lanes, widths, signs,
// modes, reduction and accumulation. What enters are the products of each lane: the bits' names say of what,
// their drivers are looked at, and multipliers_test.cpp goes through all inputs of one lane.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "hw/arith/adder_cells.hpp"
#include "hw/arith/dot_product.hpp"
#include "sim/formal/exhaustive.hpp"
#include "sim/formal/lane_terms.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;
using golden::Signedness;
using sim::LinearForm;

// Of activations and weights.
const std::pair<Signedness, Signedness> kSigns[] = {{Signedness::Signed, Signedness::Signed},
                                                    {Signedness::Unsigned, Signedness::Signed},
                                                    {Signedness::Signed, Signedness::Unsigned},
                                                    {Signedness::Unsigned, Signedness::Unsigned}};

std::uint64_t modulo(std::uint64_t value, int width) {
    return value & (~std::uint64_t{0} >> (64 - width));
}

// Two's complement: the product of two bits is negative where one of them is a sign.
LinearForm baugh_wooley_specification(const DotProductShape& shape, Accumulation accumulation) {
    LinearForm form;
    const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits(), width = sum_bits(shape);
    for (int lane = 0; lane < shape.lanes; ++lane)
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < m && i + j < width; ++j) {
                bool negative = (shape.has_signed_activations() && i == n - 1) !=
                                (shape.has_signed_weights() && j == m - 1);
                std::uint64_t weight = std::uint64_t{1} << (i + j);
                form.coefficients[fmt::format("product_{}_a{}_w{}", lane, i, j)] =
                    modulo(negative ? 0 - weight : weight, width);
            }
    sim::add_accumulator_terms(form, shape, accumulation);
    return form;
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

}  // namespace

BOOST_AUTO_TEST_SUITE(compressor_trees_suite)

BOOST_AUTO_TEST_CASE(both_cells_add_for_all_inputs) {
    BOOST_TEST(sim::adder_cells_add());
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

// What a lane reads is what the unit of one lane reads, shifted to the lane's bits.
BOOST_AUTO_TEST_CASE(bits_of_every_lane_are_those_of_a_unit_of_one_lane) {
    for (Multiplier multiplier : {Multiplier::BaughWooley, Multiplier::Booth})
        for (auto [signedness, weights] : kSigns)
            for (int n : {2, 8, 16})
                for (int m : {2, 3, 4, 8})
                    for (int p : {6, 13, 26}) {
                        DotProductShape shape{6,           BitWidth(n), signedness,
                                              BitWidth(m), BitWidth(p), golden::OverflowMode::Wrap,
                                              weights};
                        BOOST_TEST(sim::lane_difference(shape, {multiplier, {}, {}}) == "",
                                   n << " x " << m << " P " << p);
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
                    for (auto [signedness, weights] : kSigns)
                        for (Reduction reduction :
                             {Reduction::Dadda, Reduction::Wallace, Reduction::ThreeGreedy})
                            for (auto [mode, accumulation] : kinds) {
                                if (lanes * n * m > 1024) continue;  // time
                                DotProductShape shape{lanes,       BitWidth(n), signedness, BitWidth(m),
                                                      BitWidth(p), mode,        weights};
                                StructuralForm form{Multiplier::BaughWooley, reduction, FinalAdder::Operator,
                                                    accumulation};
                                BOOST_TEST((sim::heap_of(shape, form) ==
                                            baugh_wooley_specification(shape, accumulation)));
                                form.multiplier = Multiplier::Booth;
                                BOOST_TEST((sim::heap_of(shape, form) == sim::specification(shape, form)),
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
            BOOST_CHECK_THROW(sim::sum_of_bit_heap(module, 3), std::runtime_error);
            continue;
        }
        LinearForm expected{{{"x_i", 1}, {"y_i", 1}, {"z_i", 1}}, 0};
        BOOST_TEST((sim::sum_of_bit_heap(module, 3) == expected) == (fault == 0));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
