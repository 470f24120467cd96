// A finished step as the report sees it: the files of its folder, read and checked once.
//
// metrics.json and step.json must be there (a folder without them is not a finished step); CSV tables and
// text files
// (*.txt, such as a critical path) are shown where there are any. Nothing in the folder is changed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "golden/support/error.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

struct ReportStep {
    std::string title;
    std::filesystem::path folder;
};

struct StepTable {
    std::string file;  // "layers.csv"
    std::filesystem::path path;
    Table table;
};

struct StepText {
    std::string file;
    std::string text;
};

struct LoadedStep {
    std::string title;
    std::filesystem::path folder;
    std::string id;  // slug of step.json's "step"; unique in the report
    Metrics metrics;
    Json record;                    // step.json
    std::vector<StepTable> tables;  // by file name
    std::vector<StepText> texts;    // by file name
};

// In the given order. Errors: a folder or file that is missing or not readable, a table with a ragged row,
// and a metric key that two steps give.
Expected<std::vector<LoadedStep>> load_steps(const std::vector<ReportStep>& steps);

// The metrics of all steps, in order; one that several steps give stands once.
Metrics metrics_of(const std::vector<LoadedStep>& steps);

}  // namespace macaw::reports
