// Cell libraries: those of Debian, others where they are at hand, and bad ones.
#include "golden/support/process.hpp"
#include "reports/silicon/library.hpp"
#include "reports/silicon/recipe.hpp"
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
  time_unit : "1ns"; capacitive_load_unit (1, pf); leakage_power_unit : "1nW";
  cell (INV) { area : 1;
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "A'"; } }
})";

// A complete library whose full adder gives what SUM and CARRY say of A, B and C.
std::string library_with_full_adder(const std::string& sum, const std::string& carry) {
    auto gate = [](const std::string& name, const std::string& inputs, const std::string& function) {
        std::string cell = fmt::format("  cell ({}) {{ area : 1;\n", name);
        for (char input : inputs)
            cell += fmt::format("    pin ({}) {{ direction : input; capacitance : 1; }}\n", input);
        return cell +
               fmt::format("    pin (Y) {{ direction : output; function : \"{}\"; }}\n  }}\n", function);
    };
    return "library (tiny) {\n  nom_voltage : 1.0; nom_temperature : 25;\n  time_unit : \"1ns\";\n"
           "  capacitive_load_unit (1, pf);\n  leakage_power_unit : \"1nW\";\n" +
           gate("INV", "A", "!A") + gate("BUF", "A", "A") + gate("NAND2", "AB", "!(A & B)") +
           "  cell (DFF) { area : 1; ff (IQ, IQN) { clocked_on : \"CK\"; next_state : \"D\"; }\n"
           "    pin (CK) { direction : input; clock : true; }\n    pin (D) { direction : input; }\n"
           "    pin (Q) { direction : output; function : \"IQ\"; }\n  }\n"
           "  cell (FA) { area : 1;\n    pin (A) { direction : input; }\n    pin (B) { direction : input; }\n"
           "    pin (C) { direction : input; }\n" +
           fmt::format("    pin (CO) {{ direction : output; function : \"{}\"; }}\n", carry) +
           fmt::format("    pin (S) {{ direction : output; function : \"{}\"; }}\n  }}\n}}\n", sum);
}

constexpr const char* kSum = "A ^ B ^ C";
constexpr const char* kInvertedSum = "!(A ^ B ^ C)";
constexpr const char* kCarry = "(A & B) | (A & C) | (B & C)";
constexpr const char* kInvertedCarry = "!((A & B) | (A & C) | (B & C))";

std::optional<reports::FoundCell> full_adder_of(const testing::ScratchFolder& folder, const std::string& sum,
                                                const std::string& carry) {
    const std::string file = (folder.path() / "tiny.lib").string();
    testing::succeed(write_text(file, library_with_full_adder(sum, carry)));
    return value_of(load({file})).full_adder;
}

