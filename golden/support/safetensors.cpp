#include "golden/support/safetensors.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace macaw {
namespace fs = std::filesystem;

namespace {

struct TypeFacts {
    ElementType type;
    const char* name;
    std::size_t size;
};

constexpr std::array<TypeFacts, 10> kTypes{{{ElementType::F64, "F64", 8},
                                            {ElementType::F32, "F32", 4},
                                            {ElementType::F16, "F16", 2},
                                            {ElementType::BF16, "BF16", 2},
                                            {ElementType::I64, "I64", 8},
                                            {ElementType::I32, "I32", 4},
                                            {ElementType::I16, "I16", 2},
                                            {ElementType::I8, "I8", 1},
                                            {ElementType::U8, "U8", 1},
                                            {ElementType::Bool, "BOOL", 1}}};

const TypeFacts& facts(ElementType type) {
    return *std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeFacts& t) { return t.type == type; });
}

Error broken(const fs::path& path, std::string why) {
    return Error{ErrorKind::BadInput,
                 "not a valid safetensors file: " + std::move(why),
                 "the file may be truncated; compare its size with the original",
                 {path.string()}};
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

Expected<TensorView> parse_tensor(const fs::path& path, const std::string& name, const Json& entry,
                                  std::span<const std::byte> data) {
    std::string type_name;
    std::vector<std::int64_t> shape;
    std::array<std::uint64_t, 2> offsets{};
    try {
        for (const Json& numbers : {entry.at("shape"), entry.at("data_offsets")})
            for (const Json& number : numbers)
                if (!number.is_number_integer())
                    return fail(
                        broken(path, fmt::format("tensor {}: {} is not a size", name, number.dump())));
        type_name = entry.at("dtype").get<std::string>();
        shape = entry.at("shape").get<std::vector<std::int64_t>>();
        offsets = entry.at("data_offsets").get<std::array<std::uint64_t, 2>>();
    } catch (const nlohmann::json::exception& problem) {
        return fail(broken(path, fmt::format("tensor {}: {}", name, problem.what())));
    }
    auto type =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeFacts& t) { return t.name == type_name; });
    if (type == kTypes.end())
        return fail(broken(path, fmt::format("tensor {}: unknown type {}", name, type_name)));
    std::uint64_t bytes = type->size;
    for (std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes))
            return fail(broken(path, fmt::format("tensor {}: impossible shape {}", name, shape_text(shape))));
    }
    if (offsets[0] > offsets[1] || offsets[1] > data.size() || offsets[1] - offsets[0] != bytes)
        return fail(
            broken(path, fmt::format("tensor {} {} needs {} bytes; its offsets are {}..{} of {}", name,
                                     shape_text(shape), bytes, offsets[0], offsets[1], data.size())));
    return TensorView{type->type, shape, data.subspan(offsets[0], bytes)};
}

}  // namespace

std::size_t size_of(ElementType type) {
    return facts(type).size;
}

std::string name_of(ElementType type) {
    return facts(type).name;
}

std::int64_t TensorView::elements() const {
    std::int64_t count = 1;
    for (std::int64_t size : shape) count *= size;
    return count;
}

Expected<SafetensorsFile> SafetensorsFile::open(const fs::path& path) {
    SafetensorsFile file;
    MACAW_TRY(file.file_, MappedFile::open(path));
    std::span<const std::byte> all = file.file_.bytes();
    if (all.size() < 8) return fail(broken(path, "shorter than its own header"));
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, all.data(), sizeof header_size);
    if (header_size > all.size() - 8)
        return fail(
            broken(path, fmt::format("its header says {} bytes, the file has {}", header_size, all.size())));
    std::string_view header_text(reinterpret_cast<const char*>(all.data()) + 8, header_size);
    Json header = Json::parse(header_text, nullptr, false);
    if (!header.is_object()) return fail(broken(path, "the header is not a JSON object"));
    std::span<const std::byte> data = all.subspan(8 + header_size);
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            if (entry.is_object())
                for (const auto& [key, value] : entry.items())
                    if (value.is_string()) file.metadata_[key] = value.get<std::string>();
            continue;
        }
        MACAW_TRY(TensorView view, parse_tensor(path, name, entry, data));
        file.tensors_[name] = std::move(view);
    }
    return file;
}

Expected<TensorView> SafetensorsFile::tensor(const std::string& name,
                                             const std::vector<std::int64_t>& shape) const {
    auto found = tensors_.find(name);
    if (found == tensors_.end())
        return fail(
            Error{ErrorKind::BadInput, fmt::format("tensor {} is missing", name), {}, {path().string()}});
    const std::vector<std::int64_t>& actual = found->second.shape;
    bool same = std::equal(shape.begin(), shape.end(), actual.begin(), actual.end(),
                           [](std::int64_t want, std::int64_t have) { return want == -1 || want == have; });
    if (!same)
        return fail(Error{
            ErrorKind::BadInput,
            fmt::format("tensor {} has shape {}, expected {}", name, shape_text(actual), shape_text(shape)),
            {},
            {path().string()}});
    return found->second;
}

Expected<void> write_safetensors(const fs::path& path, std::span<const TensorToWrite> tensors,
                                 const std::map<std::string, std::string>& metadata) {
    Json header = Json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::size_t offset = 0;
    for (const TensorToWrite& tensor : tensors) {
        std::size_t elements = 1;
        for (std::int64_t size : tensor.shape) elements *= static_cast<std::size_t>(size);
        require(elements * size_of(tensor.type) == tensor.bytes.size(),
                "write_safetensors: shape and bytes disagree");
        header[tensor.name] = {{"dtype", name_of(tensor.type)},
                               {"shape", tensor.shape},
                               {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // the data starts at a multiple of eight
    std::vector<std::byte> bytes(8 + text.size() + offset);
    std::uint64_t header_size = text.size();
    std::memcpy(bytes.data(), &header_size, 8);
    std::memcpy(bytes.data() + 8, text.data(), text.size());
    std::byte* at = bytes.data() + 8 + text.size();
    for (const TensorToWrite& tensor : tensors) at = std::copy(tensor.bytes.begin(), tensor.bytes.end(), at);
    return write_bytes(path, bytes);
}

}  // namespace macaw
