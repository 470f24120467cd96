#include "quantizer/llama/gguf.hpp"

#include <cmath>
#include <cstring>
#include <type_traits>

namespace macaw::quantizer {

namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF", little-endian
// Longer lists in the metadata belong to no tokenizer; as JSON they would fill the memory.
constexpr std::uint64_t kLongestList = std::uint64_t{1} << 24U;

enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, List, U64, I64, F64 };

// Smallest number of bytes that a value takes in the file; 0: not a type.
std::size_t least_bytes(ValueType type) {
    switch (type) {
        case ValueType::U8:
        case ValueType::I8:
        case ValueType::Bool:
            return 1;
        case ValueType::U16:
        case ValueType::I16:
            return 2;
        case ValueType::U32:
        case ValueType::I32:
        case ValueType::F32:
            return 4;
        case ValueType::U64:
        case ValueType::I64:
        case ValueType::F64:
        case ValueType::String:
            return 8;
        case ValueType::List:
            return 12;
    }
    return 0;
}

// Reads ascending bytes; every step is checked against the end of the file.
class Cursor {
  public:
    explicit Cursor(const MappedFile& file) : file_(file), rest_(file.bytes()) {}

    template <typename T>
    Expected<T> number() {
        if (rest_.size() < sizeof(T)) return broken("it ends inside its header");
        T value;
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return value;
    }
    Expected<std::string> string() {
        MACAW_TRY(auto length, number<std::uint64_t>());
        if (length > rest_.size()) return broken(fmt::format("a text of {} bytes passes its end", length));
        std::string text(reinterpret_cast<const char*>(rest_.data()), length);
        rest_ = rest_.subspan(length);
        return text;
    }
    Expected<Json> value(ValueType type);
    Expected<Json> list();
    std::size_t position() const { return file_.bytes().size() - rest_.size(); }
    std::size_t left() const { return rest_.size(); }

    tl::unexpected<Error> broken(const std::string& why) const {
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("not a valid GGUF file: {} (byte {})", why, position()),
                          "the file may be truncated; compare its size with the original",
                          {file_.path().string()}});
    }

  private:
    template <typename T>
    Expected<Json> json_number() {
        MACAW_TRY(T value, number<T>());
        return Json(value);
    }

    const MappedFile& file_;
    std::span<const std::byte> rest_;
};

Expected<Json> Cursor::value(ValueType type) {
    switch (type) {
        case ValueType::U8:
            return json_number<std::uint8_t>();
        case ValueType::I8:
            return json_number<std::int8_t>();
        case ValueType::U16:
            return json_number<std::uint16_t>();
        case ValueType::I16:
            return json_number<std::int16_t>();
        case ValueType::U32:
            return json_number<std::uint32_t>();
        case ValueType::I32:
            return json_number<std::int32_t>();
        case ValueType::U64:
            return json_number<std::uint64_t>();
        case ValueType::I64:
            return json_number<std::int64_t>();
        case ValueType::F32:
            return json_number<float>();
        case ValueType::F64:
            return json_number<double>();
        case ValueType::Bool: {
            MACAW_TRY(auto byte, number<std::uint8_t>());
            return Json(byte != 0);
        }
        case ValueType::String: {
            MACAW_TRY(std::string text, string());
            return Json(std::move(text));
        }
        case ValueType::List:
            return list();
    }
    return broken(fmt::format("unknown type of value {}", static_cast<std::uint32_t>(type)));
}

Expected<Json> Cursor::list() {
    MACAW_TRY(auto type_number, number<std::uint32_t>());
    MACAW_TRY(auto count, number<std::uint64_t>());
    auto type = static_cast<ValueType>(type_number);
    std::size_t least = least_bytes(type);
    if (least == 0) return broken(fmt::format("unknown type of value {}", type_number));
    if (type == ValueType::List) return broken("a list of lists");
    if (count > kLongestList || count > left() / least)
        return broken(fmt::format("a list of {} values is too long", count));
    Json values = Json::array();
    for (std::uint64_t i = 0; i < count; ++i) {
        MACAW_TRY(Json element, value(type));
        values.push_back(std::move(element));
    }
    return values;
}

struct Description {
    std::string name;
    GgufTensor tensor;
    std::uint64_t offset = 0;  // from the start of the data
};

Expected<Description> read_description(Cursor& cursor) {
    Description description;
    MACAW_TRY(description.name, cursor.string());
    MACAW_TRY(auto dimensions, cursor.number<std::uint32_t>());
    if (dimensions > 4)
        return cursor.broken(fmt::format("tensor {} has {} dimensions", description.name, dimensions));
    std::int64_t elements = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
        MACAW_TRY(auto size, cursor.number<std::int64_t>());
        if (size < 1 || __builtin_mul_overflow(elements, size, &elements))
            return cursor.broken(fmt::format("tensor {} has an impossible shape", description.name));
        description.tensor.shape.insert(description.tensor.shape.begin(), size);
    }
    MACAW_TRY(description.tensor.type, cursor.number<std::uint32_t>());
    MACAW_TRY(description.offset, cursor.number<std::uint64_t>());
    return description;
}

// The bytes of a tensor inside `data`; types that are not read have unknown sizes and keep none.
Expected<void> place(Description& description, std::span<const std::byte> data, std::uint64_t alignment,
                     const Cursor& cursor) {
    auto facts = gguf_type(description.tensor.type);
    if (!facts) return {};
    const GgufTensor& tensor = description.tensor;
    std::int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
    if (static_cast<std::uint64_t>(row) % facts->elements != 0)
        return cursor.broken(fmt::format("rows of tensor {} are not whole blocks", description.name));
    std::uint64_t bytes = static_cast<std::uint64_t>(tensor.elements()) / facts->elements;
    if (__builtin_mul_overflow(bytes, facts->bytes, &bytes) || description.offset % alignment != 0 ||
        description.offset > data.size() || bytes > data.size() - description.offset)
        return cursor.broken(fmt::format("tensor {} needs {} bytes at {} of {}", description.name, bytes,
                                         description.offset, data.size()));
    description.tensor.bytes = data.subspan(description.offset, bytes);
    return {};
}

