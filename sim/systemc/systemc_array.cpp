#include "sim/systemc/systemc_array.hpp"

#include "embedded/sim_templates.hpp"

namespace macaw::sim {

// --pins-bv 2: every port of two bits or more is an sc_bv. SC_DISABLE_API_VERSION_CHECK on all units:
// Debian's library is C++17, ours is C++20, and SystemC 2.3.4 puts the language version into a link-time
// check.
Expected<SimulatorProgram> build_systemc_array(const std::filesystem::path& rtl_folder,
                                               const std::filesystem::path& build_folder) {
    return build_simulator(rtl_folder, build_folder,
                           {"systemc_platform.cpp",
                            embedded::sim_systemc_platform_cpp,
                            {"--sc", "--pins-bv", "2", "-CFLAGS", "-DSC_DISABLE_API_VERSION_CHECK"}});
}

}  // namespace macaw::sim
