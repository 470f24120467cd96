#include "reports/silicon/liberty_text.hpp"

#include <algorithm>
#include <regex>

namespace macaw::reports {

namespace fs = std::filesystem;

namespace {

// The value of a simple attribute of the library (`name : value ;`), without quotes.
std::optional<std::string> attribute(const std::string& header, const std::string& name) {
    std::smatch match;
    if (!std::regex_search(header, match, std::regex("\\b" + name + R"re(\s*:\s*"?([^";\n]+?)"?\s*;)re")))
        return std::nullopt;
    return match[1].str();
}

// Everything before the first cell: regular expressions stay away from megabytes of tables.
std::string header_of(const std::string& text) {
    static const std::regex first_cell(R"(\n\s*cell\s*\()");
    std::smatch match;
    // Headers are short; searching in pieces keeps the regex cheap.
    constexpr std::size_t kPiece = 1 << 16;
    for (std::size_t size = kPiece;; size *= 2) {
        std::string piece = text.substr(0, size);
        if (std::regex_search(piece, match, first_cell))
            return piece.substr(0, static_cast<std::size_t>(match.position()));
        if (size >= text.size()) return piece;
    }
}

double number(const std::optional<std::string>& text, double otherwise) {
    if (!text) return otherwise;
    char* end = nullptr;
    double value = std::strtod(text->c_str(), &end);
    return end == text->c_str() ? otherwise : value;
}

Expected<void> read_header(Library& library, const fs::path& source, const std::string& text) {
    std::string header = header_of(text);
    std::smatch match;
    if (!std::regex_search(header, match, std::regex(R"re(\blibrary\s*\(\s*"?([^")\s]+)"?\s*\))re")))
        return fail(Error{
            ErrorKind::BadInput, "is not a Liberty file: no library(...) group", {}, {source.string()}});
    library.title += (library.title.empty() ? "" : "+") + match[1].str();
    if (!library.corner.empty()) return {};  // the first file speaks for all
    std::optional<std::string> voltage = attribute(header, "nom_voltage");
    std::optional<std::string> temperature = attribute(header, "nom_temperature");
    if (!voltage || !temperature)
        return fail(Error{ErrorKind::BadInput,
                          "the library does not say its nom_voltage and nom_temperature",
                          {},
                          {source.string()}});
    library.voltage = number(voltage, 0);
    library.temperature = number(temperature, 0);
    library.corner = attribute(header, "default_operating_conditions").value_or("nominal");
    library.wire_load = attribute(header, "default_wire_load").value_or("");
    return {};
}

// What stands between the braces of library(...) { ... }.
Expected<std::string> body_of(const fs::path& source, const std::string& text) {
    std::size_t group = text.find("library");
    std::size_t begin = group == std::string::npos ? std::string::npos : text.find('{', group);
    std::size_t end = text.rfind('}');
    if (begin == std::string::npos || end == std::string::npos || end <= begin)
        return fail(Error{ErrorKind::BadInput, "is not a complete Liberty file", {}, {source.string()}});
    return text.substr(begin + 1, end - begin - 1);
}

Expected<std::string> unpack(const fs::path& source, std::size_t index, ToolLog& log) {
    if (source.extension() != ".gz") return source.string();
    std::string name = fmt::format("library_{}.lib", index);
    ProcessOptions options;
    MACAW_TRY(ProcessResult unpacked, run_process({"gzip", "-dc", source.string()}, options));
    if (unpacked.exit_code != 0)
        return fail(
            Error{ErrorKind::BadInput, "cannot be unpacked: " + unpacked.output, {}, {source.string()}});
    MACAW_CHECK(write_text(log.folder() / name, unpacked.output));
    return name;
}

}  // namespace

Expected<void> prepare_liberty_files(Library& library, ToolLog& log) {
    std::string merged;
    for (std::size_t i = 0; i < library.sources.size(); ++i) {
        MACAW_TRY(std::string file, unpack(library.sources[i], i, log));
        MACAW_TRY(std::string text, read_text(log.folder() / file));
        MACAW_CHECK(read_header(library, library.sources[i], text));
        MACAW_TRY(std::string body, body_of(library.sources[i], text));
        merged += body + "\n";
        library.files.push_back(std::move(file));
    }
    if (library.files.size() == 1) {
        library.merged = library.files[0];
        return {};
    }
    library.merged = "library_merged.lib";
    return write_text(log.folder() / library.merged, "library (merged) {\n" + merged + "}\n");
}

}  // namespace macaw::reports
