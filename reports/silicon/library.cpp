#include "reports/silicon/library.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include "reports/silicon/liberty_text.hpp"

namespace macaw::reports {

namespace fs = std::filesystem;
using sim::CellFunction;

namespace {

struct KnownLibrary {
    std::string name;
    fs::path file;
    std::string package;
};

// All from Debian; macaw ships none.
const std::vector<KnownLibrary>& known_libraries() {
    static const std::vector<KnownLibrary> libraries = {
        {"osu018", "/usr/share/qflow/tech/osu018/osu018_stdcells.lib", "qflow-tech-osu018"},
        {"osu035", "/usr/share/qflow/tech/osu035/osu035_stdcells.lib", "qflow-tech-osu035"},
        {"osu050", "/usr/share/qflow/tech/osu050/osu05_stdcells.lib", "qflow-tech-osu050"}};
    return libraries;
}

// Cells in the order of area, then name, for which `matches` finds the pins.
template <typename Matches>
std::vector<FoundCell> find_cells(const Library& library, Matches&& matches) {
    std::vector<FoundCell> found;
    for (const auto& [name, cell] : library.cells.cells()) {
        if (!cell.combinational() || cell.inputs.size() > 6) continue;
        if (std::optional<FoundCell> match = matches(cell)) found.push_back(std::move(*match));
    }
    std::stable_sort(found.begin(), found.end(), [&](const FoundCell& a, const FoundCell& b) {
        return library.areas.at(a.cell) < library.areas.at(b.cell);
    });
    return found;
}

// A cell of these inputs whose outputs, in any order, have these truth tables (all symmetric in their
// inputs).
std::optional<FoundCell> find_function(const Library& library, std::size_t inputs,
                                       const std::vector<std::uint64_t>& tables) {
    auto found = find_cells(library, [&](const CellFunction& cell) -> std::optional<FoundCell> {
        if (cell.inputs.size() != inputs || cell.outputs.size() != tables.size()) return std::nullopt;
        FoundCell match{cell.name, cell.inputs, {}};
        for (std::uint64_t table : tables) {
            std::size_t output = 0;
            while (output < cell.outputs.size() && sim::truth_table(cell, output) != table) ++output;
            if (output == cell.outputs.size()) return std::nullopt;
            match.outputs.push_back(cell.outputs[output]);
        }
        return match;
    });
    return found.empty() ? std::nullopt : std::optional(found.front());
}

constexpr std::uint64_t kBuffer = 0b10, kInverter = 0b01, kNand2 = 0b0111, kNor2 = 0b0001;
constexpr std::uint64_t kAll3 = 0b11111111;
constexpr std::uint64_t kXor2 = 0b0110, kAnd2 = 0b1000, kXor3 = 0b10010110, kMajority3 = 0b11101000;

// The buffer whose area is nearest to twice the smallest: strong, but not for clocks or delays.
std::optional<FoundCell> find_buffer(const Library& library) {
    static const std::regex special("clk|dly|delay|hold|iso", std::regex::icase);
    auto buffers = find_cells(library, [&](const CellFunction& cell) -> std::optional<FoundCell> {
        if (cell.inputs.size() != 1 || cell.outputs.size() != 1 || sim::truth_table(cell, 0) != kBuffer)
            return std::nullopt;
        if (std::regex_search(cell.name, special)) return std::nullopt;
        return FoundCell{cell.name, cell.inputs, cell.outputs};
    });
    if (buffers.empty()) return std::nullopt;
    double wish = 2 * library.areas.at(buffers.front().cell);
    return *std::min_element(buffers.begin(), buffers.end(), [&](const FoundCell& a, const FoundCell& b) {
        return std::abs(library.areas.at(a.cell) - wish) < std::abs(library.areas.at(b.cell) - wish);
    });
}

bool has_flip_flop(const Library& library) {
    return std::any_of(library.cells.cells().begin(), library.cells.cells().end(), [](const auto& entry) {
        const CellFunction& cell = entry.second;
        return cell.refusal.empty() && cell.flip_flop && cell.flip_flop->rising;
    });
}

Expected<void> check_complete(const Library& library) {
    std::vector<std::string> missing;
    if (!has_flip_flop(library)) missing.push_back("rising-edge D flip-flop");
    if (!find_function(library, 1, {kInverter})) missing.push_back("inverter");
    if (!library.nand2 && !find_function(library, 2, {kNor2})) missing.push_back("2-input NAND or NOR");
    if (!library.buffer) missing.push_back("buffer");
    if (missing.empty()) return {};
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("the library is incomplete: it has no {}", fmt::join(missing, ", no ")),
                      "a library in several files is given as a list of all its files",
                      {library.sources.front().string()}});
}

