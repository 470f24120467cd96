// Area and least period of what stands around a small array, with the real tools.
#include "hw/stream/interface_config.hpp"
#include "hw/stream/interface_sources.hpp"
#include "silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::quick_options;
using testing::SiliconWorkspace;
using testing::SmallArray;
using testing::succeed;
using testing::value_of;

// The smallest requantizer that is one: its multipliers take most of the time of a test.
hw::InterfaceConfig small_interface(bool axi, bool requantize) {
    hw::InterfaceConfig interface;
    interface.axi = axi;
    if (!requantize) return interface;
    interface.requantize.emplace();
    interface.requantize->bias_bits = golden::BitWidth(8);
    interface.requantize->multiplier_bits = golden::BitWidth(4);
    interface.requantize->largest_shift = 7;
    interface.requantize->output_bits = golden::BitWidth(4);
    return interface;
}

SmallArray weight_stationary() {
    SmallArray small;
    small.array.dataflow = hw::Dataflow::WeightStationary;
    small.array.lanes = small.datapath.products_per_check = 1;
    return small;
}

Expected<reports::SiliconResult> run(const SmallArray& small, const SmallArray& inside,
                                     const hw::InterfaceConfig& interface) {
    SiliconWorkspace work(small);
    const std::filesystem::path folder = work.scratch.path() / "interface";
    auto design = value_of(hw::generate_interface(interface, inside.datapath, inside.array));
    BOOST_REQUIRE(design.has_value());
    succeed(hw::write_interface_sources(folder, *design, "a test"));
    return reports::run_silicon(quick_options(), {work.rtl, {}, {}, folder}, work.silicon);
}

double metric(const reports::SiliconResult& result, const std::string& key) {
    const Metric* found = result.metrics.find(key);
    BOOST_REQUIRE_MESSAGE(found != nullptr, key + " is missing");
    BOOST_TEST(found->how.find("osu018_stdcells, corner typical, 1.8 V, 25 C") != std::string::npos,
               found->how);
    return found->value.get<double>();
}

// The array inside is as good as the array alone; it and the parts are the whole.
void check_wrapped(const reports::SiliconResult& result, const std::vector<std::string>& parts) {
    double sum = 0;
    for (const std::string& part : parts) {
        const double area = metric(result, "synth__area__interface__" + part + "__um2");
        BOOST_TEST(area > 0, part);
        sum += area;
    }
    const double alone = metric(result, "synth__area__um2");
    const double inside = metric(result, "synth__area__wrapped__array__um2");
    const auto exact = boost::test_tools::tolerance(1e-9);
    BOOST_TEST(metric(result, "synth__area__interface__um2") == sum, exact);
    BOOST_TEST(metric(result, "synth__area__wrapped__um2") == inside + sum, exact);
    BOOST_TEST(inside == alone, boost::test_tools::tolerance(0.02));
    for (const reports::ModuleArea& module : result.synthesis.modules) {
        const reports::ModuleArea* found = result.interface->synthesis.find(module.module);
        BOOST_REQUIRE(found != nullptr);
        BOOST_TEST(found->instances == module.instances);
    }
    BOOST_TEST(metric(result, "timing__period__wrapped__min_ns") > 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_interface)

BOOST_AUTO_TEST_CASE(axi_and_requantizer_around_an_output_stationary_array_are_the_sum_of_their_parts) {
    auto result = value_of(run({}, {}, small_interface(true, true)));
    check_wrapped(result, {"wrapper", "registers", "requantizer"});
    BOOST_TEST(result.metrics.find("timing__period__interface__min_ns") == nullptr);
}

BOOST_AUTO_TEST_CASE(axi_around_a_weight_stationary_array_is_the_sum_of_its_parts) {
    auto result = value_of(run(weight_stationary(), weight_stationary(), small_interface(true, false)));
    check_wrapped(result, {"wrapper", "registers"});
    BOOST_TEST(result.metrics.find("synth__area__interface__requantizer__um2") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_requantizer_without_axi_is_reported_alone) {
    auto result = value_of(run({}, {}, small_interface(false, true)));
    BOOST_TEST(metric(result, "synth__area__interface__um2") > 0);
    BOOST_TEST(metric(result, "timing__period__interface__min_ns") > 0);
    BOOST_TEST(result.metrics.find("synth__area__wrapped__um2") == nullptr);
}

// Negative control of "the array inside is the array alone": one bit more in the accumulators.
BOOST_AUTO_TEST_CASE(an_interface_around_another_array_is_refused) {
    SmallArray other;
    other.datapath.inner_bits = golden::BitWidth(13);
    auto result = run({}, other, small_interface(true, false));
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST((result.error().kind == ErrorKind::CheckFailed));
    BOOST_TEST(result.error().message.find("another array") != std::string::npos, result.error().message);
}

BOOST_AUTO_TEST_CASE(an_array_without_interface_has_no_figures_of_one) {
    SiliconWorkspace work{SmallArray()};
    auto result = value_of(reports::run_silicon(quick_options(), {work.rtl, {}}, work.silicon));
    BOOST_TEST(!result.interface.has_value());
    for (const Metric& figure : result.metrics.all())
        BOOST_TEST((figure.key.find("interface") == std::string::npos &&
                    figure.key.find("wrapped") == std::string::npos),
                   figure.key);
}

BOOST_AUTO_TEST_SUITE_END()
