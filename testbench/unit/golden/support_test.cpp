#include <csignal>

#include "golden/support/csv.hpp"
#include "golden/support/file.hpp"
#include "golden/support/folder_lock.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/mapped_file.hpp"
#include "golden/support/metrics.hpp"
#include "golden/support/parallel.hpp"
#include "golden/support/process.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(support)

BOOST_AUTO_TEST_CASE(an_output_folder_appears_complete_or_not_at_all) {
    testing::ScratchFolder folder;
    fs::path final_path = folder.path() / "result";
    {
        auto output = OutputFolder::create(final_path);
        BOOST_REQUIRE(output.has_value());
        BOOST_REQUIRE(write_text(*output / "a.txt", "a").has_value());
    }  // not committed
    BOOST_TEST(fs::is_empty(folder.path()));
    auto output = OutputFolder::create(final_path);
    BOOST_REQUIRE(write_text(*output / "b.txt", "b").has_value());
    BOOST_TEST(!fs::exists(final_path));
    BOOST_REQUIRE(output->commit().has_value());
    BOOST_TEST(fs::exists(final_path / "b.txt"));
}

BOOST_AUTO_TEST_CASE(one_run_at_a_time_works_in_a_folder) {
    testing::ScratchFolder folder;
    {
        auto lock = FolderLock::acquire(folder.path() / "store");
        BOOST_REQUIRE(lock.has_value());
        auto second = FolderLock::acquire(folder.path() / "store");
        BOOST_REQUIRE(!second.has_value());
        BOOST_TEST((second.error().kind == ErrorKind::BadInput));
        BOOST_TEST(FolderLock::acquire(folder.path() / "another").has_value());
    }
    BOOST_TEST(FolderLock::acquire(folder.path() / "store").has_value());
}

BOOST_AUTO_TEST_CASE(steps_that_outlive_their_run_keep_its_folder) {
    testing::ScratchFolder folder;
    const std::string go = (folder.path() / "go").string();
    {
        auto lock = FolderLock::acquire(folder.path() / "store");
        BOOST_REQUIRE(lock.has_value());
        auto left =
            run_in_foreground({"sh", "-c", "(until test -e '" + go + "'; do sleep 0.01; done; sleep 0.3) &"});
        BOOST_REQUIRE(left.has_value());
    }
    BOOST_TEST(!FolderLock::acquire(folder.path() / "store").has_value());
    auto impatient = FolderLock::acquire(folder.path() / "store", std::chrono::milliseconds{200});
    BOOST_REQUIRE(!impatient.has_value());
    BOOST_TEST((impatient.error().kind == ErrorKind::BadInput));
    BOOST_REQUIRE(write_text(go, "").has_value());
    BOOST_TEST(FolderLock::acquire(folder.path() / "store", FolderLock::kPatience).has_value());
}

BOOST_AUTO_TEST_CASE(json_errors_have_line_and_column) {
    testing::ScratchFolder folder;
    BOOST_REQUIRE(write_text(folder.path() / "x.json", "{\n  \"a\": ,\n}").has_value());
    auto json = read_json(folder.path() / "x.json");
    BOOST_REQUIRE(!json.has_value());
    BOOST_TEST(json.error().place.line == 2);
    BOOST_TEST(json.error().place.column == 8);
}

