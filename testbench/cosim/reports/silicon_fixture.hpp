// A small array with random layers, as the silicon step takes it: RTL folder and stimulus file.
#pragma once

#include <random>

#include <boost/test/unit_test.hpp>

#include "hw/array/write_rtl.hpp"
#include "reports/silicon/silicon.hpp"
#include "sim/stimulus.hpp"
#include "testbench/support/files.hpp"

namespace macaw::testing {

template <typename T>
T value_of(Expected<T> result) {
    std::string problem = result ? "" : to_text(result.error());
    BOOST_REQUIRE_EQUAL(problem, "");
    return std::move(*result);
}

inline void succeed(const Expected<void>& result) {
    std::string problem = result ? "" : to_text(result.error());
    BOOST_REQUIRE_EQUAL(problem, "");
}

struct SmallArray {
    golden::Datapath datapath;
    hw::ArrayConfig array;

    SmallArray() {
        datapath.tile = 8;
        datapath.inner_bits = golden::BitWidth(12);
        datapath.outer_bits = golden::BitWidth(16);
        datapath.products_per_check = 4;
        array.rows = 2;
        array.columns = 2;
        array.lanes = 4;
        array.arithmetic = hw::Arithmetic::Structural;
    }
    SmallArray& mode(golden::OverflowMode overflow) {
        datapath.inner_overflow = datapath.outer_overflow = overflow;
        return *this;
    }
};

// Two layers; in_features 30 and 7, so that neither is a multiple of the lanes.
inline sim::Stimulus random_stimulus(const SmallArray& small, std::uint64_t seed = 5) {
    std::mt19937_64 random(seed);
    sim::Stimulus stimulus{small.datapath, small.array, {}};
    for (golden::MatmulShape shape : {golden::MatmulShape{5, 30, 7}, golden::MatmulShape{6, 7, 4}}) {
        golden::Range weights = small.datapath.weight_range(), inputs = small.datapath.activation_range();
        std::uniform_int_distribution<int> weight(static_cast<int>(weights.min),
                                                  static_cast<int>(weights.max));
        std::uniform_int_distribution<int> input(static_cast<int>(inputs.min), static_cast<int>(inputs.max));
        std::vector<golden::WeightCode> w(static_cast<std::size_t>(shape.out_features * shape.in_features));
        std::vector<golden::ActivationCode> x(static_cast<std::size_t>(shape.tokens * shape.in_features));
        for (auto& code : w) code = static_cast<golden::WeightCode>(weight(random));
        for (auto& code : x) code = input(random);
        stimulus.layers.push_back(sim::make_stimulus(fmt::format("layer{}", stimulus.layers.size()), w, x,
                                                     shape, small.datapath, small.array));
    }
    return stimulus;
}

// Folders rtl, silicon and the file stimulus.safetensors, removed at the end.
struct SiliconWorkspace {
    ScratchFolder scratch;
    std::filesystem::path rtl = scratch.path() / "rtl";
    std::filesystem::path silicon = scratch.path() / "silicon";
    std::filesystem::path stimulus = scratch.path() / "stimulus.safetensors";

    explicit SiliconWorkspace(const SmallArray& small) {
        std::filesystem::create_directories(rtl);
        std::filesystem::create_directories(silicon);
        succeed(hw::write_rtl(rtl, small.datapath, small.array, "a test"));
        succeed(sim::write_stimulus(stimulus, random_stimulus(small)));
    }
};

inline reports::SiliconOptions quick_options() {
    reports::SiliconOptions options;
    options.power.segments = 64;
    options.power.cycles = 100;
    return options;
}

}  // namespace macaw::testing
