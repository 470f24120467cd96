// Cell libraries: those of Debian, others where they are at hand, and bad ones.
#include "reports/silicon/library.hpp"
#include "silicon_fixture.hpp"

namespace {

using namespace macaw;
using testing::value_of;

Expected<reports::Library> load(const std::vector<std::string>& names) {
    testing::ScratchFolder folder;
    MACAW_TRY(reports::ToolLog log, reports::ToolLog::create(folder.path(), "library.log"));
    return reports::load_library(names, log);
}

Error error_of(const std::vector<std::string>& names) {
    auto library = load(names);
    BOOST_REQUIRE(!library.has_value());
    return library.error();
}

// Runs the whole step, power included, on a library that the developers keep beside the checkout.
void run_on_shared(const std::vector<std::string>& files, bool adder_cells) {
    std::vector<std::string> library;
    for (const std::string& file : files) {
        auto path = testing::shared_data("pdk/" + file);
        if (!path) {
            BOOST_TEST_MESSAGE("skipped: no ../shared/pdk/" + file);
            return;
        }
        library.push_back(path->string());
    }
    testing::SmallArray small;
    testing::SiliconWorkspace work(small);
    reports::SiliconOptions options = testing::quick_options();
    options.library = library;
    auto result = value_of(reports::run_silicon(options, {work.rtl, work.stimulus, {}}, work.silicon));
    BOOST_TEST((result.synthesis.adder_cells > 0) == adder_cells);
    BOOST_TEST(result.activity->outputs > 0);
    BOOST_TEST(result.power->total.total() > 0);
    BOOST_TEST_MESSAGE(fmt::format("{}: {:.1f} um2, {:.3f} ns, {:.4f} mW", files[0], result.synthesis.area,
                                   result.timing.min_period_ns, result.power->total.total() * 1e3));
}

// A library of one inverter.
constexpr const char* kInverterOnly = R"(library (tiny) {
  nom_voltage : 1.0; nom_temperature : 25;
  cell (INV) { area : 1;
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "A'"; } }
})";

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_library)

BOOST_AUTO_TEST_CASE(osu018_has_its_cells_areas_and_corner) {
    reports::Library library = value_of(load({"osu018"}));
    BOOST_TEST(library.description() == "osu018_stdcells, corner typical, 1.8 V, 25 C");
    BOOST_TEST(library.areas.at("NAND2X1") == 24.0);
    BOOST_TEST(library.areas.at("FAX1") == 120.0);
    BOOST_TEST(library.full_adder->cell == "FAX1");
    BOOST_TEST(library.full_adder->outputs[0] == "YS");
    BOOST_TEST(library.half_adder->cell == "HAX1");
    BOOST_TEST(library.half_adder->outputs[1] == "YC");
    BOOST_TEST(library.buffer->cell == "BUFX4");
    BOOST_TEST(library.wire_load == "");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_lists_the_known_ones) {
    Error error = error_of({"osu180"});
    BOOST_TEST(error.hint.find("osu018, osu035, osu050") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
    BOOST_TEST(error_of({"no/such.lib"}).place.file == "no/such.lib");
}

BOOST_AUTO_TEST_CASE(an_incomplete_library_is_refused_with_everything_it_lacks) {
    testing::ScratchFolder folder;
    std::string file = (folder.path() / "tiny.lib").string();
    testing::succeed(write_text(file, kInverterOnly));
    Error error = error_of({file});
    BOOST_TEST(
        error.message ==
        "the library is incomplete: it has no rising-edge D flip-flop, no 2-input NAND or NOR, no buffer");
    BOOST_TEST(error.place.file == file);
}

BOOST_AUTO_TEST_CASE(files_that_are_not_liberty_are_refused) {
    testing::ScratchFolder folder;
    std::string text = (folder.path() / "text.lib").string(),
                packed = (folder.path() / "text.lib.gz").string();
    testing::succeed(write_text(text, "hello"));
    testing::succeed(write_text(packed, "hello"));
    BOOST_TEST(error_of({text}).message.find("not a Liberty file") != std::string::npos);
    BOOST_TEST(error_of({packed}).message.find("cannot be unpacked") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_yosys_is_a_missing_tool_with_its_package) {
    std::string path = std::getenv("PATH");
    ::setenv("PATH", "/nonexistent", 1);
    Error error = error_of({"osu018"});
    ::setenv("PATH", path.c_str(), 1);
    BOOST_TEST((error.kind == ErrorKind::MissingTool));
    BOOST_TEST(error.hint.find("yosys") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nangate45_works_with_its_adder_cells) {
    run_on_shared({"nangate45_typ.lib.gz"}, true);
}

BOOST_AUTO_TEST_CASE(sg13g2_works_without_adder_cells_and_with_resettable_flip_flops_only) {
    run_on_shared({"sg13g2_stdcell_typ_1p20V_25C.lib.gz"}, false);
}

BOOST_AUTO_TEST_CASE(asap7_works_from_its_five_files) {
    run_on_shared({"asap7_SIMPLE_RVT_TT_nldm_211120.lib.gz", "asap7_INVBUF_RVT_TT_nldm_220122.lib.gz",
                   "asap7_AO_RVT_TT_nldm_211120.lib.gz", "asap7_OA_RVT_TT_nldm_211120.lib.gz",
                   "asap7_SEQ_RVT_TT_nldm_220123.lib.gz"},
                  false);
}

BOOST_AUTO_TEST_SUITE_END()
