// macaw export LAYERS --model CHECKPOINT --format compressed-tensors --output FOLDER: quantized layers in a
// folder that other tools read, with what they do not know (datapath and certificate) beside.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "golden/certificate.hpp"
#include "quantizer/export/compressed_tensors.hpp"
#include "quantizer/quantization_folder.hpp"

namespace macaw::cli {
namespace fs = std::filesystem;

namespace {

// What a reader needs beside weights and config.json, where the checkpoint has it.
constexpr std::array kCopied = {"tokenizer.json", "tokenizer.model", "tokenizer_config.json",
                                "special_tokens_map.json", "generation_config.json"};

Expected<void> copy_into(const fs::path& file, const fs::path& folder) {
    std::error_code problem;
    fs::copy_file(file, folder / file.filename(), problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be copied: " + problem.message(), {}, {file.string()}});
    return {};
}

Expected<quantizer::CodeLayout> layout_of(const ExportArguments& arguments,
                                          const golden::QuantizedModel& model) {
    for (quantizer::CodeLayout layout : {quantizer::CodeLayout::Packed, quantizer::CodeLayout::Bytes})
        if (arguments.layout == to_string(layout)) return layout;
    return quantizer::usual_layout(model.datapath.weight_bits);
}

Expected<void> export_layers(const ExportArguments& arguments) {
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(arguments.layers));
    MACAW_TRY(quantizer::CodeLayout layout, layout_of(arguments, model));
    MACAW_TRY(quantizer::Checkpoint checkpoint,
              quantizer::load_checkpoint_of(arguments.model, model, arguments.layers));
    MACAW_TRY(Json config, fs::is_directory(arguments.model)
                               ? read_json(fs::path(arguments.model) / "config.json")
                               : quantizer::hugging_face_config(checkpoint.config));
    MACAW_TRY(OutputFolder folder, OutputFolder::create(arguments.output));
    MACAW_CHECK(quantizer::export_compressed_tensors(folder.path(), checkpoint, model, config, layout));
    MACAW_CHECK(copy_into(fs::path(arguments.layers) / "layers.json", folder.path()));
    golden::Certificate certificate = golden::certify(model);
    MACAW_CHECK(write_json(folder / "certificate.json", golden::to_json(certificate)));
    for (const char* name : kCopied)
        if (fs::path file = fs::path(arguments.model) / name; fs::exists(file))
            MACAW_CHECK(copy_into(file, folder.path()));
    MACAW_CHECK(folder.commit());
    std::cout << fmt::format("exported {} layers as {} ({} of compressed-tensors), read back equal\n",
                             model.layers.size(), arguments.output, to_string(layout));
    if (!fs::exists(fs::path(arguments.output) / "tokenizer.json"))
        std::cerr << "note: the checkpoint has no tokenizer.json to copy\n";
    for (const std::string& difference : quantizer::differences(model))
        std::cerr << "note: " << difference << "\n";
    return {};
}

}  // namespace

Outcome run_command(const ExportArguments& arguments) {
    return as_outcome(export_layers(arguments));
}

}  // namespace macaw::cli
