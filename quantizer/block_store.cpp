#include "quantizer/block_store.hpp"

namespace macaw::quantizer {
namespace fs = std::filesystem;

namespace {

constexpr const char* kKeyFile = "key.json";
constexpr const char* kStatistics = "statistics";

fs::path block_folder(const fs::path& folder, std::int64_t block) {
    return folder / fmt::format("block_{:04}", block);
}

Expected<std::vector<QuantizedLayerResult>> read_block(const fs::path& folder) {
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(folder));
    std::vector<QuantizedLayerResult> layers;
    for (golden::QuantizedLayer& layer : model.layers) {
        MACAW_TRY(Json statistics, json_member<Json>(model.provenance, kStatistics, folder));
        MACAW_TRY(Json own, json_member<Json>(statistics, layer.name, folder));
        QuantizedLayerResult result;
        MACAW_TRY(result.statistics, layer_statistics_from_json(own, folder));
        result.layer = std::move(layer);
        layers.push_back(std::move(result));
    }
    return layers;
}

}  // namespace

BlockStore BlockStore::open(fs::path folder, Json key) {
    auto existing = read_json(folder / kKeyFile);
    if (!existing || *existing != key) {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    return {std::move(folder), std::move(key)};
}

std::optional<std::vector<QuantizedLayerResult>> BlockStore::read(std::int64_t block) const {
    fs::path folder = block_folder(folder_, block);
    if (!fs::exists(folder)) return {};
    auto layers = read_block(folder);
    if (!layers) return {};
    return std::move(*layers);
}

Expected<void> BlockStore::write(std::int64_t block, const golden::Datapath& datapath,
                                 std::vector<QuantizedLayerResult> layers) const {
    golden::QuantizedModel model;
    model.datapath = datapath;
    Json statistics = Json::object();
    for (QuantizedLayerResult& layer : layers) {
        statistics[layer.layer.name] = to_json(layer.statistics);
        model.layers.push_back(std::move(layer.layer));
    }
    model.provenance[kStatistics] = std::move(statistics);
    std::error_code problem;
    fs::create_directories(folder_, problem);
    if (problem)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("cannot be created: {}", problem.message()),
                          {},
                          {folder_.string()}});
    MACAW_CHECK(write_json(folder_ / kKeyFile, key_));
    MACAW_TRY(OutputFolder output, OutputFolder::create(block_folder(folder_, block)));
    MACAW_CHECK(golden::write_quantized_model(output.path(), model));
    return output.commit();
}

void BlockStore::remove() const {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

}  // namespace macaw::quantizer
