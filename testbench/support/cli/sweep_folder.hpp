// A folder with a text and a base configuration on the embedded model that quantizes in a second, and what
// macaw leaves there.
#pragma once

#include <set>

#include "golden/support/file.hpp"
#include "testbench/support/cli/macaw_program.hpp"
#include "testbench/support/files.hpp"

namespace macaw::testing {

// Sentences that differ, enough for a few windows of 64 tokens.
inline std::string verses(int count) {
    std::string text;
    for (int verse = 0; verse < count; ++verse)
        text += fmt::format("And the {} day God made {} beasts of the earth after their kind. ", verse,
                            verse * verse);
    return text;
}

// For base.yaml: an array of one unit whose accumulators limit no code.
inline constexpr const char* kOneWideUnit =
    "datapath: {weight_bits: 4, activation_bits: 8, tile: 64, inner_bits: 30, outer_bits: 34}\n"
    "array: {rows: 1, columns: 1, lanes: 2}\n";

struct SweepFolder {
    ScratchFolder scratch;

    // `more`: of base.yaml, behind model, texts and a round-to-nearest quantizer.
    explicit SweepFolder(const std::string& more) {
        write("text.txt", verses(120));
        write("base.yaml",
              "name: base\nmodel: " + embedded_model().string() +
                  "\ncalibration: {text: text.txt}\nevaluation: {text: text.txt, first_window: 4, "
                  "windows: 2, window_tokens: 64}\nquantizer: {algorithm: rtn, "
                  "calibration_windows: 1, window: 64}\n" +
                  more);
    }
    void write(const std::string& name, const std::string& text) const {
        BOOST_REQUIRE(write_text(scratch.path() / name, text).has_value());
    }
    std::string path(const std::string& name) const { return (scratch.path() / name).string(); }
    Json json(const std::string& name) const {
        auto json = read_json(scratch.path() / name);
        BOOST_REQUIRE_MESSAGE(json.has_value(), name);
        return *json;
    }
    // The folders of the steps of that name that the output folder's store holds.
    std::set<std::filesystem::path> steps(const std::string& prefix,
                                          const std::string& output = "out") const {
        std::set<std::filesystem::path> folders;
        for (const auto& entry : std::filesystem::directory_iterator(scratch.path() / output / "store"))
            if (entry.path().filename().string().starts_with(prefix)) folders.insert(entry.path());
        return folders;
    }
};

}  // namespace macaw::testing
