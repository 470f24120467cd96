#include "sim/platform/verilated_cycle_array.hpp"

#include <dlfcn.h>

#include "embedded/sim_templates.hpp"
#include "sim/verilator/verilated_array.hpp"

namespace macaw::sim {

namespace {

struct CloseLibrary {
    void operator()(void* handle) const { ::dlclose(handle); }
};
using Library = std::unique_ptr<void, CloseLibrary>;

// Keeps the library loaded as long as its array lives.
class LoadedArray final : public CycleArray {
  public:
    LoadedArray(Library library, std::unique_ptr<CycleArray> array)
        : library_(std::move(library)), array_(std::move(array)) {}
    job::FlagPorts flags() const override { return array_->flags(); }
    void reset() override { array_->reset(); }
    ArrayOutputs cycle(const job::InputBeat& beat, bool out_ready) override {
        return array_->cycle(beat, out_ready);
    }
    bool sticky_overflow() override { return array_->sticky_overflow(); }

  private:
    Library library_;  // goes after the array, whose code it holds
    std::unique_ptr<CycleArray> array_;
};

}  // namespace

// -fno-gnu-unique: otherwise two libraries in one process would share the static variables of Verilator's
// templates, and none could be unloaded.
Expected<SimulatorProgram> build_array_library(const std::filesystem::path& rtl_folder,
                                               const std::filesystem::path& build_folder) {
    SimulatorRecipe recipe{"array_library.cpp", embedded::sim_array_library_cpp, verilated_array_options()};
    recipe.options.insert(recipe.options.end(), {"-CFLAGS", "-fPIC -fno-gnu-unique", "-LDFLAGS", "-shared"});
    return build_simulator(rtl_folder, build_folder, recipe);
}

Expected<std::unique_ptr<CycleArray>> load_verilated_cycle_array(const SimulatorProgram& library,
                                                                 std::uint64_t seed) {
    Library handle(::dlopen(library.program.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!handle) return fail(ErrorKind::System, "{}: {}", library.program.string(), ::dlerror());
    void* symbol = ::dlsym(handle.get(), "macaw_new_array");
    if (symbol == nullptr) return fail(ErrorKind::System, "{}: {}", library.program.string(), ::dlerror());
    auto make = reinterpret_cast<decltype(&macaw_new_array)>(symbol);
    std::unique_ptr<CycleArray> array(make(seed));
    return std::make_unique<LoadedArray>(std::move(handle), std::move(array));
}

}  // namespace macaw::sim
