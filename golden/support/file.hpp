// Reading and writing whole files. Outputs appear complete or not at all: they are written beside their final
// name and renamed (OutputFile, OutputFolder); a run that is killed leaves at most a name that ends in
// ".partial".
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "golden/support/error.hpp"

namespace macaw {

using Json = nlohmann::ordered_json;  // members keep their order; each is searched for from the first on
using LargeJson = nlohmann::json;     // sorted and searched by halves: for objects of thousands of members

Expected<std::string> read_text(const std::filesystem::path& path);
Expected<void> write_text(const std::filesystem::path& path, std::string_view text);
Expected<void> write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes);

// JSON with the place of a syntax error; a missing file is an error with its path.
Expected<Json> read_json(const std::filesystem::path& path);
Expected<LargeJson> read_large_json(const std::filesystem::path& path);
Expected<void> write_json(const std::filesystem::path& path, const Json& value);

// A required member of a JSON object, as type T; a missing or mistyped one is an error that names file and
// key.
template <typename T>
Expected<T> json_member(const Json& object, const std::string& key, const std::filesystem::path& file) {
    if (!object.is_object() || !object.contains(key))
        return fail(
            Error{ErrorKind::BadInput, fmt::format("key \"{}\" is missing", key), {}, {file.string()}});
    try {
        return object.at(key).template get<T>();
    } catch (const nlohmann::json::exception& problem) {
        return fail(Error{
            ErrorKind::BadInput, fmt::format("key \"{}\": {}", key, problem.what()), {}, {file.string()}});
    }
}

// A folder that is filled under "<final>.partial" and renamed to its final name by commit(). An older folder
// of the final name is replaced. Without commit() the partial folder is removed.
class OutputFolder {
  public:
    static Expected<OutputFolder> create(const std::filesystem::path& final_path);
    OutputFolder(OutputFolder&& other) noexcept;
    OutputFolder& operator=(OutputFolder&&) = delete;
    OutputFolder(const OutputFolder&) = delete;
    ~OutputFolder();

    // Where to write until commit().
    const std::filesystem::path& path() const { return partial_; }
    std::filesystem::path operator/(const std::string& name) const { return partial_ / name; }
    const std::filesystem::path& final_path() const { return final_; }
    Expected<void> commit();

  private:
    explicit OutputFolder(std::filesystem::path final_path);
    std::filesystem::path final_;
    std::filesystem::path partial_;
};

}  // namespace macaw
