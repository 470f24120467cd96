// Recording beside a sweep: what is finished is recorded, and nothing that goes wrong there ends the sweep.
#include "cli/graph/live_recorder.hpp"

#include <stdexcept>
#include <thread>

#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::testing;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(live_recorder)

BOOST_AUTO_TEST_CASE(a_point_that_throws_ends_neither_the_thread_nor_the_recording_of_the_others) {
    ScratchFolder scratch;
    reports::ResultStore store = open_store(scratch.path());
    const std::vector<fs::path> finished = {scratch.path()};
    // No name that a file system has.
    const std::vector<fs::path> not_to_be_looked_at = {scratch.path() / std::string(5000, 'x')};
    std::atomic<int> thrown = 0;
    auto throws = [&]() -> Expected<reports::StoredPoint> {
        ++thrown;
        throw std::logic_error("broken");
    };
    auto example = []() -> Expected<reports::StoredPoint> { return example_point("s", 16, 1e6); };
    {
        cli::LiveRecorder recorder(store.file(),
                                   {{not_to_be_looked_at, example}, {finished, throws}, {finished, example}});
        while (thrown < 2) std::this_thread::sleep_for(std::chrono::milliseconds(10));  // in its thread
        recorder.look();
    }
    BOOST_TEST(thrown >= 3);
    BOOST_TEST(value_of(store.points()).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
