// The fuzzer finds a defect and shrinks it to what a person can look at; cases are files that read back
// equal; every case that was ever kept is played again.
#include "sim/fuzz/fuzz.hpp"

#include <algorithm>

#include "hw/array/generate_array.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using sim::CaseProblem;
using sim::FuzzCase;

std::string text_of(const CaseProblem& problem) {
    return problem.value_or("right");
}

// The real array with a fault: bit 0 of the next value of every processing element's outer accumulator is
// inverted.
CaseProblem check_with_fault(const FuzzCase& fuzz_case) {
    auto design = hw::generate_array(fuzz_case.configuration.datapath, fuzz_case.configuration.array);
    if (!design) return "not generated";
    const char* module = "macaw_pe";
    if (design->find(module) == nullptr || design->find(module)->find("outer_q") < 0) return {};
    design->invert_bit(module, "outer_q", 0);
    return sim::check_design(fuzz_case, *design);
}

// A golden model that takes saturation for wrapping: wrong only where an inner sum saturates.
CaseProblem check_with_wrong_golden(const FuzzCase& fuzz_case) {
    FuzzCase wrong = fuzz_case;
    golden::Datapath& datapath = wrong.configuration.datapath;
    if (datapath.inner_overflow != golden::OverflowMode::Saturate) return {};
    auto design = hw::generate_array(datapath, wrong.configuration.array);
    if (!design) return "not generated";
    auto right = hw::expected_rows(datapath, wrong.configuration.array, wrong.groups);
    datapath.inner_overflow = golden::OverflowMode::Trap;
    auto expected = hw::expected_rows(datapath, wrong.configuration.array, wrong.groups);
    for (std::size_t row = 0; row < right.size(); ++row)
        if (right[row].columns != expected[row].columns) return "golden differs from the array";
    return {};
}

sim::FuzzResult fuzzed(const sim::CaseCheck& check, const std::filesystem::path& folder) {
    sim::FuzzOptions options;
    options.cases = 60;
    options.tools_every = 0;
    options.check = check;
    auto result = sim::fuzz(options, folder, folder / "scratch");
    BOOST_REQUIRE_MESSAGE(result.has_value(), (result ? "" : to_text(result.error())));
    return std::move(*result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fuzzer)

BOOST_AUTO_TEST_CASE(random_configurations_equal_golden) {
    testing::ScratchFolder folder;
    sim::FuzzOptions options;
    options.cases = 200;
    options.tools_every = 0;
    auto result = sim::fuzz(options, folder.path(), folder.path() / "scratch");
    BOOST_REQUIRE(result.has_value());
    for (const sim::FoundCase& found : result->found)
        BOOST_ERROR(to_string(found.shrunk.fuzz_case) + ": " + found.shrunk.problem);
    BOOST_TEST(result->cases == 200);
    BOOST_TEST(result->outputs > 200);
}

BOOST_AUTO_TEST_CASE(a_fault_in_the_array_is_found_and_shrunk_to_one_product_of_zeros) {
    testing::ScratchFolder folder;
    sim::FuzzResult result = fuzzed(check_with_fault, folder.path());
    BOOST_REQUIRE(!result.found.empty());
    for (const sim::FoundCase& found : result.found) {
        const FuzzCase& small = found.shrunk.fuzz_case;
        BOOST_TEST(small.codes() == 2, to_string(small));  // one activation, one weight
        BOOST_TEST(small.groups[0].activations[0] == 0, to_string(small) + ": " + found.shrunk.problem);
        BOOST_TEST((small.configuration.array == hw::ArrayConfig{.rows = 1, .columns = 1, .lanes = 1}),
                   to_string(small));
        BOOST_TEST((small.stalls.source == 0 && small.stalls.sink == 0));
        auto again = sim::read_case(folder.path() / found.file);
        BOOST_REQUIRE(again.has_value());
        BOOST_TEST(check_with_fault(*again).has_value());
        BOOST_TEST(text_of(sim::check_model(*again)) == "right");  // without the fault
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_golden_model_is_found_and_shrunk_to_one_saturating_sum) {
    testing::ScratchFolder folder;
    sim::FuzzResult result = fuzzed(check_with_wrong_golden, folder.path());
    BOOST_REQUIRE(!result.found.empty());
    for (const sim::FoundCase& found : result.found) {
        const FuzzCase& small = found.shrunk.fuzz_case;
        BOOST_TEST((small.configuration.datapath.inner_overflow == golden::OverflowMode::Saturate));
        // The smallest: an accumulator of 2 bits and one product, or a few where a single one does not
        // overflow.
        BOOST_TEST(small.codes() <= 6, to_string(small));
        BOOST_TEST(small.configuration.datapath.inner_bits.bits() <= 4, to_string(small));
    }
}

BOOST_AUTO_TEST_CASE(a_case_reads_back_as_it_was_written) {
    testing::ScratchFolder folder;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const FuzzCase written = sim::random_case(seed);
        BOOST_REQUIRE(sim::write_case(folder.path() / "case.yaml", written).has_value());
        auto read = sim::read_case(folder.path() / "case.yaml");
        BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : to_text(read.error())));
        BOOST_TEST((read->configuration == written.configuration), to_string(written));
        BOOST_TEST(read->note == written.note);
        BOOST_TEST(read->seed == written.seed);
        BOOST_REQUIRE(read->groups.size() == written.groups.size());
        for (std::size_t group = 0; group < written.groups.size(); ++group) {
            BOOST_TEST(read->groups[group].length == written.groups[group].length);
            BOOST_TEST((read->groups[group].activations == written.groups[group].activations));
            BOOST_TEST((read->groups[group].weights == written.groups[group].weights));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_code_outside_the_range_is_an_error_with_its_place) {
    testing::ScratchFolder folder;
    FuzzCase fuzz_case = sim::random_case(1);
    fuzz_case.groups[0].weights[0] = -128;  // never legal: weights are symmetric
    BOOST_REQUIRE(sim::write_case(folder.path() / "case.yaml", fuzz_case).has_value());
    auto read = sim::read_case(folder.path() / "case.yaml");
    BOOST_REQUIRE(!read.has_value());
    BOOST_TEST(to_text(read.error()).find("-128 is not in") != std::string::npos, to_text(read.error()));
    BOOST_TEST(to_text(read.error()).find("case.yaml:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(simpler_configurations_are_legal_and_the_chain_ends) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        hw::RandomConfiguration configuration = sim::random_case(seed).configuration;
        int steps = 0;
        for (auto next = hw::simpler_configurations(configuration); !next.empty();
             next = hw::simpler_configurations(configuration)) {
            configuration = next.back();  // the most timid step
            BOOST_REQUIRE(hw::validate(configuration.array, configuration.datapath).empty());
            BOOST_REQUIRE(++steps < 1000);
        }
    }
}

BOOST_AUTO_TEST_CASE(all_kept_cases_are_right) {
    int cases = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(testing::source_folder() / "testbench/data/fuzz")) {
        if (entry.path().extension() != ".yaml") continue;
        ++cases;
        auto fuzz_case = sim::read_case(entry.path());
        BOOST_REQUIRE_MESSAGE(fuzz_case.has_value(), (fuzz_case ? "" : to_text(fuzz_case.error())));
        BOOST_TEST(!fuzz_case->note.empty());
        BOOST_TEST(text_of(sim::check_model(*fuzz_case)) == "right", entry.path().string());
    }
    BOOST_TEST(cases >= 4);
}

BOOST_AUTO_TEST_SUITE_END()
