// What is written to a folder: text, manifest, identity of two runs.
#include "hw/array/write_rtl.hpp"

#include <boost/test/unit_test.hpp>

#include "testbench/support/files.hpp"

namespace macaw::hw {

namespace {

constexpr const char* kCommand = "macaw generate configs/small.yaml";

struct Small {
    golden::Datapath datapath;
    ArrayConfig array{Dataflow::OutputStationary, 2, 1, 2, Arithmetic::Structural};
    Small() {
        datapath.weight_bits = golden::BitWidth(3);
        datapath.activation_bits = golden::BitWidth(4);
        datapath.tile = 4;
        datapath.inner_bits = golden::BitWidth(8);
        datapath.outer_bits = golden::BitWidth(10);
        datapath.inner_overflow = golden::OverflowMode::Saturate;
        datapath.outer_overflow = golden::OverflowMode::Trap;
        datapath.products_per_check = 2;
    }
};

std::vector<rtl::SourceFile> printed(const Small& small, const std::string& command) {
    auto design = generate_array(small.datapath, small.array);
    BOOST_REQUIRE(design.has_value());
    return rtl::print_design(*design, command);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(write_rtl_suite, Small)

// To accept a new text: MACAW_ACCEPT=1 in the environment writes the expected files again; read the diff.
BOOST_AUTO_TEST_CASE(a_small_array_prints_as_expected) {
    std::filesystem::path folder = macaw::testing::source_folder() / "testbench/unit/hw/expected";
    for (const rtl::SourceFile& file : printed(*this, kCommand)) {
        if (std::getenv("MACAW_ACCEPT") != nullptr)
            BOOST_REQUIRE(write_text(folder / file.name, file.text).has_value());
        auto expected = read_text(folder / file.name);
        BOOST_REQUIRE_MESSAGE(expected.has_value(), "no expected text for " + file.name);
        BOOST_TEST(file.text == *expected, file.name << " differs from the expected text");
    }
}

BOOST_AUTO_TEST_CASE(generating_twice_gives_identical_files) {
    BOOST_TEST((printed(*this, kCommand) == printed(*this, kCommand)));
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_shows_in_the_text) {
    auto design = generate_array(datapath, array);
    BOOST_REQUIRE(design.has_value());
    design->invert_bit("macaw_pe", "outer_q", 2);
    BOOST_TEST((rtl::print_design(*design, kCommand) != printed(*this, kCommand)));
}

BOOST_AUTO_TEST_CASE(a_command_with_a_line_break_stays_in_its_comment) {
    for (const rtl::SourceFile& file : printed(*this, "macaw generate\nendmodule"))
        BOOST_TEST(file.text.find("\nendmodule\n") == file.text.size() - 11);
}

BOOST_AUTO_TEST_CASE(the_manifest_tells_what_the_folder_holds) {
    macaw::testing::ScratchFolder scratch;
    auto written = write_rtl(scratch.path(), datapath, array, kCommand);
    BOOST_REQUIRE(written.has_value());
    auto manifest = read_rtl(scratch.path());
    std::string problem = manifest ? "" : to_text(manifest.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    BOOST_TEST(manifest->top == "macaw_array");
    BOOST_TEST(manifest->files.back() == "macaw_array.sv");
    BOOST_TEST((manifest->datapath == datapath));
    BOOST_TEST((manifest->array == array));
    BOOST_TEST(manifest->latency.last_beat_to_first_output == 4);
    BOOST_TEST((manifest->cost == *cost_of(datapath, array)));
    auto width = [&](const std::string& name) {
        for (const PortInfo& port : manifest->ports)
            if (port.name == name) return port.width;
        return 0;
    };
    BOOST_TEST(width("activation_i") == 2 * 2 * 4);
    BOOST_TEST(width("weight_i") == 1 * 2 * 3);
    BOOST_TEST(width("out_data_o") == 1 * 10);
    BOOST_TEST(width("inner_overflow_o") == 1);
    BOOST_TEST(width("outer_overflow_o") == 1);
    BOOST_TEST(width("overflow_o") == 1);
}

BOOST_AUTO_TEST_CASE(wrap_levels_have_no_flag_ports) {
    datapath.inner_overflow = golden::OverflowMode::Wrap;
    auto design = generate_array(datapath, array);
    BOOST_REQUIRE(design.has_value());
    BOOST_TEST(design->top().find("inner_overflow_o") == -1);
    BOOST_TEST(design->top().find("overflow_o") >= 0);
    datapath.outer_overflow = golden::OverflowMode::Wrap;
    design = generate_array(datapath, array);
    BOOST_REQUIRE(design.has_value());
    BOOST_TEST(design->top().find("overflow_o") == -1);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_an_error) {
    macaw::testing::ScratchFolder scratch;
    BOOST_TEST(!read_rtl(scratch.path()).has_value());
    BOOST_REQUIRE(write_rtl(scratch.path(), datapath, array, kCommand).has_value());
    std::filesystem::remove(scratch.path() / "macaw_pe.sv");
    BOOST_TEST(!read_rtl(scratch.path()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
