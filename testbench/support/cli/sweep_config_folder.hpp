// A folder with a base configuration on the embedded model, for tests of what a sweep file means; nothing is
// run.
#pragma once

#include <boost/test/unit_test.hpp>

#include "cli/sweep_config.hpp"
#include "golden/support/file.hpp"
#include "testbench/support/files.hpp"

namespace macaw::testing {

struct SweepConfigFolder {
    ScratchFolder scratch;

    // `more`: of base.yaml, behind model, texts and datapath.
    explicit SweepConfigFolder(const std::string& more = "") {
        write("text.txt", "text");
        write("other.txt", "other");
        write(
            "base.yaml",
            "name: base\nmodel: " + embedded_model().string() +
                "\ncalibration: {text: text.txt}\nevaluation: {text: other.txt, window_tokens: 256}\n"
                "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 15, outer_bits: 24}\n" +
                more);
    }
    void write(const std::string& name, const std::string& text) const {
        BOOST_REQUIRE(write_text(scratch.path() / name, text).has_value());
    }
    tl::expected<cli::SweepConfig, Errors> read(const std::string& text) const {
        write("sweep.yaml", "name: s\nbase: base.yaml\n" + text);
        return cli::read_sweep_config(scratch.path() / "sweep.yaml");
    }
    cli::SweepConfig good(const std::string& text) const {
        auto sweep = read(text);
        BOOST_REQUIRE_MESSAGE(sweep.has_value(), (sweep ? std::string{} : to_text(sweep.error())));
        return *sweep;
    }
    // For this reason, with its place in the sweep.
    bool refuses(const std::string& text, const std::string& reason) const {
        auto sweep = read(text);
        if (sweep) return false;
        const std::string errors = to_text(sweep.error());
        BOOST_TEST_MESSAGE(errors);
        return errors.find(reason) != std::string::npos && errors.find("sweep.yaml:") != std::string::npos;
    }
};

}  // namespace macaw::testing
