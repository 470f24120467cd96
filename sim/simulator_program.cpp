// See simulator_program.hpp. Verilator writes the model as class Varray; the main program and array_job.hpp
// are put beside it. The makefile's default of -Os costs half the speed, so the hot code is built with -O3.
#include "sim/simulator_program.hpp"

#include <chrono>
#include <fstream>

#include "embedded/sim_templates.hpp"
#include "golden/support/file.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kStampName = "built-from.sha256";
constexpr const char* kProgramName = "simulator";

std::vector<std::string> verilator_command(const RtlManifest& manifest, const fs::path& main_file,
                                           const SimulatorRecipe& recipe) {
    std::vector<std::string> command = {"verilator",
                                        "--exe",
                                        "--build",
                                        "-j",
                                        "2",
                                        "--prefix",
                                        "Varray",
                                        "--Mdir",
                                        "model",
                                        "--top-module",
                                        manifest.top,
                                        "-o",
                                        fs::path("..") / kProgramName,
                                        "-O3",
                                        "-CFLAGS",
                                        "-std=c++20",
                                        "-MAKEFLAGS",
                                        "OPT_FAST=-O3"};
    command.insert(command.end(), recipe.options.begin(), recipe.options.end());
    for (const fs::path& file : manifest.files) command.push_back(file.string());
    command.push_back(main_file.string());
    return command;
}

// Everything that decides what the simulator will be.
Expected<std::string> stamp_of(const RtlManifest& manifest, const SimulatorRecipe& recipe) {
    MACAW_TRY(std::string version, run_tool({"verilator", "--version"}));
    std::string text = version + std::string(recipe.main_text) + std::string(embedded::sim_array_job_hpp);
    for (const std::string& option : verilator_command({manifest.top, {}}, "main", recipe))
        text += '\n' + option;
    for (const fs::path& file : manifest.files) {
        MACAW_TRY(std::string hash, sha256_of_file(file));
        text += '\n' + file.filename().string() + ' ' + hash;
    }
    return sha256(text);
}

std::string read_if_there(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Expected<void> make_folder(const fs::path& folder) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        return fail(Error{ErrorKind::System,
                          fmt::format("cannot make the folder: {}", problem.message()),
                          {},
                          {folder.string()}});
    return {};
}

// A file of this run that goes away with it.
class TemporaryFile {
  public:
    explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
    ~TemporaryFile() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    std::string string() const { return path_.string(); }

  private:
    fs::path path_;
};

}  // namespace

Expected<RtlManifest> read_manifest(const fs::path& rtl_folder) {
    fs::path file = rtl_folder / "array.json";
    MACAW_TRY(Json json, read_json(file));
    RtlManifest manifest;
    MACAW_TRY(manifest.top, json_member<std::string>(json, "top", file));
    MACAW_TRY(std::vector<std::string> names, json_member<std::vector<std::string>>(json, "files", file));
    for (const std::string& name : names) {
        fs::path path = fs::absolute(rtl_folder / name);
        if (!fs::is_regular_file(path))
            return fail(Error{ErrorKind::BadInput,
                              fmt::format("file {} of the generated RTL is missing", name),
                              "macaw generate writes the folder anew",
                              {file.string()}});
        manifest.files.push_back(path);
    }
    if (manifest.files.empty())
        return fail(Error{ErrorKind::BadInput, "\"files\" is empty", {}, {file.string()}});
    return manifest;
}

Expected<SimulatorProgram> build_simulator(const fs::path& rtl_folder, const fs::path& build_folder,
                                           const SimulatorRecipe& recipe) {
    MACAW_TRY(RtlManifest manifest, read_manifest(rtl_folder));
    MACAW_TRY(std::string stamp, stamp_of(manifest, recipe));
    fs::path folder = fs::absolute(build_folder);
    SimulatorProgram simulator;
    simulator.program = folder / kProgramName;
    if (fs::exists(simulator.program) && read_if_there(folder / kStampName) == stamp) {
        simulator.reused = true;
        return simulator;
    }
    MACAW_CHECK(stop_if_interrupted());
    auto start = std::chrono::steady_clock::now();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    MACAW_CHECK(make_folder(folder));
    fs::path main_file = folder / recipe.main_name;
    MACAW_CHECK(write_text(main_file, recipe.main_text));
    MACAW_CHECK(write_text(folder / "array_job.hpp", embedded::sim_array_job_hpp));
    ProcessOptions options;
    options.working_folder = folder;
    if (auto built = run_tool(verilator_command(manifest, main_file, recipe), options); !built) {
        MACAW_CHECK(stop_if_interrupted());
        return fail(std::move(built).error());
    }
    MACAW_CHECK(write_text(folder / kStampName, stamp));
    simulator.build_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return simulator;
}

Expected<job::Result> run_simulator(const SimulatorProgram& simulator, const job::Job& job,
                                    const fs::path& scratch_folder, const std::string& name) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_CHECK(make_folder(scratch_folder));
    TemporaryFile job_file(scratch_folder / (name + ".job"));
    TemporaryFile result_file(scratch_folder / (name + ".result"));
    try {
        job::write_job(job_file.string(), job);
        if (auto run = run_tool({simulator.program.string(), job_file.string(), result_file.string()});
            !run) {
            MACAW_CHECK(stop_if_interrupted());
            return fail(std::move(run).error());
        }
        return job::read_result(result_file.string());
    } catch (const std::runtime_error& problem) {
        return fail(ErrorKind::System, "{}", problem.what());
    }
}

}  // namespace macaw::sim
