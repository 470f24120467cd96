// The platform with the Verilated RTL in the place of the C++ model: the same rows of outputs, the same
// results in the memory, the same cycles, stalls and traffic; and a faulty RTL is caught.
#include "sim/platform/platform.hpp"

#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/platform/layer_simulation.hpp"
#include "sim/platform/model_cycle_array.hpp"
#include "sim/platform/verilated_cycle_array.hpp"
#include "sim/rtl_under_test.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"
#include "testbench/unit/sim/random_layer.hpp"

namespace {

using namespace macaw;
using golden::OverflowMode;
using testing::RandomLayer;

hw::ArrayConfig three_by_two() {
    hw::ArrayConfig array;
    array.rows = 3;
    array.columns = 2;
    array.lanes = 4;
    return array;
}

hw::ArrayConfig systolic() {
    hw::ArrayConfig array = three_by_two();
    array.dataflow = hw::Dataflow::WeightStationary;
    array.lanes = 1;
    return array;
}

golden::Datapath narrow(OverflowMode mode, const hw::ArrayConfig& array) {
    golden::Datapath datapath;
    datapath.tile = 8;
    datapath.inner_bits = golden::BitWidth(12);
    datapath.outer_bits = golden::BitWidth(13);
    return sim::with_mode(datapath, mode, array);
}

// A memory that keeps up, one that starves the array, one that does not take the results in time.
const std::vector<sim::PlatformConfig> kMemories = {
    {.bytes_per_cycle = 64, .latency = 5, .operand_buffers = 2, .result_rows = 16},
    {.bytes_per_cycle = 3, .latency = 20, .operand_buffers = 1, .result_rows = 16},
    {.bytes_per_cycle = 16, .latency = 30, .operand_buffers = 4, .result_rows = 1}};

Expected<std::unique_ptr<sim::CycleArray>> verilated(const rtl::Design& design,
                                                     const golden::Datapath& datapath,
                                                     const hw::ArrayConfig& array,
                                                     const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "rtl");
    MACAW_CHECK(hw::write_rtl(folder / "rtl", design, datapath, array, "test"));
    MACAW_TRY(sim::SimulatorProgram library, sim::build_array_library(folder / "rtl", folder / "library"));
    return sim::load_verilated_cycle_array(library);
}

}  // namespace

BOOST_AUTO_TEST_CASE(model_and_verilated_rtl_cost_the_same_cycles_and_traffic_on_the_platform) {
    testing::ScratchFolder folder;
    for (const auto& [array, mode] :
         {std::pair{three_by_two(), OverflowMode::Wrap}, std::pair{three_by_two(), OverflowMode::Trap},
          std::pair{systolic(), OverflowMode::Trap}}) {
        golden::Datapath datapath = narrow(mode, array);
        auto design = hw::generate_array(datapath, array);
        BOOST_TEST_REQUIRE(design.has_value());
        auto model = sim::make_model_cycle_array(*design);
        auto rtl = verilated(*design, datapath, array,
                             folder.path() / fmt::format("{}_{}", to_string(mode), array.lanes));
        BOOST_TEST_REQUIRE(rtl.has_value(), (rtl ? "" : to_text(rtl.error())));
        std::int64_t starved = 0, blocked = 0, output_blocked = 0;
        for (const sim::PlatformConfig& memory : kMemories)
            for (std::int64_t in_features : {4, 13, 70}) {
                RandomLayer layer(datapath, 10, in_features, 7, 3);

                auto first = sim::run_platform(*model, layer.data(), datapath, array, memory);
                auto second = sim::run_platform(**rtl, layer.data(), datapath, array, memory);
                auto judged = sim::simulate_layer(**rtl, layer.data(), datapath, array, memory);

                BOOST_TEST_REQUIRE(first.has_value(), (first ? "" : to_text(first.error())));
                BOOST_TEST_REQUIRE(second.has_value(), (second ? "" : to_text(second.error())));
                BOOST_TEST(sim::difference(first->figures, second->figures) == "");
                BOOST_TEST(first->rows.words == second->rows.words);
                BOOST_TEST(first->rows.header.sticky_overflow == second->rows.header.sticky_overflow);
                BOOST_TEST(first->results == second->results);
                BOOST_TEST_REQUIRE(judged.has_value());
                BOOST_TEST(judged->verdict().has_value(),
                           (judged->verdict() ? "" : to_text(judged->verdict().error())));
                BOOST_TEST(judged->comparison.outputs == 2 * 10 * 7);
                starved += second->figures.starved_cycles;
                blocked += second->figures.blocked_cycles;
                output_blocked += second->figures.output_blocked_cycles;
            }
        BOOST_TEST(starved > 0);  // the memories are different enough to mean something
        BOOST_TEST(blocked > 0);
        BOOST_TEST(output_blocked > 0);
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_rtl_is_caught_on_the_platform) {
    testing::ScratchFolder folder;
    const hw::ArrayConfig array = three_by_two();
    golden::Datapath datapath = narrow(OverflowMode::Wrap, array);
    auto design = hw::generate_array(datapath, array);
    BOOST_TEST_REQUIRE(design.has_value());
    design->invert_bit("macaw_pe", "inner_q", 0);
    auto rtl = verilated(*design, datapath, array, folder.path());
    BOOST_TEST_REQUIRE(rtl.has_value(), (rtl ? "" : to_text(rtl.error())));
    RandomLayer layer(datapath, 10, 12, 7, 3);  // three beats: a bit flipped an odd number of times

    auto judged = sim::simulate_layer(**rtl, layer.data(), datapath, array, kMemories.front());

    BOOST_TEST_REQUIRE(judged.has_value(), (judged ? "" : to_text(judged.error())));
    BOOST_TEST(judged->comparison.mismatches > 0);
    BOOST_TEST(!judged->verdict().has_value());
}
