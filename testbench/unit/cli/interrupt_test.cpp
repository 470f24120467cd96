// A user who wants to stop is heard before the first step is run: while a search models its candidates.
#include <chrono>
#include <fstream>
#include <thread>

#include <signal.h>
#include <sys/wait.h>

#include "golden/support/file.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/process_group.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

namespace {

constexpr int kInterrupted = 130;

// Thousands of candidates, which take seconds.
std::string search_text() {
    return "name: s\nbase: base.yaml\nsteps: hardware\nsearch: {cost_model: '" +
           (testing::source_folder() / "configs/cost/osu018.json").string() +
           "', minimise: [area], candidates: 5000, synthesise: 1}\naxes:\n"
           "  - array.rows: [1, 2, 3, 4]\n  - array.columns: [1, 2, 3, 4]\n"
           "  - array.lanes: [1, 2, 4, 8, 16]\n  - array.pipeline: [none, multiplier, tree, full]\n"
           "  - array.reduction: [dadda, three_greedy]\n  - array.adder: [brent_kung, sklansky]\n"
           "  - datapath.inner_bits: [14, 15, 16, 17]\n";
}

bool catches_interrupts(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    const std::string key = "SigCgt:";
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(key))
            return (std::stoull(line.substr(key.size()), nullptr, 16) >> (SIGINT - 1) & 1U) != 0;
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interrupt)

BOOST_AUTO_TEST_CASE(a_search_that_models_its_candidates_stops_and_starts_no_step) {
    testing::ScratchFolder folder;
    const fs::path sweep = folder.path() / "sweep.yaml", out = folder.path() / "out";
    BOOST_REQUIRE(write_text(folder.path() / "text.txt", "text").has_value());
    BOOST_REQUIRE(write_text(folder.path() / "other.txt", "other").has_value());
    BOOST_REQUIRE(
        write_text(folder.path() / "base.yaml",
                   "name: base\nmodel: " + testing::embedded_model().string() +
                       "\ncalibration: {text: text.txt}\nevaluation: {text: other.txt}\n"
                       "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 15, outer_bits: "
                       "24}\narray: {arithmetic: structural}\n")
            .has_value());
    BOOST_REQUIRE(write_text(sweep, search_text()).has_value());
    // On one thread it takes long enough for a machine under load.
    pid_t child = testing::start_in_group({"/usr/bin/env", "MACAW_THREADS=1", MACAW_PROGRAM, "sweep",
                                           sweep.string(), "--output", out.string()});
    int status = 0;
    while (!catches_interrupts(child)) {
        BOOST_REQUIRE(::waitpid(child, &status, WNOHANG) == 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ::kill(child, SIGINT);  // to it alone
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == kInterrupted);
    BOOST_TEST(!fs::exists(out));  // made as soon as the candidates are modelled
}

BOOST_AUTO_TEST_SUITE_END()
