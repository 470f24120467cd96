#include "cli/evaluation_reuse.hpp"

#include "cli/graph/model_steps.hpp"
#include "cli/version.hpp"
#include "golden/certificate.hpp"
#include "golden/support/hash.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

using reports::EvaluatedArithmetic;

// Of codes, scales and codings; what layers.json says of their making is left out.
Expected<Json> layers_identity(const fs::path& layers) {
    MACAW_TRY(std::string codes, sha256_of_file(layers / "layers.safetensors"));
    MACAW_TRY(Json description, read_json(layers / "layers.json"));
    MACAW_TRY(golden::Datapath datapath,
              golden::datapath_from_json(description.at("datapath"), layers / "layers.json"));
    description["datapath"] = operand_json(datapath);  // layers without a coding of their own take its
    description.erase("provenance");
    Json identity = {{"codes", codes}, {"description", description}};
    if (const fs::path frame = layers / "frame.safetensors"; fs::exists(frame)) {
        MACAW_TRY(identity["frame"], sha256_of_file(frame));
    }
    return identity;
}

// Codes that are certified for the datapath meet no overflow in it: only the operands matter.
Expected<Json> datapath_identity(const golden::Datapath& datapath, const fs::path& layers) {
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(layers));
    model.datapath = datapath;
    return golden::certify(model).safe() ? operand_json(datapath) : golden::to_json(datapath);
}

}  // namespace

Expected<EvaluationReuse> EvaluationReuse::open(const fs::path& folder, const RunConfig& config,
                                                const fs::path& layers,
                                                const reports::Evaluation& evaluation) {
    Json identity = {{"macaw", std::string(kModelVersion)},
                     {"arithmetic", static_cast<int>(evaluation.arithmetic)},
                     {"first_window", config.evaluation.first_window},
                     {"windows", config.evaluation.windows},
                     {"window_tokens", config.evaluation.window_tokens}};
    MACAW_TRY(identity["model"], sha256_of_path(config.model));
    MACAW_TRY(identity["text"], sha256_of_path(config.evaluation.text));
    if (!layers.empty()) {
        MACAW_TRY(identity["layers"], layers_identity(layers));
        if (evaluation.arithmetic == EvaluatedArithmetic::Datapath) {
            MACAW_TRY(identity["datapath"], datapath_identity(evaluation.datapath, layers));
        }
    }
    return EvaluationReuse(folder / (sha256(identity.dump()) + ".json"), evaluation);
}

std::optional<reports::Evaluation> EvaluationReuse::find() const {
    auto known = reports::read_evaluation(file_);
    if (!known) return std::nullopt;
    known->datapath = wanted_.datapath;
    known->constraint = wanted_.constraint;
    return *known;
}

Expected<void> EvaluationReuse::keep(const reports::Evaluation& evaluation) const {
    std::error_code problem;
    fs::create_directories(file_.parent_path(), problem);
    if (problem)
        return fail(Error{
            ErrorKind::System, "cannot be made: " + problem.message(), {}, {file_.parent_path().string()}});
    return reports::write_evaluation(file_, evaluation);
}

}  // namespace macaw::cli
