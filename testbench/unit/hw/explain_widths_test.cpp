// Every width that is explained is the one that the generated RTL has.
#include "hw/array/explain_widths.hpp"

#include <random>
#include <set>

#include "hw/array/generate_array.hpp"
#include "testbench/support/hw/array_driver.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

// Width of the signal in the array's top or in its element; 0 where neither has it.
int width_in(const rtl::Design& design, const std::string& name) {
    for (const char* module :
         {"macaw_array", "macaw_pe", "macaw_systolic_pe", "macaw_outer_bank", "macaw_dot_product"}) {
        const rtl::Module* found = design.find(module);
        if (found == nullptr) continue;
        int signal = found->find(name);
        if (signal >= 0) return found->signals()[static_cast<std::size_t>(signal)].type.width;
    }
    return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(explain_widths_suite)

BOOST_AUTO_TEST_CASE(explained_widths_are_those_of_the_rtl) {
    macaw::testing::check_property("widths", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        testing::RandomConfiguration c = testing::random_configuration(random);
        auto design = generate_array(c.datapath, c.array);
        RC_ASSERT(design.has_value());
        std::set<std::string> explained;
        for (const ExplainedWidth& width : explain_widths(c.datapath, c.array)) {
            explained.insert(width.name);
            RC_ASSERT(!width.reason.empty());
            if (width.name.ends_with(" code")) continue;  // parts of signals
            RC_ASSERT(width_in(*design, width.name) == width.bits);
        }
        for (const char* name : {"activation_i", "weight_i", "inner_sum", "out_data_o"})
            RC_ASSERT(explained.contains(name));
        RC_ASSERT(explained.contains("outer_sum") == (width_in(*design, "outer_sum") > 0));
        RC_ASSERT(explained.contains("inner_carry_q") == c.array.is_carry_save());
        RC_ASSERT(explained.contains("product_0") == (c.array.arithmetic == Arithmetic::Behavioural));
        RC_ASSERT((explained.contains("tree_q") || explained.contains("row_a_q")) ==
                  registers_tree(c.array.pipeline));
        RC_ASSERT((explained.contains("product_0_q") || explained.contains("products_q")) ==
                  registers_products(c.array.pipeline));
        RC_ASSERT(explained.contains("nonzero_i") == (c.array.gating == Gating::ZeroOperand));
        RC_ASSERT(explained.contains("inner_overflow_o") ==
                  (c.datapath.inner_overflow != golden::OverflowMode::Wrap));
    });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
