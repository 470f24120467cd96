#include "quantizer/quantization_folder.hpp"

#include "quantizer/prepare/frame.hpp"

namespace macaw::quantizer {

namespace {

constexpr const char* kPrepared = "prepared";  // in the provenance

}  // namespace

Expected<void> write_quantization(const std::filesystem::path& folder, const QuantizationResult& result) {
    golden::QuantizedModel model = result.model;
    model.provenance[kPrepared] = result.prepared.has_value();
    MACAW_CHECK(golden::write_quantized_model(folder, model));
    if (!result.prepared) return {};
    return write_frame(folder, *result.prepared);
}

Expected<Checkpoint> load_checkpoint_of(const std::filesystem::path& path,
                                        const golden::QuantizedModel& model,
                                        const std::filesystem::path& folder) {
    MACAW_TRY(Checkpoint checkpoint, load_checkpoint(path));
    MACAW_TRY(bool prepared, json_member<bool>(model.provenance, kPrepared, folder / "layers.json"));
    if (prepared) MACAW_CHECK(read_frame(folder, checkpoint));
    return checkpoint;
}

}  // namespace macaw::quantizer
