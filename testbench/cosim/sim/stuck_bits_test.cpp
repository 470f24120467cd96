// Holes of toggle coverage that ranges explain: the first element of a column cannot overflow where P_I bits
// hold a product, the second one can.
#include "sim/coverage/stuck_bits.hpp"

#include "golden/support/process.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_CASE(a_bit_that_no_data_reaches_is_explained_and_one_that_some_data_reach_is_not) {
    if (!find_program("yosys")) {
        BOOST_TEST_MESSAGE("skipped: yosys is not installed");
        return;
    }
    testing::ScratchFolder folder;
    golden::Datapath datapath;
    datapath.weight_bits = golden::BitWidth(3);
    datapath.activation_bits = golden::BitWidth(3);
    datapath.tile = 2;
    datapath.inner_bits = golden::BitWidth(6);  // products reach -12..16, two of them 32
    datapath.outer_bits = golden::BitWidth(7);
    datapath.inner_overflow = datapath.outer_overflow = golden::OverflowMode::Trap;
    datapath.products_per_check = 1;
    hw::ArrayConfig array;
    array.dataflow = hw::Dataflow::WeightStationary;
    array.rows = array.columns = array.lanes = 1;
    auto design = hw::generate_array(datapath, array);
    BOOST_TEST_REQUIRE(design.has_value());
    BOOST_TEST_REQUIRE(hw::write_rtl(folder.path(), *design, datapath, array, "test").has_value());
    auto manifest = hw::read_rtl(folder.path());
    BOOST_TEST_REQUIRE(manifest.has_value());
    std::vector<fs::path> files;
    for (const std::string& file : manifest->files) files.push_back(folder.path() / file);
    auto hole = [](const char* object) {
        return sim::CoverageHole{{true, "macaw_array", "macaw_array.sv", 1, object, 0}, ""};
    };
    std::vector<sim::CoverageHole> holes = {hole("tile_overflow_r0_c0"), hole("tile_overflow_r1_c0")};

    auto done = sim::explain_stuck_bits(holes, *design, files, folder.path());

    BOOST_TEST_REQUIRE(done.has_value(), (done ? "" : to_text(done.error())));
    BOOST_TEST(holes[0].explanation == "proven constant by induction over all data");
    BOOST_TEST(holes[1].explanation == "");
}
