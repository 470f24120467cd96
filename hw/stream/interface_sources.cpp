#include "hw/stream/interface_sources.hpp"

#include <algorithm>
#include <sstream>

#include "golden/support/file.hpp"
#include "hw/array/write_rtl.hpp"
#include "hw/rtl/print.hpp"

namespace macaw::hw {

namespace fs = std::filesystem;

namespace {

constexpr const char* kListName = "sources.f";

// Without the comments at the head, which name the configuration.
Expected<std::string> module_text(const fs::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    const std::size_t at = text.find("\nmodule ");
    if (at == std::string::npos)
        return fail(Error{ErrorKind::BadInput, "holds no module", {}, {file.string()}});
    return text.substr(at);
}

}  // namespace

Expected<void> write_interface_sources(const fs::path& folder, const rtl::Design& design,
                                       const std::string& command_line) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) return fail(Error{ErrorKind::System, problem.message(), {}, {folder.string()}});
    std::string names;
    for (const rtl::SourceFile& source : rtl::print_design(design, command_line)) {
        MACAW_CHECK(write_text(folder / source.name, source.text));
        names += source.name + "\n";
    }
    return write_text(folder / kListName, names);
}

Expected<InterfaceSources> read_interface_sources(const fs::path& folder) {
    const fs::path list = folder / kListName;
    MACAW_TRY(std::string text, read_text(list));
    InterfaceSources sources;
    std::istringstream lines(text);
    for (std::string name; std::getline(lines, name);) {
        if (!fs::is_regular_file(folder / name))
            return fail(Error{ErrorKind::BadInput,
                              fmt::format("{} is missing", (folder / name).string()),
                              "run macaw generate again",
                              {list.string()}});
        sources.files.push_back(name);
    }
    if (sources.files.empty())
        return fail(
            Error{ErrorKind::BadInput, "names no source", "run macaw generate again", {list.string()}});
    sources.top = fs::path(sources.files.back()).stem().string();
    return sources;
}

bool InterfaceSources::holds_array() const {
    return std::ranges::find(files, "macaw_array.sv") != files.end();
}

Expected<void> check_array_inside(const fs::path& folder, const InterfaceSources& sources,
                                  const fs::path& rtl) {
    MACAW_TRY(RtlManifest manifest, read_rtl(rtl));
    for (const std::string& name : manifest.files) {
        bool same = std::ranges::find(sources.files, name) != sources.files.end();
        if (same) {
            MACAW_TRY(std::string alone, module_text(rtl / name));
            MACAW_TRY(std::string inside, module_text(folder / name));
            same = alone == inside;
        }
        if (!same)
            return fail(Error{ErrorKind::CheckFailed,
                              fmt::format("holds another array than {}: {} differs", rtl.string(), name),
                              "both must come from one run of macaw generate",
                              {folder.string()}});
    }
    return {};
}

}  // namespace macaw::hw
