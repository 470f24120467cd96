// The job and result files, the order of a job, and the protocol checks of the monitor, against a sender and
// receiver that are played by hand.
#include "sim/job.hpp"

#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

namespace {

using namespace macaw;
using sim::job::InputBeat;
using sim::job::InputPlayer;
using sim::job::Job;
using sim::job::OutputMonitor;
using sim::job::OutputRow;

// token groups x column groups of 2 beats; word of activation (g, b) = 100 + 10 g + b, of weight (g, b) = 200
// + 10 g + b.
Job numbered_job(std::uint64_t token_groups, std::uint64_t column_groups, bool paired, std::uint64_t rows) {
    Job job;
    job.header.rows = rows;
    job.header.data_words = 1;
    job.header.flag_words = 1;
    job.header.activation_bits = 32;
    job.header.weight_bits = 32;
    job.header.token_groups = token_groups;
    job.header.column_groups = column_groups;
    job.header.beats = 2;
    job.header.paired = paired ? 1 : 0;
    for (std::uint32_t g = 0; g < token_groups; ++g)
        for (std::uint32_t b = 0; b < 2; ++b) job.activations.push_back(100 + 10 * g + b);
    for (std::uint32_t g = 0; g < column_groups; ++g)
        for (std::uint32_t b = 0; b < 2; ++b) job.weights.push_back(200 + 10 * g + b);
    return job;
}

struct Seen {
    std::uint32_t activation, weight;
    bool last;
    bool operator==(const Seen&) const = default;
};

std::vector<Seen> play(const Job& job) {
    std::vector<Seen> seen;
    InputPlayer player(job);
    while (!player.finished()) {
        const InputBeat& beat = player.beat();
        if (beat.valid) seen.push_back({*beat.activation, *beat.weight, beat.last});
        player.clock(true);
    }
    return seen;
}

OutputRow row_of(const std::uint32_t& data, bool last) {
    static const std::uint32_t no_flags = 0;
    return {true, last, &data, &no_flags, &no_flags};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_product_job_meets_every_column_group_for_each_token_group) {
    std::vector<Seen> seen = play(numbered_job(2, 2, false, 1));

    std::vector<Seen> expected = {{100, 200, false}, {101, 201, true}, {100, 210, false}, {101, 211, true},
                                  {110, 200, false}, {111, 201, true}, {110, 210, false}, {111, 211, true}};
    BOOST_TEST((seen == expected));
}

BOOST_AUTO_TEST_CASE(a_paired_job_meets_each_group_once) {
    std::vector<Seen> seen = play(numbered_job(2, 2, true, 1));

    std::vector<Seen> expected = {{100, 200, false}, {101, 201, true}, {110, 210, false}, {111, 211, true}};
    BOOST_TEST((seen == expected));
}

BOOST_AUTO_TEST_CASE(stalls_change_neither_the_beats_nor_their_order) {
    Job job = numbered_job(3, 2, false, 1);
    std::vector<Seen> undisturbed = play(job);
    job.header.input_stalls_per_256 = 128;
    job.header.seed = 7;

    BOOST_TEST((play(job) == undisturbed));
}

BOOST_AUTO_TEST_CASE(a_beat_stays_offered_until_it_is_accepted) {
    Job job = numbered_job(1, 1, false, 1);
    InputPlayer player(job);

    player.clock(false);
    player.clock(false);

    BOOST_TEST(player.beat().valid);
    BOOST_TEST(*player.beat().activation == 100U);
    BOOST_TEST(player.stall_cycles() == 2U);
    BOOST_TEST(player.accepted_beats() == 0U);
}

BOOST_AUTO_TEST_CASE(the_monitor_finishes_after_all_rows_and_a_silence) {
    Job job = numbered_job(1, 1, false, 2);
    OutputMonitor monitor(job);
    std::uint32_t data = 5;

    monitor.clock(row_of(data, false), 2);
    monitor.clock(row_of(data, true), 2);
    BOOST_TEST(!monitor.finished());
    for (int cycle = 0; cycle < 100; ++cycle) monitor.clock({}, 2);

    BOOST_TEST(monitor.finished());
    BOOST_TEST(monitor.cycles() == 2U);
}

BOOST_AUTO_TEST_CASE(a_missing_early_or_surplus_last_row_is_a_protocol_violation) {
    Job job = numbered_job(1, 1, false, 2);
    std::uint32_t data = 5;

    OutputMonitor early(job);
    BOOST_CHECK_THROW(early.clock(row_of(data, true), 2), std::runtime_error);
    OutputMonitor missing(job);
    missing.clock(row_of(data, false), 2);
    BOOST_CHECK_THROW(missing.clock(row_of(data, false), 2), std::runtime_error);
    OutputMonitor surplus(job);
    surplus.clock(row_of(data, false), 2);
    surplus.clock(row_of(data, true), 2);
    BOOST_CHECK_THROW(surplus.clock(row_of(data, false), 2), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(outputs_that_change_or_vanish_under_a_stall_are_protocol_violations) {
    Job job = numbered_job(1, 1, false, 2);
    job.header.output_stalls_per_256 = 240;
    std::uint32_t before = 5;
    std::uint32_t after = 6;
    auto stalled_monitor = [&] {  // a monitor that has just refused a row
        OutputMonitor monitor(job);
        while (monitor.ready()) monitor.clock({}, 0);
        monitor.clock(row_of(before, false), 2);
        return monitor;
    };

    OutputMonitor changed = stalled_monitor();
    BOOST_CHECK_THROW(changed.clock(row_of(after, false), 2), std::runtime_error);
    OutputMonitor vanished = stalled_monitor();
    BOOST_CHECK_THROW(vanished.clock({}, 2), std::runtime_error);
    OutputMonitor steady = stalled_monitor();
    BOOST_CHECK_NO_THROW(steady.clock(row_of(before, false), 2));
}

BOOST_AUTO_TEST_CASE(an_array_that_never_answers_is_reported_as_stuck) {
    Job job = numbered_job(1, 1, false, 1);
    OutputMonitor monitor(job);

    BOOST_CHECK_THROW(for (int cycle = 0; cycle < 30000; ++cycle) monitor.clock({}, 0), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(job_and_result_files_read_back_equal_and_truncated_ones_are_refused) {
    testing::ScratchFolder folder;
    std::string path = (folder.path() / "a.job").string();
    Job job = numbered_job(2, 3, false, 1);

    sim::job::write_job(path, job);
    Job read = sim::job::read_job(path);
    BOOST_TEST(read.activations == job.activations);
    BOOST_TEST(read.weights == job.weights);
    BOOST_TEST(read.header.column_groups == 3U);

    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
    BOOST_CHECK_THROW(sim::job::read_job(path), std::runtime_error);
    BOOST_CHECK_THROW(sim::job::read_result(path), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(outputs_are_decoded_as_signed_fields_with_their_flags) {
    golden::Datapath datapath;
    datapath.outer_bits = golden::BitWidth(20);
    hw::ArrayConfig array;
    array.rows = 1;
    array.columns = 2;
    sim::job::Result result;
    result.header.blocks = 1;
    result.header.rows = 1;
    result.header.data_words = 2;
    result.header.flag_words = 1;
    // column 0 = -1 (20 ones), column 1 = 5; inner flag of column 1, outer flag of column 0
    result.words = {0x005fffffU, 0x0U, 0x2U, 0x1U};

    sim::Outputs outputs = sim::decode(result, datapath, array);

    BOOST_TEST(outputs.values == (std::vector<std::int64_t>{-1, 5}));
    BOOST_TEST(outputs.inner_overflow == (std::vector<std::uint8_t>{0, 1}));
    BOOST_TEST(outputs.outer_overflow == (std::vector<std::uint8_t>{1, 0}));
}

BOOST_AUTO_TEST_CASE(outputs_know_their_token_and_channel) {
    sim::LayerStimulus stimulus;
    stimulus.column_groups = 3;
    hw::ArrayConfig array;
    array.rows = 2;
    array.columns = 4;

    // block 4 = token group 1, column group 1; row 1, column 2
    std::int64_t index = (4 * 2 + 1) * 4 + 2;
    sim::OutputPlace product = sim::place_of(index, stimulus, array, sim::Pairing::Product);
    sim::OutputPlace paired = sim::place_of(index, stimulus, array, sim::Pairing::Paired);

    BOOST_TEST(product.token == 3);
    BOOST_TEST(product.channel == 6);
    BOOST_TEST(paired.token == 9);
    BOOST_TEST(paired.channel == 18);
}
