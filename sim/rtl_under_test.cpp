#include "sim/rtl_under_test.hpp"

#include "hw/array/generate_array.hpp"
#include "hw/array/write_rtl.hpp"
#include "sim/verilator/verilated_array.hpp"

namespace macaw::sim {

golden::Datapath with_mode(golden::Datapath datapath, golden::OverflowMode mode,
                           const hw::ArrayConfig& array) {
    datapath.inner_overflow = mode;
    datapath.outer_overflow = mode;
    datapath.products_per_check = array.lanes;
    return datapath;
}

Expected<SimulatorProgram> build_generated_array(const golden::Datapath& datapath,
                                                 const hw::ArrayConfig& array,
                                                 const std::filesystem::path& folder,
                                                 const std::string& command_line) {
    const hw::ArrayConfig checked = hw::array_for(datapath, array);
    MACAW_TRY(rtl::Design design, hw::generate_array(datapath, checked));
    return build_design(design, datapath, checked, folder, command_line);
}

Expected<SimulatorProgram> build_design(const rtl::Design& design, const golden::Datapath& datapath,
                                        const hw::ArrayConfig& array, const std::filesystem::path& folder,
                                        const std::string& command_line) {
    MACAW_TRY(OutputFolder rtl, OutputFolder::create(folder / "rtl"));
    MACAW_CHECK(hw::write_rtl(rtl.path(), design, datapath, array, command_line));
    MACAW_CHECK(rtl.commit());
    return build_verilated_array(folder / "rtl", folder / "verilated");
}

}  // namespace macaw::sim
