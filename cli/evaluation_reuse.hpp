// Equal codes are evaluated once. Sweeps over accumulator widths often end at the same codes, and codes that
// are certified for the datapath give exact sums in it, whatever its widths: their perplexity is known
// already.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/run_config.hpp"
#include "reports/tables/quality_tables.hpp"

namespace macaw::cli {

class EvaluationReuse {
  public:
    // Evaluations are kept in `folder`, one file each, named by the hash of all that decides the figures:
    // codes, scales and activation codings (not how they were found), checkpoint, text, windows, and of the
    // datapath the operands alone where the layers are certified for it, else all of it. `layers`: folder of
    // quantize; empty for the float model. `evaluation`: what is to be evaluated, without figures.
    static Expected<EvaluationReuse> open(const std::filesystem::path& folder, const RunConfig& config,
                                          const std::filesystem::path& layers,
                                          const reports::Evaluation& evaluation);

    // The figures of an equal evaluation with the datapath of this one, if there is one.
    std::optional<reports::Evaluation> find() const;
    Expected<void> keep(const reports::Evaluation& evaluation) const;
    const std::filesystem::path& file() const { return file_; }

  private:
    EvaluationReuse(std::filesystem::path file, reports::Evaluation wanted)
        : file_(std::move(file)), wanted_(std::move(wanted)) {}

    std::filesystem::path file_;
    reports::Evaluation wanted_;
};

}  // namespace macaw::cli
