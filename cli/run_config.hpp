// The configuration of a run: one YAML file that every step reads its part of. Read, validated and printed
// here; paths in the file are relative to the file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "golden/datapath.hpp"
#include "golden/support/error.hpp"
#include "hw/array/array_config.hpp"
#include "hw/stream/interface_config.hpp"
#include "quantizer/quantize_model.hpp"
#include "reports/silicon/options.hpp"
#include "sim/platform/platform_config.hpp"

namespace macaw::cli {

struct CalibrationConfig {
    std::filesystem::path text;  // how much of it is the quantizer's option
};

struct EvaluationConfig {
    std::filesystem::path text;
    int first_window = 0;  // windows in front of it are left out
    int windows = 0;       // 0: all full windows from there on
    int window_tokens = 512;
};

// The guarantee against luck: the unconstrained layers in the real datapath, with wrap and with saturate.
struct ComparisonConfig {
    std::vector<int> inner_bits;
};

struct CosimConfig {
    int tokens = 512;  // of the evaluation text, rounded up to whole windows
    // The form that is simulated; none: that of the array. Where it is another one, the run proves both equal
    // (macaw prove --equivalence).
    std::optional<hw::Arithmetic> arithmetic;
    std::vector<int> overflowing_inner_bits = {
        12, 11};  // unconstrained layers that must overflow alike everywhere
};

// Where the mapping `signoff:` stands, the run also signs the array off (macaw verify), with the real layers.
struct SignoffConfig {
    static constexpr int kMostSeeds = 1'000'000, kMostGroups = 100'000, kMostMutants = 1'000'000;
    std::uint64_t first_seed = 1;
    int seeds = 8;        // jobs of random groups
    int groups = 40;      // random groups a seed
    bool netlist = true;  // also the gate netlist
    bool proofs = false;
    int mutants = 0;  // 0: no mutation testing
};

struct RunConfig {
    std::string name;
    std::filesystem::path model;  // a Hugging Face folder
    CalibrationConfig calibration;
    EvaluationConfig evaluation;
    golden::Datapath datapath;  // products_per_check comes from the array's lanes
    quantizer::QuantizerOptions quantizer;
    hw::ArrayConfig array;
    hw::InterfaceConfig interface;
    ComparisonConfig comparison;
    CosimConfig cosim;
    sim::PlatformConfig platform;
    reports::SiliconOptions synth;
    std::optional<SignoffConfig> signoff;

    // The array as it is simulated, where that is another form than the synthesised one.
    std::optional<hw::ArrayConfig> simulated_array() const;
};

// Run: weights come from the quantizer, which makes signed ones. Simulation: of the model's shapes only.
// Hardware: a file without the key `model` may leave out all that belongs to one (calibration, evaluation).
enum class ConfigScope { Run, Simulation, Hardware };

// All errors at once, each with its place.
tl::expected<RunConfig, Errors> read_run_config(const std::filesystem::path& file,
                                                ConfigScope scope = ConfigScope::Run);
tl::expected<RunConfig, Errors> run_config_from_yaml(const YAML::Node& root,
                                                     const std::filesystem::path& file,
                                                     ConfigScope scope = ConfigScope::Run);

// The mapping `evaluation:`; `text` is relative to the file.
EvaluationConfig read_evaluation(YamlMapping yaml);

// Complete (defaults included, paths absolute): what read_run_config reads back equal. JSON is YAML.
Json to_json(const SignoffConfig& config);
Json to_json(const RunConfig& config);

}  // namespace macaw::cli
