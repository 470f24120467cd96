#include "hw/stream/interface_sources.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "golden/support/file.hpp"
#include "hw/array/write_rtl.hpp"
#include "hw/stream/interface_config.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/hw/trap_wrapper.hpp"

namespace macaw::hw {

namespace {

using macaw::testing::ScratchFolder;

void write_axi(const std::filesystem::path& folder) {
    const AxiWrapper wrapper = testing::trap_wrapper();
    auto design = generate_interface({true, golden::Requantization{}}, wrapper.datapath, wrapper.array);
    BOOST_REQUIRE(design.has_value());
    BOOST_REQUIRE(write_interface_sources(folder, design->value(), "a test").has_value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interface_sources)

BOOST_AUTO_TEST_CASE(the_list_holds_every_module_and_ends_with_the_top) {
    ScratchFolder scratch;
    const std::filesystem::path folder = scratch.path() / "interface";
    write_axi(folder);
    auto sources = read_interface_sources(folder);
    BOOST_REQUIRE(sources.has_value());
    BOOST_TEST(sources->top == "macaw_axi");
    for (const char* file : {"macaw_array.sv", "macaw_axi_registers.sv", "macaw_requantizer.sv"})
        BOOST_TEST(std::ranges::count(sources->files, file) == 1, file);
    std::ptrdiff_t written = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        written += entry.path().extension() == ".sv" ? 1 : 0;
    BOOST_TEST(std::ssize(sources->files) == written);
}

BOOST_AUTO_TEST_CASE(a_list_that_is_missing_or_empty_or_names_a_missing_file_is_an_error) {
    ScratchFolder scratch;
    BOOST_TEST(!read_interface_sources(scratch.path()).has_value());
    BOOST_REQUIRE(write_text(scratch.path() / "sources.f", "").has_value());
    auto empty = read_interface_sources(scratch.path());
    BOOST_REQUIRE(!empty.has_value());
    BOOST_TEST(empty.error().message == "names no source");
    write_axi(scratch.path());
    std::filesystem::remove(scratch.path() / "macaw_array.sv");
    auto missing = read_interface_sources(scratch.path());
    BOOST_REQUIRE(!missing.has_value());
    BOOST_TEST(missing.error().message.find("macaw_array.sv is missing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_array_inside_is_the_array_of_the_same_configuration_and_of_no_other) {
    ScratchFolder scratch;
    const std::filesystem::path folder = scratch.path() / "interface", rtl = scratch.path() / "rtl";
    write_axi(folder);
    const auto sources = read_interface_sources(folder);
    BOOST_REQUIRE(sources.has_value());
    std::filesystem::create_directory(rtl);
    AxiWrapper wrapper = testing::trap_wrapper();
    BOOST_REQUIRE(write_rtl(rtl, wrapper.datapath, wrapper.array, "another command").has_value());
    BOOST_TEST(check_array_inside(folder, *sources, rtl).has_value());
    wrapper.datapath.inner_bits = golden::BitWidth(12);
    BOOST_REQUIRE(write_rtl(rtl, wrapper.datapath, wrapper.array, "another command").has_value());
    const auto other = check_array_inside(folder, *sources, rtl);
    BOOST_REQUIRE(!other.has_value());
    BOOST_TEST(other.error().message.find("holds another array") == 0U, other.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