// Yosys prints the area of a module with one instance of each cell.
Expected<void> read_areas(Library& library, ToolLog& log) {
    std::string modules;
    for (const auto& [name, unused] : library.cells.cells())
        modules += fmt::format("module area_of_{0} (); \\{0} cell_i (); endmodule\n", name);
    MACAW_CHECK(write_text(log.folder() / "library_areas.v", modules));
    MACAW_TRY(
        std::string output,
        log.run({"yosys", "-p",
                 fmt::format("read_liberty -lib -ignore_miss_func \"{0}\"; read_verilog library_areas.v; "
                             "stat -liberty \"{0}\"",
                             library.merged)}));
    static const std::regex line(R"(Chip area for module '\\area_of_([^']+)': ([0-9.eE+-]+))");
    for (std::sregex_iterator match(output.begin(), output.end(), line), end; match != end; ++match)
        library.areas[(*match)[1]] = std::stod((*match)[2]);
    for (const auto& [name, unused] : library.cells.cells())
        if (!library.areas.contains(name))
            library.areas[name] = 0;  // a cell without an area attribute: physical only
    return {};
}

}  // namespace

Expected<fs::path> library_file(const std::string& name) {
    if (is_library_file(name)) {
        if (!fs::is_regular_file(name))
            return fail(Error{ErrorKind::BadInput,
                              "Liberty file not found",
                              "known library names: " + known_library_names(),
                              {name}});
        return fs::absolute(name);
    }
    for (const KnownLibrary& known : known_libraries()) {
        if (known.name != name) continue;
        if (fs::is_regular_file(known.file)) return known.file;
        return fail(Error{ErrorKind::MissingTool,
                          fmt::format("library {} is not installed", name),
                          "apt-get install " + known.package,
                          {known.file.string()}});
    }
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("\"{}\" is not a known library", name),
                      "known names: " + known_library_names() + "; or the path of a Liberty file",
                      {}});
}

bool is_known_library(const std::string& name) {
    return std::any_of(known_libraries().begin(), known_libraries().end(),
                       [&](const auto& k) { return k.name == name; });
}

bool is_library_file(const std::string& name) {
    return name.find('/') != std::string::npos || name.ends_with(".lib") || name.ends_with(".lib.gz");
}

std::string known_library_names() {
    std::vector<std::string> names;
    for (const KnownLibrary& known : known_libraries()) names.push_back(known.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string Library::description() const {
    return fmt::format("{}, corner {}, {} V, {} C", title, corner, voltage, temperature);
}

std::optional<double> Library::nand2_area() const {
    if (!nand2) return std::nullopt;
    return areas.at(nand2->cell);
}

Expected<Library> load_library(const std::vector<std::string>& names, ToolLog& log) {
    require(!names.empty(), "load_library: no library");
    Library library;
    for (const std::string& name : names) {
        MACAW_TRY(fs::path source, library_file(name));
        library.sources.push_back(std::move(source));
    }
    MACAW_CHECK(prepare_liberty_files(library, log));
    MACAW_TRY(std::string ignored,
              log.run({"yosys", "-p",
                       fmt::format("read_liberty -ignore_miss_func \"{}\"; write_json library_functions.json",
                                   library.merged)}));
    MACAW_TRY(library.cells, sim::CellLibrary::read(log.folder() / "library_functions.json"));
    MACAW_CHECK(read_areas(library, log));
    library.full_adder = find_function(library, 3, {kXor3, kMajority3});
    if (!library.full_adder) {
        library.full_adder = find_function(library, 3, {kXor3 ^ kAll3, kMajority3 ^ kAll3});
        if (library.full_adder) library.full_adder->inverts = true;
    }
    library.half_adder = find_function(library, 2, {kXor2, kAnd2});
    library.tie_high = find_function(library, 0, {1});
    library.tie_low = find_function(library, 0, {0});
    library.nand2 = find_function(library, 2, {kNand2});
    library.buffer = find_buffer(library);
    MACAW_CHECK(check_complete(library));
    return library;
}

Expected<void> check_figures(const Library& library, bool power) {
    std::vector<std::string> missing;
    if (!library.has_timing) missing.push_back("timing() of cells");
    if (power && !library.has_internal_power) missing.push_back("internal_power()");
    if (power && !library.has_leakage) missing.push_back("leakage power of cells");
    if (power && library.units.at(2).empty()) missing.push_back("leakage_power_unit");
    if (missing.empty()) return {};
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("the library is incomplete: it has no {}", fmt::join(missing, ", no ")),
                      library.has_timing ? "macaw synth without --stimulus needs no power" : "",
                      {library.sources.front().string()}});
}

}  // namespace macaw::reports