Expected<std::uint64_t> alignment_of(const std::map<std::string, Json>& metadata, const Cursor& cursor) {
    auto found = metadata.find("general.alignment");
    if (found == metadata.end()) return 32;
    std::uint64_t alignment =
        found->second.is_number_unsigned() ? found->second.get<std::uint64_t>() : std::uint64_t{0};
    if (alignment == 0 || alignment > 65536 || (alignment & (alignment - 1)) != 0)
        return cursor.broken("general.alignment is not a power of two");
    return alignment;
}

}  // namespace

std::int64_t GgufTensor::elements() const {
    std::int64_t count = 1;
    for (std::int64_t size : shape) count *= size;
    return count;
}

Expected<GgufFile> GgufFile::open(const std::filesystem::path& path) {
    GgufFile file;
    MACAW_TRY(file.file_, MappedFile::open(path));
    Cursor cursor(file.file_);
    MACAW_TRY(auto magic, cursor.number<std::uint32_t>());
    if (magic != kMagic) return cursor.broken("it does not begin with \"GGUF\"");
    MACAW_TRY(auto version, cursor.number<std::uint32_t>());
    if (version != 2 && version != 3)
        return fail(file.error(version > 0xFFFF ? "the file is big-endian; little-endian ones are read"
                                                : fmt::format("GGUF version {} is not supported", version)));
    MACAW_TRY(auto tensor_count, cursor.number<std::uint64_t>());
    MACAW_TRY(auto value_count, cursor.number<std::uint64_t>());
    for (std::uint64_t i = 0; i < value_count; ++i) {
        MACAW_TRY(std::string key, cursor.string());
        MACAW_TRY(auto type, cursor.number<std::uint32_t>());
        MACAW_TRY(Json value, cursor.value(static_cast<ValueType>(type)));
        if (!file.metadata_.emplace(key, std::move(value)).second)
            return cursor.broken("key " + key + " is there twice");
    }
    std::vector<Description> descriptions;
    for (std::uint64_t i = 0; i < tensor_count; ++i) {
        MACAW_TRY(Description description, read_description(cursor));
        descriptions.push_back(std::move(description));
    }
    MACAW_TRY(std::uint64_t alignment, alignment_of(file.metadata_, cursor));
    std::size_t start = (cursor.position() + alignment - 1) / alignment * alignment;
    std::span<const std::byte> all = file.file_.bytes();
    std::span<const std::byte> data = start < all.size() ? all.subspan(start) : std::span<const std::byte>{};
    for (Description& description : descriptions) {
        MACAW_CHECK(place(description, data, alignment, cursor));
        if (!file.tensors_.emplace(description.name, std::move(description.tensor)).second)
            return cursor.broken("tensor " + description.name + " is there twice");
    }
    return file;
}

Error GgufFile::error(std::string message, std::string hint) const {
    return Error{ErrorKind::BadInput, std::move(message), std::move(hint), {path().string()}};
}

Expected<Json> GgufFile::value(const std::string& key) const {
    auto found = metadata_.find(key);
    if (found == metadata_.end()) return fail(error(fmt::format("metadata {} is missing", key)));
    return found->second;
}

Expected<std::int64_t> GgufFile::size(const std::string& key) const {
    MACAW_TRY(Json found, value(key));
    if (!found.is_number_integer() || found.get<double>() < 0 || found.get<double>() > 0x7FFFFFFF)
        return fail(error(fmt::format("metadata {} is not a size", key)));
    return found.get<std::int64_t>();
}

Expected<double> GgufFile::number(const std::string& key) const {
    MACAW_TRY(Json found, value(key));
    if (!found.is_number() || !std::isfinite(found.get<double>()))
        return fail(error(fmt::format("metadata {} is not a finite number", key)));
    return found.get<double>();
}

Expected<std::string> GgufFile::text(const std::string& key) const {
    MACAW_TRY(Json found, value(key));
    if (!found.is_string()) return fail(error(fmt::format("metadata {} is not a text", key)));
    return found.get<std::string>();
}

Expected<bool> GgufFile::flag(const std::string& key) const {
    MACAW_TRY(Json found, value(key));
    if (!found.is_boolean()) return fail(error(fmt::format("metadata {} is not true or false", key)));
    return found.get<bool>();
}

template <typename T>
Expected<std::vector<T>> GgufFile::list(const std::string& key) const {
    MACAW_TRY(Json found, value(key));
    std::vector<T> values;
    bool fits = found.is_array();
    for (const Json& element : found) {
        if constexpr (std::is_same_v<T, std::string>)
            fits = fits && element.is_string();
        else if constexpr (std::is_integral_v<T>)
            fits = fits && element.is_number_integer();
        else
            fits = fits && element.is_number();
        if (!fits) break;
        values.push_back(element.get<T>());
    }
    if (!fits) return fail(error(fmt::format("metadata {} is not a list of the expected type", key)));
    return values;
}

template Expected<std::vector<std::string>> GgufFile::list(const std::string& key) const;
template Expected<std::vector<std::int64_t>> GgufFile::list(const std::string& key) const;
template Expected<std::vector<double>> GgufFile::list(const std::string& key) const;

}  // namespace macaw::quantizer
