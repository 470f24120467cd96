#include "golden/support/file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace macaw {
namespace fs = std::filesystem;

namespace {

std::string system_reason() {
    return std::strerror(errno);
}

// Line and column (from 1) of a byte offset.
Place place_of(const fs::path& path, const std::string& text, std::size_t offset) {
    Place place{path.string(), 1, 1};
    for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
        if (text[i] == '\n') {
            ++place.line;
            place.column = 1;
        } else {
            ++place.column;
        }
    }
    return place;
}

}  // namespace

Expected<std::string> read_text(const fs::path& path) {
    std::error_code problem;
    if (fs::is_directory(path, problem))
        return fail(Error{ErrorKind::BadInput, "is a folder, not a file", {}, {path.string()}});
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return fail(Error{ErrorKind::BadInput, "cannot be read: " + system_reason(), {}, {path.string()}});
    std::ostringstream text;
    text << stream.rdbuf();
    if (stream.bad() || text.fail())
        if (fs::file_size(path, problem) != 0)
            return fail(Error{ErrorKind::System, "reading failed: " + system_reason(), {}, {path.string()}});
    return std::move(text).str();
}

Expected<void> write_bytes(const fs::path& path, std::span<const std::byte> bytes) {
    fs::path partial = path;
    partial += ".partial";
    {
        std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
        stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        stream.close();
        if (!stream) {
            Error error{ErrorKind::System, "cannot be written: " + system_reason(), {}, {path.string()}};
            std::error_code ignored;
            fs::remove(partial, ignored);
            return fail(std::move(error));
        }
    }
    std::error_code problem;
    fs::rename(partial, path, problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be written: " + problem.message(), {}, {path.string()}});
    return {};
}

Expected<void> write_text(const fs::path& path, std::string_view text) {
    return write_bytes(path, std::as_bytes(std::span(text)));
}

namespace {

template <typename Value>
Expected<Value> parse_json(const fs::path& path) {
    MACAW_TRY(std::string text, read_text(path));
    try {
        return Value::parse(text);
    } catch (const nlohmann::json::parse_error& problem) {
        std::size_t offset = problem.byte > 0 ? problem.byte - 1 : 0;
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("not valid JSON: {}", problem.what()),
                          {},
                          place_of(path, text, offset)});
    }
}

}  // namespace

Expected<Json> read_json(const fs::path& path) {
    return parse_json<Json>(path);
}

Expected<LargeJson> read_large_json(const fs::path& path) {
    return parse_json<LargeJson>(path);
}

Expected<void> write_json(const fs::path& path, const Json& value) {
    return write_text(path, value.dump(2) + "\n");
}

OutputFolder::OutputFolder(fs::path final_path) : final_(std::move(final_path)), partial_(final_) {
    partial_ += ".partial";
}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : final_(std::move(other.final_)), partial_(std::move(other.partial_)) {
    other.partial_.clear();
}

OutputFolder::~OutputFolder() {
    if (partial_.empty()) return;
    std::error_code ignored;
    fs::remove_all(partial_, ignored);
}

Expected<OutputFolder> OutputFolder::create(const fs::path& final_path) {
    fs::path clean = final_path.lexically_normal();
    if (!clean.has_filename()) clean = clean.parent_path();
    OutputFolder folder(clean);
    std::error_code problem;
    fs::remove_all(folder.partial_, problem);
    if (!problem) fs::create_directories(folder.partial_, problem);
    if (problem)
        return fail(Error{ErrorKind::System, "cannot be made: " + problem.message(), {}, {clean.string()}});
    return folder;
}

Expected<void> OutputFolder::commit() {
    std::error_code problem;
    fs::remove_all(final_, problem);
    if (!problem) fs::rename(partial_, final_, problem);
    if (problem)
        return fail(
            Error{ErrorKind::System, "cannot be written: " + problem.message(), {}, {final_.string()}});
    partial_.clear();
    return {};
}

}  // namespace macaw
