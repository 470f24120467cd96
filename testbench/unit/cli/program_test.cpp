// The program as a user meets it: messages, exit codes, and nothing half-written.
#include "golden/quantized_layer.hpp"
#include "golden/support/csv.hpp"
#include "golden/support/file.hpp"
#include "golden/support/metrics.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/cli/macaw_program.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

namespace {

// A configuration on the embedded model with a text of our own; `edit` may change it.
std::string config_text(const fs::path& folder) {
    return "name: test\nmodel: " + testing::embedded_model().string() +
           "\ncalibration: {text: " + (folder / "text.txt").string() +
           "}\nevaluation: {text: " + (folder / "text.txt").string() +
           "}\ndatapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 15, outer_bits: 19}\n"
           "array: {rows: 2, columns: 2, lanes: 16}\n";
}

struct Folder {
    testing::ScratchFolder scratch;
    Folder() { write("text.txt", "In the beginning God created the heaven and the earth. "); }
    fs::path write(const std::string& name, const std::string& text) const {
        BOOST_REQUIRE(write_text(scratch.path() / name, text).has_value());
        return scratch.path() / name;
    }
    fs::path operator/(const std::string& name) const { return scratch.path() / name; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(all_mistakes_of_a_configuration_are_reported_at_once_with_place_and_hint) {
    Folder folder;
    fs::path file = folder.write("bad.yaml",
                                 "name: test\nmodel: nowhere\nevaluation: {text: text.txt}\n"
                                 "datapath:\n  tiel: 64\n  inner_bits: 16\n  outer_bits: 14\ncolour: red\n");
    ProcessResult result = macaw_program({"run", file.string(), "--output", (folder / "out").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "bad.yaml:2:8: error: model: "));
    BOOST_TEST(contains(result.output, "key \"calibration\" is missing"));
    BOOST_TEST(contains(result.output,
                        "bad.yaml:5:3: error: unknown key \"datapath.tiel\"\nhint: did you mean \"tile\"?"));
    BOOST_TEST(contains(result.output,
                        "bad.yaml:7:15: error: datapath.outer_bits: 14 is narrower than inner_bits 16"));
    BOOST_TEST(contains(result.output, "bad.yaml:8:1: error: unknown key \"colour\""));
    BOOST_TEST(!fs::exists(folder / "out"));
}

BOOST_AUTO_TEST_CASE(a_missing_configuration_and_a_broken_one_are_bad_input) {
    Folder folder;
    BOOST_TEST(macaw_program({"run", (folder / "none.yaml").string()}).exit_code == 2);
    fs::path file = folder.write("broken.yaml", "name: [unclosed\n");
    ProcessResult result = macaw_program({"run", file.string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "broken.yaml:2:1: error: not valid YAML"));
}

BOOST_AUTO_TEST_CASE(an_unknown_subcommand_or_option_is_a_usage_error) {
    BOOST_TEST(macaw_program({"fly"}).exit_code == 2);
    BOOST_TEST(macaw_program({"run"}).exit_code == 2);
    BOOST_TEST(macaw_program({"--help"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(lanes_that_do_not_divide_the_tile_are_refused) {
    Folder folder;
    std::string text = config_text(folder.scratch.path());
    text.replace(text.find("lanes: 16"), 9, "lanes: 24");
    ProcessResult result =
        macaw_program({"generate", folder.write("c.yaml", text).string(), "-o", (folder / "rtl").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "array.lanes"));
    BOOST_TEST(!fs::exists(folder / "rtl"));
}

BOOST_AUTO_TEST_CASE(unsigned_weights_are_for_hardware_alone) {
    Folder folder;
    std::string text = config_text(folder.scratch.path());
    text.replace(text.find("datapath: {weight_bits: 4,"), 26,
                 "datapath: {weight_signedness: unsigned, weight_bits: 4,");
    const fs::path file = folder.write("c.yaml", text);
    for (const char* command : {"quantize", "run"}) {
        ProcessResult result = macaw_program({command, file.string(), "-o", (folder / command).string()});
        BOOST_TEST(result.exit_code == 2);
        BOOST_TEST(contains(result.output,
                            "c.yaml:5:31: error: datapath.weight_signedness: the quantizer makes "
                            "signed weights only\nhint: signed, or one of generate,"));
        BOOST_TEST(!fs::exists(folder / command));
    }
    ProcessResult result =
        macaw_program({"generate", file.string(), "--explain", "-o", (folder / "rtl").string()});
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(contains(result.output, "W4uA8 "));
    BOOST_TEST(contains(result.output, "unsigned: 0..15"));
}

BOOST_AUTO_TEST_CASE(packed_arithmetic_is_for_simulators_alone) {
    Folder folder;
    std::string text = config_text(folder.scratch.path());
    text.replace(text.find("lanes: 16"), 9, "arithmetic: packed, lanes: 16");
    const fs::path file = folder.write("c.yaml", text);
    for (const char* command : {"run", "prove", "mutate"}) {
        ProcessResult result = macaw_program({command, file.string(), "-o", (folder / command).string()});
        BOOST_TEST(result.exit_code == 2, command);
        BOOST_TEST(contains(result.output, "c.yaml: error: packed arithmetic is for simulation"));
        BOOST_TEST(!fs::exists(folder / command));
    }
    ProcessResult result = macaw_program({"generate", file.string(), "-o", (folder / "rtl").string()});
    BOOST_TEST(result.exit_code == 0, result.output);
}

BOOST_AUTO_TEST_CASE(the_simulated_form_may_differ_from_the_synthesised_one_but_not_be_packed) {
    Folder folder;
    const std::string text = config_text(folder.scratch.path());
    auto with = [&](const std::string& arithmetic) {
        return folder.write(arithmetic + ".yaml", text + "cosim: {arithmetic: " + arithmetic + "}\n")
            .string();
    };
    ProcessResult result = macaw_program({"generate", with("structural"), "-o", (folder / "two").string()});
    BOOST_TEST(result.exit_code == 0, result.output);
    auto arithmetic_of = [&](const std::string& rtl) {
        auto manifest = read_json(folder / rtl / "array.json");
        BOOST_REQUIRE(manifest.has_value());
        return manifest->at("array").at("arithmetic").get<std::string>();
    };
    BOOST_TEST(arithmetic_of("two/rtl") == "behavioural");
    BOOST_TEST(arithmetic_of("two/simulated") == "structural");
    result = macaw_program({"generate", with("behavioural"), "-o", (folder / "one").string()});
    BOOST_TEST(result.exit_code == 0, result.output);
    BOOST_TEST(!fs::exists(folder / "one/simulated"));
    result = macaw_program({"generate", with("packed"), "-o", (folder / "none").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "cosim.arithmetic: no proof says that packed arithmetic equals"));
    BOOST_TEST(!fs::exists(folder / "none"));
}

BOOST_AUTO_TEST_CASE(a_truncated_checkpoint_is_an_error_with_its_path_and_leaves_nothing) {
    Folder folder;
    fs::copy(testing::embedded_model(), folder / "model");
    fs::path weights = folder / "model/model.safetensors";
    fs::resize_file(weights, fs::file_size(weights) / 2);
    std::string text = config_text(folder.scratch.path());
    text.replace(text.find(testing::embedded_model().string()), testing::embedded_model().string().size(),
                 (folder / "model").string());
    ProcessResult result =
        macaw_program({"quantize", folder.write("c.yaml", text).string(), "-o", (folder / "q").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, weights.string() + ": error: not a valid safetensors file"));
    BOOST_TEST(!fs::exists(folder / "q"));
    BOOST_TEST(!fs::exists(folder / "q.partial"));
    fs::remove(weights);
    result = macaw_program({"quantize", (folder / "c.yaml").string(), "-o", (folder / "q").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "model.safetensors"));
}

BOOST_AUTO_TEST_CASE(a_text_too_short_to_calibrate_on_is_bad_input) {
    Folder folder;
    ProcessResult result =
        macaw_program({"quantize", folder.write("c.yaml", config_text(folder.scratch.path())).string(), "-o",
                       (folder / "q").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(!fs::exists(folder / "q"));
}

// One row of sixteen codes 7: 16 * 7 * 128 = 14336 needs 15 bits.
BOOST_AUTO_TEST_CASE(bound_fails_when_layers_that_claim_a_guarantee_do_not_have_it) {
    Folder folder;
    golden::QuantizedModel model;
    model.layers.push_back({"layer", 1, 16, std::vector<golden::WeightCode>(16, 7), {1.0F}});
    model.provenance = {{"constraint", "axe"}};
    for (int bits : {15, 14}) {
        model.datapath.inner_bits = golden::BitWidth(bits);
        BOOST_REQUIRE(golden::write_quantized_model(folder.scratch.path(), model).has_value());
        ProcessResult result =
            macaw_program({"bound", folder.scratch.path().string(), "-o", (folder / "bound").string()});
        BOOST_TEST(result.exit_code == (bits == 15 ? 0 : 1), result.output);
    }
    model.provenance = {{"constraint", "none"}};
    BOOST_REQUIRE(golden::write_quantized_model(folder.scratch.path(), model).has_value());
    BOOST_TEST(macaw_program({"bound", folder.scratch.path().string(), "-o", (folder / "free").string()})
                   .exit_code == 0);
}

BOOST_AUTO_TEST_CASE(a_run_ends_with_the_exit_code_of_the_step_that_failed) {
    Folder folder;  // its text is too short to calibrate on
    std::string file = folder.write("c.yaml", config_text(folder.scratch.path())).string();
    ProcessResult result = macaw_program({"run", file, "--output", (folder / "out").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "Running step 1/8: quantize with axe"));
    BOOST_TEST(contains(result.output, "what is finished is kept"));
    for (const auto& entry : fs::directory_iterator(folder / "out/store"))
        BOOST_TEST(entry.path().filename() == ".lock");
}

BOOST_AUTO_TEST_CASE(doctor_names_the_package_of_a_missing_tool_and_exits_with_3) {
    auto result = run_process({"env", "PATH=/nonexistent", MACAW_PROGRAM, "doctor"});
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->exit_code == 3);
    BOOST_TEST(contains(result->output, "MISSING  verilator"));
    BOOST_TEST(contains(result->output, "hint: apt-get install ninja-build"));
}

BOOST_AUTO_TEST_CASE(a_run_without_ninja_says_so_and_exits_with_3) {
    Folder folder;
    std::string file = folder.write("c.yaml", config_text(folder.scratch.path())).string();
    fs::create_directory(folder / "bin");
    for (const char* tool :
         {"yosys", "verilator", "g++", "sta", "dpkg-query", "gnuplot", "berkeley-abc", "perl"})
        if (auto path = find_program(tool)) fs::create_symlink(*path, folder / ("bin/" + std::string(tool)));
    auto result = run_process({"env", "PATH=" + (folder / "bin").string(), MACAW_PROGRAM, "run", file,
                               "--output", (folder / "out").string()});
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->exit_code == 3);
    BOOST_TEST(
        contains(result->output, "program \"ninja\" was not found\nhint: apt-get install ninja-build"));
}

BOOST_AUTO_TEST_CASE(generating_twice_gives_identical_files) {
    Folder folder;
    std::string file = folder.write("c.yaml", config_text(folder.scratch.path())).string();
    for (const char* name : {"a", "b"})
        BOOST_REQUIRE(macaw_program({"generate", file, "-o", (folder / name).string()}).exit_code == 0);
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "a/rtl")) {
        if (!entry.is_regular_file()) continue;
        ++files;
        auto twin = folder / ("b/rtl/" + fs::relative(entry.path(), folder / "a/rtl").string());
        auto one = read_text(entry.path()), other = read_text(twin);
        BOOST_REQUIRE(one.has_value());
        BOOST_REQUIRE(other.has_value());
        BOOST_TEST(*one == *other);
    }
    BOOST_TEST(files > 5U);  // also the testbench and its images
}

BOOST_AUTO_TEST_CASE(generate_explains_every_width_without_writing) {
    Folder folder;
    std::string text = config_text(folder.scratch.path());
    text.replace(text.find("lanes: 16"), 9,
                 "lanes: 16, arithmetic: structural, multiplier: booth, accumulation: carry_save");
    std::string file = folder.write("c.yaml", text).string();
    ProcessResult result = macaw_program({"generate", file, "--explain"});
    BOOST_TEST(result.exit_code == 0);
    BOOST_TEST(contains(result.output, "inner_carry_q"));
    BOOST_TEST(contains(result.output, "32 Booth digits"));
    BOOST_TEST(macaw_program({"generate", file}).exit_code == 2);
    // The trap twin of a carry-save array has an accumulator that a trap can look at.
    BOOST_TEST(macaw_program({"generate", file, "-o", (folder / "rtl").string()}).exit_code == 0);
    BOOST_TEST(
        contains(read_text(folder / "rtl/trap/array.json").value_or(""), "\"accumulation\": \"resolved\""));
}

BOOST_AUTO_TEST_CASE(a_sweep_reports_the_mistakes_of_its_points) {
    Folder folder;
    folder.write("base.yaml", config_text(folder.scratch.path()));
    fs::path file =
        folder.write("sweep.yaml", "name: s\nbase: base.yaml\naxes:\n  - datapath.inner_bits: [15, 24]\n");
    ProcessResult result = macaw_program({"sweep", file.string(), "--output", (folder / "out").string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "sweep.yaml:4:3: error: point inner_bits_24"));
    BOOST_TEST(contains(result.output, "19 is narrower than inner_bits 24"));
}

BOOST_AUTO_TEST_CASE(keys_of_one_axis_must_have_equally_many_values) {
    Folder folder;
    folder.write("base.yaml", config_text(folder.scratch.path()));
    fs::path file = folder.write("sweep.yaml",
                                 "name: s\nbase: base.yaml\naxes:\n"
                                 "  - datapath.inner_bits: [15, 16]\n    datapath.outer_bits: [19]\n");
    ProcessResult result = macaw_program({"sweep", file.string()});
    BOOST_TEST(result.exit_code == 2);
    BOOST_TEST(contains(result.output, "has 1 values, the first key of this axis has 2"));
}

BOOST_AUTO_TEST_CASE(show_config_prints_what_reads_back_equal) {
    Folder folder;
    fs::path file = folder.write(
        "c.yaml", config_text(folder.scratch.path()) + "signoff: {seeds: 2, groups: 5, netlist: false}\n");
    ProcessResult first = macaw_program({"run", file.string(), "--show-config"});
    BOOST_REQUIRE(first.exit_code == 0);
    BOOST_TEST(contains(first.output, "signoff"));
    ProcessResult second =
        macaw_program({"run", folder.write("d.yaml", first.output).string(), "--show-config"});
    BOOST_TEST(second.output == first.output);
}

BOOST_AUTO_TEST_CASE(simulate_reports_predicted_cycles_and_writes_a_table_of_all_layers) {
    Folder folder;
    std::string text = config_text(folder.scratch.path());
    text.replace(text.find("rows: 2, columns: 2"), 19, "rows: 8, columns: 8");
    text.replace(text.find("lanes: 16"), 9, "arithmetic: structural, lanes: 16");
    fs::path file = folder.write(
        "c.yaml", text + "platform: {tokens: 2, latency: 5}\ncosim: {arithmetic: behavioural}\n");
    ProcessResult result = macaw_program(
        {"simulate", file.string(), "-o", (folder / "out").string(), "--array", "model", "--json"});
    BOOST_TEST_REQUIRE(result.exit_code == 0, result.output);
    Json json = Json::parse(result.output, nullptr, false);
    BOOST_TEST_REQUIRE(json.is_object(), result.output);
    BOOST_TEST(json["simulate__cycles__count"] == json["simulate__predicted__cycles__count"]);
    BOOST_TEST(json["simulate__mismatches__count"] == 0);
    auto table = Table::read(folder / "out" / "layers.csv");
    BOOST_TEST_REQUIRE(table.has_value());
    BOOST_TEST(table->rows().size() == 6U * 7U);  // blocks x projections of the embedded model
    auto figures = Metrics::read(folder / "out" / "metrics.json");
    BOOST_TEST_REQUIRE(figures.has_value());
    const std::string& how = figures->find("simulate__cycles__count")->how;
    BOOST_TEST(contains(how, "behavioural"), how);  // the simulated form, not the synthesised one
    BOOST_TEST(!contains(how, "structural"), how);
}

BOOST_AUTO_TEST_SUITE_END()
