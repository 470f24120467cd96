// Design points for the tests of the database of results and of what reads it, in the shape of real ones.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/store/result_store.hpp"

namespace macaw::testing {

template <typename T>
T value_of(Expected<T> result) {
    if (!result) BOOST_FAIL(to_text(result.error()));
    return std::move(*result);
}

inline void succeed(const Expected<void>& result) {
    if (!result) BOOST_FAIL(to_text(result.error()));
}

inline Json example_config(int inner_bits) {
    return {{"name", "demo"},
            {"model", "/somewhere/tiny-books-llama/"},
            {"datapath",
             {{"weight_bits", 4},
              {"activation_bits", 8},
              {"tile", 64},
              {"inner_bits", inner_bits},
              {"outer_bits", inner_bits + 4},
              {"inner_overflow", "wrap"},
              {"outer_overflow", "saturate"}}},
            {"quantizer", {{"algorithm", "optq"}, {"constraint", "axe"}}},
            {"array",
             {{"dataflow", "output_stationary"},
              {"rows", 8},
              {"columns", 4},
              {"lanes", 16},
              {"pipeline", "none"},
              {"arithmetic", "structural"}}},
            {"synth", {{"library", {"osu018"}}, {"clock_mhz", 100.5}}}};
}

// A finished point; `area` tells one recording from another.
inline reports::StoredPoint example_point(const std::string& sweep, int inner_bits, double area) {
    reports::StoredPoint point;
    point.sweep = sweep;
    point.name = "inner_bits_" + std::to_string(inner_bits);
    point.position = inner_bits;
    point.axes = {{"inner_bits", std::to_string(inner_bits)}};
    point.config = example_config(inner_bits);
    point.metrics = {{{"datapath__inner__bits", inner_bits, "configured"}, ""},
                     {{"model__ppl__datapath", 31.13, "bit-exact"}, "perplexity"},
                     {{"synth__area__um2", area, "Yosys 0.23"}, "synth"},
                     {{"energy__per_mac__pj", 4.25, "measured toggles"}, "synth"},
                     {{"cosim__speed__mac_per_s", 1e9, "this machine"}, "synth"},
                     {{"synth__recipe", "balanced", "configuration"}, "synth"}};
    Json record = {{"step", "synth"},
                   {"command", "macaw synth c.yaml"},
                   {"inputs", {{"rtl", std::string(64, 'a')}, {"a 'quoted' path", std::string(64, 'b')}}},
                   {"tools", {{"yosys", "Yosys 0.23"}}},
                   {"macaw", "0.1.0"},
                   {"machine", "2 cores"},
                   {"seconds", 12.5},
                   {"peak_memory_kib", 204800},
                   {"seed", 7}};
    point.steps = {{"perplexity", "store/perplexity-01", {{"step", "perplexity"}}},
                   {"synth", "store/synth-02", record}};
    return point;
}

inline reports::StoredPoint failed_point(const std::string& sweep, const std::string& name) {
    reports::StoredPoint point;
    point.sweep = sweep;
    point.name = name;
    point.position = 99;
    point.config = example_config(8);
    point.failure = "step quantize: too few windows\nhint: bring more text";
    return point;
}

inline reports::ResultStore open_store(const std::filesystem::path& folder,
                                       std::chrono::milliseconds wait = reports::ResultStore::kWait) {
    return value_of(reports::ResultStore::open(folder / reports::kResultsFile, wait));
}

inline reports::Database open_database(const std::filesystem::path& file) {
    return value_of(
        reports::Database::open(file, reports::Database::Mode::MakeIfMissing, std::chrono::milliseconds(0)));
}

// The one value of a query.
inline Json asked(const std::filesystem::path& file, const std::string& sql) {
    reports::Database database = open_database(file);
    reports::Statement statement = value_of(database.prepare(sql));
    BOOST_REQUIRE(value_of(statement.step()));
    return statement.number_or_text(0);
}

inline void check_equal(const reports::StoredPoint& read, const reports::StoredPoint& written) {
    BOOST_TEST(read.sweep == written.sweep);
    BOOST_TEST(read.name == written.name);
    BOOST_TEST(read.position == written.position);
    BOOST_TEST(read.scope == written.scope);
    BOOST_TEST((read.axes == written.axes));
    BOOST_TEST((read.config == written.config));
    BOOST_TEST(read.failure == written.failure);
    BOOST_REQUIRE(read.metrics.size() == written.metrics.size());
    for (std::size_t i = 0; i < read.metrics.size(); ++i) {
        BOOST_TEST(read.metrics[i].metric.key == written.metrics[i].metric.key);
        BOOST_TEST(read.metrics[i].metric.value.dump() == written.metrics[i].metric.value.dump());
        BOOST_TEST(read.metrics[i].metric.how == written.metrics[i].metric.how);
        BOOST_TEST(read.metrics[i].step == written.metrics[i].step);
    }
    BOOST_REQUIRE(read.steps.size() == written.steps.size());
    for (std::size_t i = 0; i < read.steps.size(); ++i) {
        BOOST_TEST(read.steps[i].name == written.steps[i].name);
        BOOST_TEST(read.steps[i].folder == written.steps[i].folder);
        BOOST_TEST((read.steps[i].record == written.steps[i].record));
    }
}

// What throws in the child must not go on as a second run of the tests.
template <typename Work>
pid_t in_child(Work work) {
    pid_t child = ::fork();
    if (child != 0) return child;
    try {
        work();
    } catch (...) {
        ::_exit(70);
    }
    ::_exit(0);
}

inline int exit_code_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace macaw::testing
