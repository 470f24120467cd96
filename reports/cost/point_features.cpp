#include "reports/cost/point_features.hpp"

#include "hw/array/generate_array.hpp"

namespace macaw::reports {

Expected<PointFeatures> features_of(const golden::Datapath& datapath, const hw::ArrayConfig& array) {
    MACAW_CHECK(hw::require_synthesisable(array));
    MACAW_TRY(rtl::Design design, hw::generate_array(datapath, array));
    PointFeatures features{count_structure(design), longest_path(design), {}};
    // As the configuration writes them: every key of the array whose value is a word.
    const Json json = hw::to_json(array);
    for (const auto& [key, value] : json.items())
        if (value.is_string()) features.words[key] = value.get<std::string>();
    features.words["inner_overflow"] = to_string(datapath.inner_overflow);
    features.words["outer_overflow"] = to_string(datapath.outer_overflow);
    return features;
}

}  // namespace macaw::reports
