// Jobs whose groups differ in length, and resets in the middle of a job.
#include "sim/job.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using sim::job::InputPlayer;
using sim::job::Job;
using sim::job::OutputMonitor;
using sim::job::OutputRow;

// One word a beat: 100 * group + beat on both sides; two rows of outputs a group.
Job ragged_job(std::vector<std::uint64_t> lengths) {
    Job job;
    job.header.rows = 2;
    job.header.data_words = job.header.flag_words = 1;
    job.header.activation_bits = job.header.weight_bits = 32;
    job.header.token_groups = job.header.column_groups = lengths.size();
    job.header.paired = job.header.ragged = 1;
    for (std::uint32_t group = 0; group < lengths.size(); ++group)
        for (std::uint32_t beat = 0; beat < lengths[group]; ++beat) {
            job.activations.push_back(100 * group + beat);
            job.weights.push_back(100 * group + beat);
        }
    job.lengths = std::move(lengths);
    return job;
}

struct Seen {
    std::uint32_t activation, weight;
    bool last;
    bool operator==(const Seen&) const = default;
};

void take(InputPlayer& player, std::vector<Seen>& seen, std::size_t beats) {
    for (std::size_t i = 0; i < beats; ++i) {
        seen.push_back({*player.beat().activation, *player.beat().weight, player.beat().last});
        player.clock(true);
    }
}

OutputRow row_of(const std::uint32_t& data, bool last) {
    static const std::uint32_t no_flags = 0;
    return {true, last, &data, &no_flags, &no_flags};
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_group_of_a_ragged_job_has_its_own_number_of_beats) {
    Job job = ragged_job({1, 3, 1});
    InputPlayer player(job);
    std::vector<Seen> seen;

    take(player, seen, 5);

    std::vector<Seen> expected = {
        {0, 0, true}, {100, 100, false}, {101, 101, false}, {102, 102, true}, {200, 200, true}};
    BOOST_TEST((seen == expected));
    BOOST_TEST(player.finished());
}

BOOST_AUTO_TEST_CASE(a_ragged_job_is_read_as_it_was_written) {
    testing::ScratchFolder folder;
    Job job = ragged_job({2, 1, 4});

    sim::job::write_job((folder.path() / "job").string(), job);
    Job read = sim::job::read_job((folder.path() / "job").string());

    BOOST_TEST(read.lengths == job.lengths);
    BOOST_TEST(read.activations == job.activations);
    BOOST_TEST(read.weights == job.weights);
}

BOOST_AUTO_TEST_CASE(after_a_reset_the_sender_goes_on_with_the_first_block_that_was_not_received) {
    Job job = ragged_job({2, 2, 1});
    InputPlayer player(job);
    OutputMonitor monitor(job);
    std::vector<Seen> seen;
    take(player, seen, 3);
    for (std::uint32_t data : {7U, 8U, 9U}) monitor.clock(row_of(data, data == 8), 3);

    std::uint64_t block = monitor.restart();
    player.restart(block);
    seen.clear();
    take(player, seen, 3);

    BOOST_TEST(block == 1U);
    BOOST_TEST(monitor.first_row_since_reset() == 2U);
    std::vector<Seen> expected = {{100, 100, false}, {101, 101, true}, {200, 200, true}};
    BOOST_TEST((seen == expected));
}

BOOST_AUTO_TEST_CASE(a_row_that_came_before_the_reset_must_come_again_as_it_was) {
    Job job = ragged_job({1, 1});
    std::uint32_t before = 7, other = 8;
    for (bool same : {true, false}) {
        OutputMonitor monitor(job);
        monitor.clock(row_of(before, false), 1);
        monitor.restart();

        if (same)
            BOOST_CHECK_NO_THROW(monitor.clock(row_of(before, false), 2));
        else
            BOOST_CHECK_THROW(monitor.clock(row_of(other, false), 2), std::runtime_error);
    }
}

BOOST_AUTO_TEST_CASE(resets_come_when_they_are_due_and_never_after_the_last_row) {
    Job job = ragged_job({1});
    job.header.resets = 5;
    job.header.reset_every = 2;
    OutputMonitor monitor(job);
    std::uint32_t data = 1;

    monitor.clock({}, 0);
    BOOST_TEST(!monitor.reset_due());
    monitor.clock({}, 0);
    BOOST_TEST(monitor.reset_due());
    monitor.restart();
    monitor.clock(row_of(data, false), 1);
    monitor.clock(row_of(data, true), 1);
    monitor.clock({}, 1);
    BOOST_TEST(!monitor.reset_due());
    BOOST_TEST(monitor.resets() == 1U);
}
