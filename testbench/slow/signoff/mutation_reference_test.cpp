// 500 mutants of each of three reference configurations; prints their tables.
#include "golden/support/process.hpp"
#include "sim/mutation/mutation.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using golden::BitWidth;
using golden::OverflowMode;

struct Reference {
    golden::Datapath datapath;
    hw::ArrayConfig array;
};

Reference make_reference(int rows, int lanes, int tile, int inner, int outer, OverflowMode mode) {
    Reference reference;
    golden::Datapath& datapath = reference.datapath;
    datapath.tile = tile;
    datapath.inner_bits = BitWidth(inner);
    datapath.outer_bits = BitWidth(outer);
    datapath.inner_overflow = datapath.outer_overflow = mode;
    datapath.products_per_check = lanes;
    reference.array.rows = reference.array.columns = rows;
    reference.array.lanes = lanes;
    return reference;
}

void check(const Reference& reference) {
    for (const char* tool : {"yosys", "verilator", "berkeley-abc"})
        if (!find_program(tool)) {
            BOOST_TEST_MESSAGE("skipped: " << tool << " is not installed");
            return;
        }
    testing::ScratchFolder folder;
    auto result = sim::run_mutation(reference.datapath, reference.array, {}, folder.path());
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : to_text(result.error())));
    BOOST_TEST_MESSAGE(to_text(*result));
    BOOST_TEST(result->outcomes.size() == 500U);
    BOOST_TEST(result->passed());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mutation_reference)

BOOST_AUTO_TEST_CASE(w4a8_p16_wrap_4x4x16) {
    check(make_reference(4, 16, 64, 16, 20, OverflowMode::Wrap));
}

BOOST_AUTO_TEST_CASE(w4a8_p12_trap_2x2x4) {
    check(make_reference(2, 4, 8, 12, 14, OverflowMode::Trap));
}

BOOST_AUTO_TEST_CASE(w4a8u_p12_saturate_2x2x4_structural) {
    Reference reference = make_reference(2, 4, 8, 12, 14, OverflowMode::Saturate);
    reference.datapath.activation_signedness = golden::Signedness::Unsigned;
    reference.array.arithmetic = hw::Arithmetic::Structural;
    check(reference);
}

BOOST_AUTO_TEST_SUITE_END()
