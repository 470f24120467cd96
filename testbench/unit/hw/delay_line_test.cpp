// A word leaves a delay line as many cycles after it came as it was asked to wait.
#include "hw/array/delay_line.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "hw/rtl/simulator.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::testing;

namespace {

rtl::Design delay_of(int bits, int cycles, int longest) {
    rtl::Design design;
    const hw::DelayLines lines(design, "delay", bits, longest);
    rtl::Module& top = design.add_module("top");
    top.use_clock();
    const rtl::Expression word = top.input("word_i", rtl::unsigned_type(bits));
    top.output("word_o", lines.delayed(top, "late", word, cycles));
    design.drop_unused_modules();
    return design;
}

// In which cycle after a single 1 the output first shows it; none within `cycles`.
std::optional<int> arrival(const rtl::Design& design, int cycles) {
    rtl::Simulator simulator(design);
    for (int cycle = 0; cycle <= cycles; ++cycle) {
        simulator.set(simulator.port("word_i"), cycle == 0 ? 1 : 0);
        simulator.evaluate();
        if (simulator.get(simulator.port("word_o")) != 0) return cycle;
        simulator.clock_edge();
    }
    return std::nullopt;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delay_line)

BOOST_AUTO_TEST_CASE(words_leave_in_order_after_so_many_cycles) {
    check_property("a delay line of n cycles shows the word of n cycles ago", [] {
        const auto bits = *rc::gen::inRange(1, 40);
        const auto longest = *rc::gen::inRange(1, 70);
        const auto cycles = *rc::gen::inRange(0, longest + 1);
        const auto words = *rc::gen::container<std::vector<std::uint64_t>>(
            static_cast<std::size_t>(cycles + 20), rc::gen::arbitrary<std::uint64_t>());
        rtl::Simulator simulator(delay_of(bits, cycles, longest));
        const auto in = simulator.port("word_i"), out = simulator.port("word_o");
        const std::uint64_t mask = (std::uint64_t{1} << static_cast<unsigned>(bits)) - 1;
        for (std::size_t cycle = 0; cycle < words.size(); ++cycle) {
            simulator.set_bits(in, 0, bits, words[cycle] & mask);
            simulator.evaluate();
            const auto ago = static_cast<std::size_t>(cycles);
            if (cycle >= ago) RC_ASSERT(simulator.get_bits(out, 0, bits) == (words[cycle - ago] & mask));
            simulator.clock_edge();
        }
    });
}

// Negative control: a stage too few is seen.
BOOST_AUTO_TEST_CASE(a_lost_stage_is_seen) {
    rtl::Design design = delay_of(8, 5, 7);
    BOOST_TEST(arrival(design, 20).value() == 5);
    const rtl::Module& four = *design.find("delay_4");
    design.reconnect("delay_4", "u_second", "data_i", four.reference(four.find("data_i")));
    BOOST_TEST(arrival(design, 20).value() == 3);
}

BOOST_AUTO_TEST_CASE(longer_delays_take_few_modules_and_too_long_ones_are_refused) {
    rtl::Design design;
    const hw::DelayLines lines(design, "delay", 8, 127);
    BOOST_TEST(design.modules().size() == 7U);
    rtl::Module& top = design.add_module("top");
    const rtl::Expression word = top.input("word_i", rtl::unsigned_type(8));
    BOOST_CHECK_THROW(lines.delayed(top, "late", word, 128), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
