#include "reports/silicon/liberty_text.hpp"

#include <algorithm>
#include <cctype>
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

// "1ns" of `time_unit : "1ns"`, "1pf" of `capacitive_load_unit (1.0, pF)`; empty where the header has none.
std::string unit_in(const std::string& header, const std::string& name) {
    std::smatch match;
    if (!std::regex_search(header, match, std::regex("\\b" + name + R"re(\s*[:(]([^;)]+))re"))) return {};
    std::string text;
    for (const char c : match[1].str())
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.') text += c;
    char* unit = nullptr;
    const double number = std::strtod(text.c_str(), &unit);
    if (unit == text.c_str() || *unit == 0) return {};
    std::string lower(unit);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return fmt::format("{}{}", number, lower);
}

// A capacitance without its unit would be a guess. Units must also agree between the files of one library,
// since Yosys and ABC see them as one.
Expected<void> read_units(Library& library, const fs::path& source, const std::string& header) {
    std::vector<std::string> units;
    for (const std::string name : {"time_unit", "capacitive_load_unit", "leakage_power_unit"}) {
        units.push_back(unit_in(header, name));
        if (units.back().empty() && name != "leakage_power_unit")
            return fail(Error{ErrorKind::BadInput,
                              fmt::format("the library does not say its {}", name),
                              {},
                              {source.string()}});
    }
    if (library.units.empty()) library.units = units;
    if (library.units == units) return {};
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("its units are {}, those of {} {}", fmt::join(units, ", "),
                                  library.sources.front().string(), fmt::join(library.units, ", ")),
                      "the files of one library have the same units",
                      {source.string()}});
}

Expected<void> read_header(Library& library, const fs::path& source, const std::string& text) {
    std::string header = header_of(text);
    std::smatch match;
    if (!std::regex_search(header, match, std::regex(R"re(\blibrary\s*\(\s*"?([^")\s]+)"?\s*\))re")))
        return fail(Error{
            ErrorKind::BadInput, "is not a Liberty file: no library(...) group", {}, {source.string()}});
    library.title += (library.title.empty() ? "" : "+") + match[1].str();
    MACAW_CHECK(read_units(library, source, header));
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

// Whether `text` has `name` followed by `sign`: a group `internal_power () { ... }` or an attribute `area :
// 1;`.
bool has(const std::string& text, const std::string& name, char sign) {
    auto part_of_a_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const std::size_t behind = text.find_first_not_of(" \t", at + name.size());
        if (behind != std::string::npos && text[behind] == sign && (at == 0 || !part_of_a_name(text[at - 1])))
            return true;
    }
    return false;
}

// Behind the comment or string that starts at `at`, or npos where it never ends; `at` where there is none.
// In a string a backslash takes the next character with it.
std::size_t behind_comment_or_string(const std::string& text, std::size_t at) {
    auto behind = [&](std::size_t found, std::size_t size) {
        return found == std::string::npos ? found : found + size;
    };
    if (text.compare(at, 2, "/*") == 0) return behind(text.find("*/", at + 2), 2);
    if (text.compare(at, 2, "//") == 0) return std::min(text.find('\n', at), text.size());
    if (text[at] != '"') return at;
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return std::string::npos;
}

Error incomplete(const fs::path& source, const std::string& text, std::size_t at, const std::string& what) {
    const std::string before = text.substr(0, at);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t column = at - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return Error{ErrorKind::BadInput,
                 "is not a complete Liberty file: " + what,
                 "the file may be cut off or damaged: fetch it again",
                 {source.string(), static_cast<int>(line), static_cast<int>(column)}};
}

// What stands between the braces of library(...) { ... }. The braces are counted here because Yosys 0.23
// never ends on a file that is cut off.
Expected<std::string> body_of(const fs::path& source, const std::string& text) {
    std::vector<std::size_t> open;  // places of the braces that wait for their other half
    std::optional<std::string> body;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t behind = behind_comment_or_string(text, at);
        if (behind == std::string::npos)
            return fail(incomplete(source, text, at, "a comment or string that starts here does not end"));
        if (behind != at) {
            at = behind;
            continue;
        }
        const char c = text[at];
        if (body && std::isspace(static_cast<unsigned char>(c)) == 0 && c != ';')
            return fail(incomplete(source, text, at, "something stands behind the end of library(...)"));
        if (c == '{') open.push_back(at);
        if (c == '}') {
            if (open.empty())
                return fail(incomplete(source, text, at, "a closing brace without an opening one"));
            if (open.size() == 1) body = text.substr(open[0] + 1, at - open[0] - 1);
            open.pop_back();
        }
        ++at;
    }
    if (body) return *std::move(body);
    return fail(
        incomplete(source, text, open.empty() ? 0 : open.back(),
                   open.empty() ? "library(...) has no braces" : "a group that starts here does not end"));
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
        library.has_timing = library.has_timing || has(body, "timing", '(');
        library.has_internal_power = library.has_internal_power || has(body, "internal_power", '(');
        library.has_leakage =
            library.has_leakage || has(body, "leakage_power", '(') || has(body, "cell_leakage_power", ':');
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
