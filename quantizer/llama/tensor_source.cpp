#include "quantizer/llama/tensor_source.hpp"

#include <map>
#include <set>

#include "golden/support/hash.hpp"
#include "golden/support/safetensors.hpp"
#include "quantizer/llama/widen.hpp"
#include "quantizer/matrix.hpp"

namespace macaw::quantizer {

namespace fs = std::filesystem;

namespace {

bool is_readable(ElementType type) {
    return type == ElementType::F32 || type == ElementType::F16 || type == ElementType::BF16;
}

void widen(const TensorView& view, std::span<float> out) {
    if (view.type == ElementType::F32)
        std::memcpy(out.data(), view.bytes.data(), out.size_bytes());
    else if (view.type == ElementType::BF16)
        widen_16(view.bytes.data(), out.size(), bfloat16_to_float, out.data());
    else
        widen_16(view.bytes.data(), out.size(), half_to_float, out.data());
}

class SafetensorsFolder final : public TensorSource {
  public:
    static Expected<std::unique_ptr<TensorSource>> open(const fs::path& folder);

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const auto& [name, file] : files_) names.push_back(name);
        return names;
    }
    fs::path path() const override { return folder_; }
    Expected<void> check(const std::string& name, const Shape& shape) const override {
        MACAW_CHECK(find(name, shape));
        return {};
    }
    Expected<void> read(const std::string& name, const Shape& shape, std::span<float> out) const override {
        MACAW_TRY(TensorView view, find(name, shape));
        require(out.size() == static_cast<std::size_t>(view.elements()), "read: size and shape disagree");
        const SafetensorsFile& file = *files_.at(name);
        widen(view, out);
        file.release(view);
        return check_finite(out, name, file.path());
    }
    Expected<std::string> sha256() const override;

  private:
    Expected<TensorView> find(const std::string& name, const Shape& shape) const;

    fs::path folder_;
    std::map<std::string, SafetensorsFile> shards_;        // by file name
    std::map<std::string, const SafetensorsFile*> files_;  // by tensor name
};

Expected<std::set<std::string>> shard_names(const fs::path& folder) {
    fs::path index = folder / "model.safetensors.index.json";
    if (fs::exists(folder / "model.safetensors") || !fs::exists(index))
        return std::set<std::string>{"model.safetensors"};
    MACAW_TRY(Json json, read_json(index));
    MACAW_TRY(auto weight_map, (json_member<std::map<std::string, std::string>>(json, "weight_map", index)));
    std::set<std::string> names;
    for (const auto& [tensor, file] : weight_map) {
        if (fs::path(file).filename() != file)
            return fail(
                Error{ErrorKind::BadInput,
                      fmt::format("weight_map: \"{}\" is not the name of a file in this folder", file),
                      {},
                      {index.string()}});
        names.insert(file);
    }
    return names;
}

Expected<std::unique_ptr<TensorSource>> SafetensorsFolder::open(const fs::path& folder) {
    auto source = std::make_unique<SafetensorsFolder>();
    source->folder_ = folder;
    MACAW_TRY(auto names, shard_names(folder));
    for (const std::string& name : names) {
        MACAW_TRY(auto file, SafetensorsFile::open(folder / name));
        const SafetensorsFile& shard = source->shards_.emplace(name, std::move(file)).first->second;
        for (const auto& [tensor, view] : shard.tensors()) {
            if (source->files_.contains(tensor))
                return fail(Error{ErrorKind::BadInput,
                                  fmt::format("tensor {} is in two files", tensor),
                                  {},
                                  {shard.path().string()}});
            source->files_[tensor] = &shard;
        }
    }
    return source;
}

Expected<TensorView> SafetensorsFolder::find(const std::string& name, const Shape& shape) const {
    auto found = files_.find(name);
    if (found == files_.end())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("tensor {} is missing", name),
                          "the checkpoint must have the Hugging Face names of LlamaForCausalLM",
                          {folder_.string()}});
    MACAW_TRY(TensorView view, found->second->tensor(name, shape));
    if (!is_readable(view.type))
        return fail(
            Error{ErrorKind::BadInput,
                  fmt::format("tensor {} holds {}; BF16, F16 and F32 are read", name, name_of(view.type)),
                  {},
                  {found->second->path().string()}});
    return view;
}

Expected<std::string> SafetensorsFolder::sha256() const {
    std::string hashes;
    for (const auto& [name, file] : shards_) {
        MACAW_TRY(std::string hash, sha256_of_file(file.path()));
        if (shards_.size() == 1) return hash;
        hashes += fmt::format("{} {}\n", name, hash);
    }
    return macaw::sha256(hashes);
}

}  // namespace

Expected<std::unique_ptr<TensorSource>> open_safetensors_folder(const fs::path& folder) {
    return SafetensorsFolder::open(folder);
}

Expected<void> check_finite(std::span<const float> values, const std::string& tensor, const fs::path& file) {
    if (Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size())).allFinite()) return {};
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("tensor {} holds a value that is not finite", tensor),
                      {},
                      {file.string()}});
}

}  // namespace macaw::quantizer
