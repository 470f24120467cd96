#include "reports/cost/cost_terms.hpp"

#include <stdexcept>

namespace macaw::reports {

namespace {

template <typename Names>
std::vector<std::string> named(std::string first, const Names& names, const std::string& prefix) {
    std::vector<std::string> all;
    if (!first.empty()) all.push_back(std::move(first));
    for (std::string_view name : names) all.push_back(prefix + std::string(name));
    return all;
}

}  // namespace

std::string to_string(CostFigure figure) {
    switch (figure) {
        case CostFigure::Area:
            return "area";
        case CostFigure::Period:
            return "period";
        case CostFigure::Dynamic:
            return "dynamic";
        case CostFigure::Leakage:
            return "leakage";
    }
    throw std::logic_error("unknown CostFigure");
}

std::vector<std::string> term_names(CostFigure figure) {
    switch (figure) {
        case CostFigure::Area:
        case CostFigure::Leakage:
            return named("", kCountNames, "");
        case CostFigure::Period:
            return named("fixed", kPathPartNames, "path_");
        case CostFigure::Dynamic:
            return named("clocked_flip_flops", kCountNames, "toggling_");
    }
    throw std::logic_error("unknown CostFigure");
}

std::vector<double> terms_of(CostFigure figure, const PointFeatures& features, double toggles) {
    const auto& counts = features.counts.values;
    const auto& path = features.path.values;
    std::vector<double> terms;
    switch (figure) {
        case CostFigure::Area:
        case CostFigure::Leakage:
            return {counts.begin(), counts.end()};
        case CostFigure::Period:
            terms = {1};
            terms.insert(terms.end(), path.begin(), path.end());
            return terms;
        case CostFigure::Dynamic:
            terms = {features.counts[Count::FlipFlops] + features.counts[Count::ResetFlipFlops]};
            for (double count : counts) terms.push_back(toggles * count);
            return terms;
    }
    throw std::logic_error("unknown CostFigure");
}

}  // namespace macaw::reports
