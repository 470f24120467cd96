// macaw results FOLDER: the points of the database of results for other programs.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "reports/store/export.hpp"
#include "reports/store/result_store.hpp"

namespace macaw::cli {

namespace {

Expected<std::vector<reports::StoredPoint>> read_points(const ResultsArguments& arguments) {
    MACAW_TRY(reports::ResultStore store, reports::ResultStore::open_existing(arguments.database));
    MACAW_TRY(auto points, store.points(arguments.sweep));
    if (!points.empty() || !arguments.sweep) return points;
    MACAW_TRY(std::vector<std::string> sweeps, store.sweeps());
    std::string known;
    for (const std::string& sweep : sweeps) known += (known.empty() ? "\"" : ", \"") + sweep + "\"";
    return fail(Error{ErrorKind::BadInput,
                      fmt::format("has no point of the sweep \"{}\"", *arguments.sweep),
                      known.empty() ? "it has no point at all"
                                    : fmt::format("sweeps: {} (the one without a name is macaw run)", known),
                      {store.file().string()}});
}

Expected<void> put(const std::string& text, const std::string& output) {
    if (!output.empty()) return write_text(output, text);
    std::cout << text;
    return {};
}

Expected<void> put_accelergy(const std::vector<reports::StoredPoint>& points, const std::string& output) {
    reports::AccelergyTables tables = reports::accelergy_tables(points);
    for (const std::string& name : tables.left_out)
        std::cerr << "note: " << name << " has neither area nor energy and is left out\n";
    if (output.empty()) {
        std::cout << tables.energy << tables.area;
        return {};
    }
    MACAW_TRY(OutputFolder folder, OutputFolder::create(output));
    MACAW_CHECK(write_text(folder / "ERT.yaml", tables.energy));
    MACAW_CHECK(write_text(folder / "ART.yaml", tables.area));
    return folder.commit();
}

Expected<void> results(const ResultsArguments& arguments) {
    MACAW_TRY(auto points, read_points(arguments));
    if (arguments.format == "accelergy") return put_accelergy(points, arguments.output);
    auto scope = arguments.values_only ? reports::ExportScope::Values : reports::ExportScope::All;
    if (arguments.format == "json")
        return put(reports::results_json(points, scope).dump(2) + "\n", arguments.output);
    return put(reports::results_table(points, scope).text(), arguments.output);
}

}  // namespace

Outcome run_command(const ResultsArguments& arguments) {
    return as_outcome(results(arguments));
}

}  // namespace macaw::cli
