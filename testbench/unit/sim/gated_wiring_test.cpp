// The array with operand gates is wired as the one without, and every flag goes with its activation.
#include <boost/test/unit_test.hpp>

#include "sim/formal/gated_column.hpp"

namespace macaw::sim {

namespace {

std::string difference(int tile, int columns, hw::Arithmetic arithmetic = hw::Arithmetic::Behavioural,
                       golden::OverflowMode mode = golden::OverflowMode::Wrap, const Fault& fault = {}) {
    golden::Datapath datapath;
    datapath.tile = tile;
    datapath.products_per_check = 1;
    datapath.inner_overflow = datapath.outer_overflow = mode;
    hw::ArrayConfig array;
    array.dataflow = hw::Dataflow::WeightStationary;
    array.rows = 2;
    array.columns = columns;
    array.lanes = 1;
    array.arithmetic = arithmetic;
    auto found = gated_wiring_difference(datapath, array, fault);
    return found ? *found : to_text(found.error());
}

std::string with_fault(const Fault& fault) {
    return difference(3, 3, hw::Arithmetic::Behavioural, golden::OverflowMode::Trap, fault);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gated_wiring)

BOOST_AUTO_TEST_CASE(arrays_of_any_size_and_form_are_wired_as_those_without_gates) {
    for (int tile : {1, 2, 16})
        for (int columns : {1, 5}) BOOST_TEST(difference(tile, columns) == "");
    for (auto mode : {golden::OverflowMode::Trap, golden::OverflowMode::Saturate})
        BOOST_TEST(difference(4, 3, hw::Arithmetic::Structural, mode) == "");
}

BOOST_AUTO_TEST_CASE(flags_of_other_activations_and_other_changes_are_noticed) {
    BOOST_TEST(with_fault({}) == "");
    BOOST_TEST(with_fault(invert_first_flag) == "macaw_array.u_pe_r0_c0 has the flag of another activation");
    BOOST_TEST(with_fault(misplace_flag) == "macaw_array.u_pe_r0_c1 has the flag of another activation");
    BOOST_TEST(with_fault([](rtl::Design& design) {
                   const rtl::Module& array = *design.find("macaw_array");
                   design.reconnect("macaw_array", "u_pe_r1_c2", "nonzero_i",
                                    array.reference(array.find("nonzero_r1_c0")));
               }) == "macaw_array.u_pe_r1_c2 has the flag of another activation");
    BOOST_TEST(with_fault([](rtl::Design& design) {
                   design.reconnect("macaw_array", "u_pe_r1_c2", "nonzero_i",
                                    rtl::constant(rtl::unsigned_type(1), 1));
               }) == "macaw_array.u_pe_r1_c2 has the flag of another activation");
    BOOST_TEST(with_fault([](rtl::Design& design) {
                   const rtl::Module& array = *design.find("macaw_array");
                   design.reconnect("macaw_array", "u_pe_r1_c1", "activation_i",
                                    array.reference(array.find("activation_r0_c0")));
               }) == "macaw_array.u_pe_r1_c1 differs");
    BOOST_TEST(with_fault([](rtl::Design& design) { design.invert_bit("macaw_skew_1", "data_q", 0); }) ==
               "macaw_skew_1.data_q differs");
    BOOST_TEST(with_fault([](rtl::Design& design) { design.invert_bit("macaw_outer_bank", "valid_q", 0); }) ==
               "macaw_outer_bank.valid_q differs");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::sim
