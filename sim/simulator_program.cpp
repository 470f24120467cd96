// See simulator_program.hpp. Verilator writes the model as class Varray; the main program and the
// headers that it may include are put beside it. The makefile's default of -Os costs half the speed, so the
// hot code is built with -O3.
#include "sim/simulator_program.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>

#include "embedded/sim_templates.hpp"
#include "golden/support/file.hpp"
#include "golden/support/hash.hpp"
#include "golden/support/process.hpp"
#include "golden/support/progress.hpp"
#include "hw/array/write_rtl.hpp"

namespace macaw::sim {

namespace fs = std::filesystem;

namespace {

constexpr const char* kStampName = "built-from.sha256";
constexpr const char* kProgramName = "simulator";
// What a main program may include.
const std::pair<const char*, const std::string_view*> kHeaders[] = {
    {"job_file.hpp", &embedded::sim_job_file_hpp},
    {"array_job.hpp", &embedded::sim_array_job_hpp},
    {"cycle_array.hpp", &embedded::sim_cycle_array_hpp}};

std::vector<std::string> verilator_command(const std::string& top, const std::vector<std::string>& rtl_files,
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
                                        top,
                                        "-o",
                                        std::string("../") + kProgramName,
                                        "-O3",
                                        "-CFLAGS",
                                        "-std=c++20"};
    command.insert(command.end(), recipe.options.begin(), recipe.options.end());
    command.insert(command.end(), rtl_files.begin(), rtl_files.end());
    command.emplace_back(recipe.main_name);
    return command;
}

// Everything that decides what the simulator will be.
Expected<std::string> stamp_of(const fs::path& rtl_folder, const hw::RtlManifest& manifest,
                               const SimulatorRecipe& recipe) {
    MACAW_TRY(std::string text, run_tool({"verilator", "--version"}));
    text += std::string(recipe.main_text);
    for (const auto& [header, header_text] : kHeaders) text += std::string(*header_text);
    for (const std::string& word : verilator_command(manifest.top, manifest.files, recipe))
        text += '\n' + word;
    for (const std::string& name : manifest.files) {
        MACAW_TRY(std::string hash, sha256_of_file(rtl_folder / name));
        text += '\n' + hash;
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

Expected<void> make_empty(const fs::path& folder) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return make_folder(folder);
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

Expected<SimulatorProgram> build_simulator(const fs::path& rtl_folder, const fs::path& build_folder,
                                           const SimulatorRecipe& recipe) {
    MACAW_TRY(hw::RtlManifest manifest, hw::read_rtl(rtl_folder));
    MACAW_TRY(std::string stamp, stamp_of(rtl_folder, manifest, recipe));
    fs::path folder = fs::absolute(build_folder);
    SimulatorProgram simulator{folder / kProgramName, manifest.datapath, manifest.array};
    if (fs::exists(simulator.program) && read_if_there(folder / kStampName) == stamp) {
        simulator.reused = true;
        return simulator;
    }
    MACAW_CHECK(stop_if_interrupted());
    auto start = std::chrono::steady_clock::now();
    MACAW_CHECK(make_empty(folder));
    MACAW_CHECK(write_text(folder / recipe.main_name, recipe.main_text));
    for (const auto& [header, header_text] : kHeaders) MACAW_CHECK(write_text(folder / header, *header_text));
    std::vector<std::string> rtl_files;
    for (const std::string& name : manifest.files)
        rtl_files.push_back(fs::absolute(rtl_folder / name).string());
    ProcessOptions options;
    options.working_folder = folder;
    std::vector<std::string> command = verilator_command(manifest.top, rtl_files, recipe);
    if (find_program("ccache"))  // Verilator's runtime is the same in every simulator
        command.insert(command.end(), {"-MAKEFLAGS", "OBJCACHE=ccache"});
    if (auto built = run_tool(command, options); !built) {
        MACAW_CHECK(stop_if_interrupted());
        return fail(std::move(built).error());
    }
    MACAW_CHECK(write_text(folder / kStampName, stamp));
    simulator.build_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return simulator;
}

Expected<job::Result> run_simulator(const SimulatorProgram& simulator, const job::Job& job,
                                    const fs::path& scratch_folder, const std::string& name,
                                    const fs::path& side_file) {
    MACAW_CHECK(stop_if_interrupted());
    MACAW_CHECK(make_folder(scratch_folder));
    std::string stem = name;
    std::replace(stem.begin(), stem.end(), '/', '_');
    TemporaryFile job_file(scratch_folder / (stem + ".job"));
    TemporaryFile result_file(scratch_folder / (stem + ".result"));
    try {
        job::write_job(job_file.string(), job);
        std::vector<std::string> command = {simulator.program.string(), job_file.string(),
                                            result_file.string()};
        if (!side_file.empty()) command.push_back(side_file.string());
        if (auto run = run_tool(command); !run) {
            MACAW_CHECK(stop_if_interrupted());
            return fail(std::move(run).error());
        }
        return job::read_result(result_file.string());
    } catch (const std::runtime_error& problem) {
        return fail(ErrorKind::System, "{}", problem.what());
    }
}

}  // namespace macaw::sim
