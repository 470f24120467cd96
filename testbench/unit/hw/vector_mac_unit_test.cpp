// The unit that forms are compared on computes golden values, three cycles behind each beat, in every form.
#include "hw/array/vector_mac_unit.hpp"

#include <boost/test/unit_test.hpp>

#include "hw/rtl/simulator.hpp"
#include "testbench/support/hw/vector_mac_stimulus.hpp"

namespace macaw::hw {

namespace {

DotProductShape shape_of(int lanes, int m, int n, int p,
                         golden::Signedness signedness = golden::Signedness::Signed) {
    return {lanes,
            golden::BitWidth(n),
            signedness,
            golden::BitWidth(m),
            golden::BitWidth(p),
            golden::OverflowMode::Wrap};
}

int wrong_outputs(const rtl::Design& design, const DotProductShape& shape) {
    std::mt19937_64 random(7);
    std::vector<testing::VectorMacBeat> beats = testing::vector_mac_beats(shape, 100, random);
    rtl::Simulator simulator(design);
    simulator.set(simulator.port("rst_ni"), 0);
    for (const char* name : {"valid_i", "first_i"}) simulator.set(simulator.port(name), 0);
    simulator.clock_edge();
    simulator.set(simulator.port("rst_ni"), 1);
    const int p = shape.accumulator_bits.bits();
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - p);
    int wrong = 0;
    for (std::size_t cycle = 0; cycle < beats.size() + 2; ++cycle) {
        const testing::VectorMacBeat& beat = beats[std::min(cycle, beats.size() - 1)];
        simulator.set(simulator.port("valid_i"), cycle < beats.size() && beat.valid);
        simulator.set(simulator.port("first_i"), beat.first);
        for (int lane = 0; lane < shape.lanes; ++lane) {
            const std::size_t i = static_cast<std::size_t>(lane);
            const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
            simulator.set_bits(
                simulator.port("activation_i"), lane * n, n,
                static_cast<std::uint64_t>(beat.activations[i]) & ((std::uint64_t{1} << n) - 1));
            simulator.set_bits(simulator.port("weight_i"), lane * m, m,
                               static_cast<std::uint64_t>(beat.weights[i]) & ((std::uint64_t{1} << m) - 1));
        }
        simulator.clock_edge();
        simulator.evaluate();
        if (cycle < 2) continue;
        const std::uint64_t sum = simulator.get_bits(simulator.port("sum_o"), 0, p);
        wrong += sum != (static_cast<std::uint64_t>(beats[cycle - 2].expected) & mask) ? 1 : 0;
    }
    return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vector_mac_unit_suite)

BOOST_AUTO_TEST_CASE(every_form_of_the_unit_gives_golden_values) {
    for (const DotProductShape& shape : {shape_of(4, 4, 8, 16), shape_of(1, 2, 2, 3), shape_of(5, 3, 6, 24),
                                         shape_of(3, 8, 8, 10, golden::Signedness::Unsigned)}) {
        BOOST_TEST(wrong_outputs(vector_mac_unit(shape, Arithmetic::Behavioural, {}), shape) == 0);
        for (Multiplier multiplier : {Multiplier::BaughWooley, Multiplier::Booth})
            for (Reduction reduction : {Reduction::Dadda, Reduction::Wallace, Reduction::ThreeGreedy})
                for (Accumulation accumulation : {Accumulation::Resolved, Accumulation::CarrySave}) {
                    StructuralForm form{multiplier, reduction, FinalAdder::BrentKung, accumulation};
                    BOOST_TEST(wrong_outputs(vector_mac_unit(shape, Arithmetic::Structural, form), shape) ==
                               0);
                }
    }
}

BOOST_AUTO_TEST_CASE(an_inverted_bit_of_the_unit_is_seen) {
    DotProductShape shape = shape_of(4, 4, 8, 16);
    rtl::Design design = vector_mac_unit(shape, Arithmetic::Structural, {});
    design.invert_bit(kVectorMacUnit, "accumulator_q", 3);
    BOOST_TEST(wrong_outputs(design, shape) > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
