// The safetensors container (Hugging Face): eight bytes of header length, a JSON header, then raw
// little-endian tensors. Read through a memory map, so that a large checkpoint costs no copy; every offset,
// size and name is checked before use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"
#include "golden/support/mapped_file.hpp"

namespace macaw {

enum class ElementType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

std::size_t size_of(ElementType type);
std::string name_of(ElementType type);  // "F32", "BF16", ... as in the file

struct TensorView {
    ElementType type = ElementType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;  // row-major, little-endian
    std::int64_t elements() const;
};

class SafetensorsFile {
  public:
    static Expected<SafetensorsFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return file_.path(); }
    // Gives the memory of a tensor that was read back to the system (MappedFile::release).
    void release(const TensorView& tensor) const { file_.release(tensor.bytes); }
    const std::map<std::string, TensorView>& tensors() const { return tensors_; }
    const std::map<std::string, std::string>& metadata() const { return metadata_; }

    // A tensor by name with this exact shape (-1 matches any size); otherwise an error with both shapes.
    Expected<TensorView> tensor(const std::string& name, const std::vector<std::int64_t>& shape) const;

    // As tensor, with the element type checked and the elements copied out.
    template <typename T>
    Expected<std::vector<T>> values(const std::string& name, const std::vector<std::int64_t>& shape) const;

  private:
    MappedFile file_;
    std::map<std::string, TensorView> tensors_;
    std::map<std::string, std::string> metadata_;
};

struct TensorToWrite {
    std::string name;
    ElementType type;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

template <typename T>
constexpr ElementType element_type_of();

// Tensors in the given order; written aside and renamed.
Expected<void> write_safetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                                 const std::map<std::string, std::string>& metadata = {});

template <>
constexpr ElementType element_type_of<double>() {
    return ElementType::F64;
}
template <>
constexpr ElementType element_type_of<float>() {
    return ElementType::F32;
}
template <>
constexpr ElementType element_type_of<std::int64_t>() {
    return ElementType::I64;
}
template <>
constexpr ElementType element_type_of<std::int32_t>() {
    return ElementType::I32;
}
template <>
constexpr ElementType element_type_of<std::int16_t>() {
    return ElementType::I16;
}
template <>
constexpr ElementType element_type_of<std::int8_t>() {
    return ElementType::I8;
}
template <>
constexpr ElementType element_type_of<std::uint8_t>() {
    return ElementType::U8;
}

template <typename T>
Expected<std::vector<T>> SafetensorsFile::values(const std::string& name,
                                                 const std::vector<std::int64_t>& shape) const {
    MACAW_TRY(TensorView view, tensor(name, shape));
    if (view.type != element_type_of<T>())
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("tensor {} holds {}, not {}", name, name_of(view.type),
                                      name_of(element_type_of<T>())),
                          {},
                          {path().string()}});
    std::vector<T> out(static_cast<std::size_t>(view.elements()));
    std::copy_n(view.bytes.data(), view.bytes.size(), reinterpret_cast<std::byte*>(out.data()));
    return out;
}

}  // namespace macaw
