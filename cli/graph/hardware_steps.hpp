// The steps from a configuration to silicon figures, as runs and sweeps plan them alike, so that both find
// the same folders.
#pragma once

#include <filesystem>
#include <string>

#include "cli/graph/step_graph.hpp"
#include "cli/run_config.hpp"

namespace macaw::cli {

// `config_file`: the complete configuration (to_json(config)) that a step's command will read.
Step generate_step(const RunConfig& config, const std::filesystem::path& config_file, std::string title);

// What the input ports see depends on the operands and the array's shape, not on its arithmetic, and on the
// accumulators only where the layers come without a guarantee.
// `layers`: folder of quantize; empty: random codes in the checkpoint's shapes.
Step stimulate_step(const RunConfig& config, const std::filesystem::path& config_file,
                    const std::filesystem::path& layers, std::string title);

// `rtl`: folder of generate; `stimulus`: of stimulate. Errors: the library's file is missing.
Expected<Step> synth_step(const RunConfig& config, const std::filesystem::path& config_file,
                          const std::filesystem::path& rtl, const std::filesystem::path& stimulus,
                          std::string title);

// Of a configuration with `signoff:`. `layers`: folder of quantize. Errors: the library's file is missing.
Expected<Step> signoff_step(const RunConfig& config, const std::filesystem::path& config_file,
                            const std::filesystem::path& layers, std::string title);

}  // namespace macaw::cli