// Whether the module full_adder as the map makes it of the library's cell adds, for all inputs.
bool mapped_cell_adds(const testing::ScratchFolder& folder, const reports::FoundCell& cell) {
    reports::Library library;
    library.full_adder = cell;
    testing::succeed(write_text(folder.path() / "adders.v", reports::adder_map({true, false}, library)));
    testing::succeed(
        write_text(folder.path() / "check.v",
                   "module full_adder (input a_i, b_i, c_i, output sum_o, carry_o); endmodule\n"
                   "module check (input a, b, c);\n  wire sum, carry;\n"
                   "  full_adder u (.a_i(a), .b_i(b), .c_i(c), .sum_o(sum), .carry_o(carry));\n"
                   "  always @* assert ({1'b0, a} + {1'b0, b} + {1'b0, c} == {carry, sum});\nendmodule\n"));
    ProcessOptions options;
    options.working_folder = folder.path();
    auto result = run_process({"yosys", "-q", "-p",
                               "read_liberty tiny.lib; write_verilog -noattr cells.v; design -reset; "
                               "read_verilog -formal -sv check.v; prep -top check; techmap -map adders.v; "
                               "read_verilog cells.v; hierarchy -top check; flatten; opt; "
                               "sat -verify -prove-asserts"},
                              options);
    BOOST_REQUIRE(result.has_value());
    return result->exit_code == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(silicon_library)

// As in ASAP7: the map puts inverters behind it, and without them it does not add.
BOOST_AUTO_TEST_CASE(a_full_adder_with_inverted_outputs_is_found_and_mapped) {
    testing::ScratchFolder folder;
    for (bool inverts : {false, true}) {
        auto cell = full_adder_of(folder, inverts ? kInvertedSum : kSum, inverts ? kInvertedCarry : kCarry);
        BOOST_REQUIRE(cell.has_value());
        BOOST_TEST(cell->inverts == inverts);
        BOOST_TEST(cell->outputs[0] == "S");
        BOOST_TEST(mapped_cell_adds(folder, *cell));
        cell->inverts = !inverts;
        BOOST_TEST(!mapped_cell_adds(folder, *cell));
    }
    BOOST_TEST(!full_adder_of(folder, kInvertedSum, kCarry).has_value());
    BOOST_TEST(!full_adder_of(folder, kInvertedSum, kInvertedSum).has_value());
}

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

// Yosys alone never ends on some of these.
BOOST_AUTO_TEST_CASE(a_file_that_is_cut_off_anywhere_is_refused_with_the_line_of_what_does_not_end) {
    testing::ScratchFolder folder;
    const std::string file = (folder.path() / "cut.lib").string();
    const std::string whole = library_with_full_adder(kSum, kCarry);
    const auto first = whole.find('{'), last = whole.rfind('}');
    for (std::size_t size = first + 1; size <= last; size += 7) {
        testing::succeed(write_text(file, whole.substr(0, size)));
        const Error error = error_of({file});
        BOOST_TEST(!error.message.empty());
        // Behind the header: what does not end is named with its place.
        if (size > whole.find("cell (INV)"))
            BOOST_TEST((error.message.starts_with("is not a complete Liberty file") && error.place.line > 0),
                       fmt::format("{} bytes: {}", size, error.message));
    }
    testing::succeed(write_text(file, whole));
    BOOST_TEST(load({file}).has_value());
}

BOOST_AUTO_TEST_CASE(braces_in_comments_and_strings_do_not_count_and_one_too_many_is_refused) {
    testing::ScratchFolder folder;
    const std::string file = (folder.path() / "braces.lib").string();
    const std::string whole = library_with_full_adder(kSum, kCarry);
    const std::string unit = "  time_unit : \"1ns\";\n";
    std::string harmless = whole;
    harmless.replace(harmless.find(unit), unit.size(),
                     unit + "  /* } */ // {\n  comment : \"a } and } }\";\n");
    testing::succeed(write_text(file, harmless + "/* the end } */\n"));
    value_of(load({file}));
    testing::succeed(write_text(file, whole + "}\n"));
    BOOST_TEST(error_of({file}).message.find("behind the end of library") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_library_without_units_is_refused_and_so_are_files_that_differ_in_them) {
    testing::ScratchFolder folder;
    const std::string a = (folder.path() / "a.lib").string(), b = (folder.path() / "b.lib").string();
    const std::string whole = library_with_full_adder(kSum, kCarry);
    const std::string unit = "  capacitive_load_unit (1, pf);\n";
    std::string without = whole, other = whole, same = whole;
    without.erase(without.find(unit), unit.size());
    other.replace(other.find(unit), unit.size(), "  capacitive_load_unit (1, ff);\n");
    testing::succeed(write_text(a, without));
    BOOST_TEST(error_of({a}).message == "the library does not say its capacitive_load_unit");
    testing::succeed(write_text(a, whole));
    testing::succeed(write_text(b, other));
    const Error error = error_of({a, b});
    BOOST_TEST(error.message.starts_with("its units are 1ns, 1ff, 1nw"), error.message);
    BOOST_TEST(error.place.file == b);
    same.replace(same.find(unit), unit.size(), "  capacitive_load_unit (1.0, \\\n pF);\n");
    testing::succeed(write_text(b, same));
    auto joined = load({a, b});
    BOOST_TEST((joined || joined.error().message.find("units") == std::string::npos));
}

BOOST_AUTO_TEST_CASE(without_timing_or_power_data_there_are_no_figures) {
    testing::ScratchFolder folder;
    const std::string file = (folder.path() / "tiny.lib").string();
    testing::succeed(write_text(file, library_with_full_adder(kSum, kCarry)));
    reports::Library library = value_of(load({file}));
    auto message = [&](bool power) {
        auto checked = reports::check_figures(library, power);
        return checked ? std::string{} : checked.error().message;
    };
    BOOST_TEST(message(false) == "the library is incomplete: it has no timing() of cells");
    BOOST_TEST(message(true) ==
               "the library is incomplete: it has no timing() of cells, no internal_power(), "
               "no leakage power of cells");
    std::string boilerplate = library_with_full_adder(kSum, kCarry);
    boilerplate.insert(boilerplate.find("  cell (INV)"), "  default_cell_leakage_power : 0;\n");
    testing::succeed(write_text(file, boilerplate));
    BOOST_TEST(!value_of(load({file})).has_leakage);
    library = value_of(load({"osu018"}));
    BOOST_TEST(message(true) == "");
    library.units[2].clear();
    BOOST_TEST(message(true) == "the library is incomplete: it has no leakage_power_unit");
    BOOST_TEST(message(false) == "");
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

BOOST_AUTO_TEST_CASE(asap7_works_from_its_five_files_with_a_full_adder_that_inverts) {
    run_on_shared({"asap7_SIMPLE_RVT_TT_nldm_211120.lib.gz", "asap7_INVBUF_RVT_TT_nldm_220122.lib.gz",
                   "asap7_AO_RVT_TT_nldm_211120.lib.gz", "asap7_OA_RVT_TT_nldm_211120.lib.gz",
                   "asap7_SEQ_RVT_TT_nldm_220123.lib.gz"},
                  true);
}

BOOST_AUTO_TEST_SUITE_END()
