// macaw verify as a user meets it where nothing is simulated yet: configurations without a model, and
// mistakes.
#include "cli/run_config.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;

namespace {

tl::expected<cli::RunConfig, Errors> read(const std::string& text, cli::ConfigScope scope) {
    testing::ScratchFolder folder;
    BOOST_TEST_REQUIRE(write_text(folder.path() / "c.yaml", text).has_value());
    return cli::read_run_config(folder.path() / "c.yaml", scope);
}

constexpr const char* kHardware =
    "name: small\ndatapath: {weight_bits: 3, activation_bits: 4, tile: 8, inner_bits: 9, outer_bits: 11}\n"
    "array: {rows: 2, columns: 2, lanes: 2}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(verify_command)

BOOST_AUTO_TEST_CASE(hardware_alone_is_a_configuration_for_verify_and_not_for_run) {
    auto hardware = read(kHardware, cli::ConfigScope::Hardware);
    BOOST_TEST_REQUIRE(hardware.has_value());
    BOOST_TEST(hardware->datapath.products_per_check == 2);
    BOOST_TEST(hardware->model.empty());
    BOOST_TEST(!read(kHardware, cli::ConfigScope::Run).has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_names_a_model_must_be_complete) {
    auto config = read(std::string(kHardware) + "model: nowhere\n", cli::ConfigScope::Hardware);
    BOOST_TEST_REQUIRE(!config.has_value());
    BOOST_TEST(config.error().size() == 3U);  // the model, calibration, evaluation
}

BOOST_AUTO_TEST_CASE(a_run_signs_off_within_the_limits_of_the_subcommand) {
    auto good = read(std::string(kHardware) + "signoff: {seeds: 0, groups: 1, proofs: true}\n",
                     cli::ConfigScope::Hardware);
    BOOST_TEST_REQUIRE(good.has_value());
    BOOST_TEST(good->signoff->proofs);
    BOOST_TEST(good->signoff->netlist);
    BOOST_TEST(!read(kHardware, cli::ConfigScope::Hardware)->signoff.has_value());
    auto bad =
        read(std::string(kHardware) + "signoff: {seeds: -1, groups: 100001, mutants: 1000001, seed: 3}\n",
             cli::ConfigScope::Hardware);
    BOOST_TEST_REQUIRE(!bad.has_value());
    BOOST_TEST(bad.error().size() == 4U, to_text(bad.error()));
    for (const char* part :
         {"seeds: -1 is outside 0 .. 1000000", "groups", "mutants", "\"signoff.seed\"", "c.yaml:4:"})
        BOOST_TEST(to_text(bad.error()).find(part) != std::string::npos,
                   part << " in " << to_text(bad.error()));
}

BOOST_AUTO_TEST_CASE(the_reference_configurations_are_legal) {
    for (const char* name : {"tiny", "w4a8_wrap", "w4a4_unsigned_saturate", "w8a8_trap"}) {
        auto config =
            cli::read_run_config(testing::source_folder() / "configs/signoff" / (std::string(name) + ".yaml"),
                                 cli::ConfigScope::Hardware);
        BOOST_TEST(config.has_value(), (config ? "" : to_text(config.error())));
    }
}

BOOST_AUTO_TEST_CASE(layers_need_a_model_in_the_configuration) {
    testing::ScratchFolder folder;
    BOOST_TEST_REQUIRE(write_text(folder.path() / "c.yaml", kHardware).has_value());
    std::string config = (folder.path() / "c.yaml").string(), output = (folder.path() / "out").string();
    std::string layers = folder.path().string();

    auto run = run_process({MACAW_PROGRAM, "verify", config, "--output", output, "--layers", layers});

    BOOST_TEST_REQUIRE(run.has_value());
    BOOST_TEST(run->exit_code == 2);
    BOOST_TEST(run->output.find("--layers needs a configuration with model") != std::string::npos,
               run->output);
    BOOST_TEST(!std::filesystem::exists(output));
}

BOOST_AUTO_TEST_SUITE_END()