// FIPS 180-2, appendix B.1.
BOOST_AUTO_TEST_CASE(sha256_of_abc) {
    BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

BOOST_AUTO_TEST_CASE(csv_cells_read_back_as_they_were) {
    testing::ScratchFolder folder;
    Table table({"name", "value_um2"});
    table.add_row({"a \"quoted\", cell\nof two lines", 1.5});
    table.add_row({"", -3});
    BOOST_REQUIRE(table.write(folder.path() / "t.csv").has_value());
    auto back = Table::read(folder.path() / "t.csv");
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST((back->rows() == table.rows()));
}

BOOST_AUTO_TEST_CASE(a_table_as_json_has_an_object_a_row_and_numbers_where_cells_are_numbers) {
    Table table({"name", "value_um2"});
    table.add_row({"1a", 1.5});
    BOOST_TEST(table.json().dump() == R"([{"name":"1a","value_um2":1.5}])");
}

BOOST_AUTO_TEST_CASE(metrics_keep_their_origin) {
    testing::ScratchFolder folder;
    Metrics metrics;
    metrics.add("synth__area__um2", 12.5, "measured");
    BOOST_CHECK_THROW(metrics.add("synth__area__um2", 1, "twice"), std::logic_error);
    BOOST_REQUIRE(metrics.write(folder.path() / "metrics.json").has_value());
    auto back = Metrics::read(folder.path() / "metrics.json");
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST(back->find("synth__area__um2")->how == "measured");
}

BOOST_AUTO_TEST_CASE(a_program_gets_its_input_and_both_outputs_are_kept) {
    auto result = run_process({"sh", "-c", "cat; echo problem >&2; exit 3"}, {{}, "hello\n"});
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->output == "hello\nproblem\n");
    BOOST_TEST(result->exit_code == 3);
    auto tool = run_tool({"sh", "-c", "echo reason; exit 3"});
    BOOST_REQUIRE(!tool.has_value());
    BOOST_TEST((tool.error().kind == ErrorKind::ToolFailed));
    BOOST_TEST(tool.error().message == "sh failed with exit code 3:\nreason\n");
}

BOOST_AUTO_TEST_CASE(a_time_limit_ends_a_program_and_all_that_it_started) {
    using namespace std::chrono;
    ProcessOptions options;
    options.time_limit = milliseconds(200);
    const auto start = steady_clock::now();
    // The second sleep keeps the pipe open after the shell has gone.
    auto result = run_process({"sh", "-c", "echo begun; sleep 30 & sleep 30"}, options);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(result->timed_out);
    BOOST_TEST(result->output == "begun\n");
    BOOST_TEST((steady_clock::now() - start < seconds(10)));
    options.time_limit = seconds(30);
    result = run_process({"sh", "-c", "exit 3"}, options);
    BOOST_REQUIRE(result.has_value());
    BOOST_TEST(!result->timed_out);
    BOOST_TEST(result->exit_code == 3);
}

BOOST_AUTO_TEST_CASE(a_missing_program_names_itself) {
    auto result = run_process({"no-such-program-of-macaw"});
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST((result.error().kind == ErrorKind::MissingTool));
}

BOOST_AUTO_TEST_CASE(parallel_for_returns_the_first_error_and_rethrows_exceptions) {
    std::vector<int> done(100);
    BOOST_TEST(parallel_for(100, [&](std::size_t i) -> Expected<void> {
                   done[i] = 1;
                   return {};
               }).has_value());
    BOOST_TEST(std::count(done.begin(), done.end(), 1) == 100);
    BOOST_TEST(!parallel_for(10, [](std::size_t) -> Expected<void> {
                    return fail(ErrorKind::System, "x");
                }).has_value());
    BOOST_CHECK_THROW(
        (void)parallel_for(10, [](std::size_t) -> Expected<void> { throw std::logic_error("x"); }),
        std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_mapped_file_keeps_its_bytes_when_their_memory_is_given_back) {
    testing::ScratchFolder folder;
    fs::path path = folder.path() / "x";
    std::string text;
    for (int i = 0; i < 20000; ++i) text += static_cast<char>('a' + i % 26);
    BOOST_REQUIRE(write_text(path, text).has_value());
    auto file = MappedFile::open(path);
    BOOST_REQUIRE(file.has_value());
    auto holds_the_text = [&] {
        return std::equal(text.begin(), text.end(), file->bytes().begin(), file->bytes().end(),
                          [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
    };
    BOOST_TEST(holds_the_text());
    for (std::size_t start : {0U, 1U, 4095U, 4096U, 9000U})
        for (std::size_t size : {0U, 1U, 4096U, 8191U, 11000U})
            file->release(file->bytes().subspan(start, size));
    BOOST_TEST(holds_the_text());
    BOOST_REQUIRE(write_text(folder.path() / "empty", "").has_value());
    BOOST_TEST(MappedFile::open(folder.path() / "empty").value().bytes().empty());
    BOOST_TEST(!MappedFile::open(folder.path()).has_value());
    BOOST_TEST(!MappedFile::open(folder.path() / "none").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
