#include "reports/tables/certificate_tables.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace macaw::reports {

namespace {

constexpr int kBinPercent = 5;
constexpr int kLowestBin = -100;

// Extremes of every tile of the model.
template <typename Visit>
void for_each_tile(const golden::QuantizedModel& model, Visit&& visit) {
    for (const golden::QuantizedLayer& layer : model.layers) {
        const golden::Range activation = golden::coding_of(layer, model.datapath).range;
        for (std::int64_t row = 0; row < layer.out_features; ++row) {
            auto codes = layer.row(row);
            auto tile = static_cast<std::size_t>(model.datapath.tile);
            for (std::size_t begin = 0; begin < codes.size(); begin += tile)
                visit(golden::worst_case(codes.subspan(begin, std::min(tile, codes.size() - begin)),
                                         activation));
        }
    }
}

golden::Range hull(const golden::Certificate& certificate, golden::Range golden::LayerCertificate::*level) {
    golden::Range range;
    for (const golden::LayerCertificate& layer : certificate.layers) {
        range.min = std::min(range.min, (layer.*level).min);
        range.max = std::max(range.max, (layer.*level).max);
    }
    return range;
}

}  // namespace

Table certificate_table(const golden::Certificate& certificate) {
    Table table({"layer", "out_features", "in_features", "inner_bits", "outer_bits", "inner_min", "inner_max",
                 "outer_min", "outer_max", "inner_headroom", "outer_headroom"});
    for (const golden::LayerCertificate& layer : certificate.layers)
        table.add_row({layer.name, layer.out_features, layer.in_features, layer.inner_bits.bits(),
                       layer.outer_bits.bits(), layer.inner.min, layer.inner.max, layer.outer.min,
                       layer.outer.max, golden::headroom(layer.inner, certificate.datapath.inner_bits),
                       golden::headroom(layer.outer, certificate.datapath.outer_bits)});
    return table;
}

Table certificate_rows_table(const golden::Certificate& certificate) {
    Table table({"layer", "row", "inner_min", "inner_min_tile", "inner_max", "inner_max_tile", "outer_min",
                 "outer_max"});
    for (const golden::LayerCertificate& layer : certificate.layers) {
        for (std::size_t row = 0; row < layer.rows.size(); ++row) {
            const golden::RowCertificate& reach = layer.rows[row];
            table.add_row({layer.name, row, reach.inner.min, reach.inner_min_tile, reach.inner.max,
                           reach.inner_max_tile, reach.outer.min, reach.outer.max});
        }
    }
    return table;
}

Table headroom_histogram(const golden::QuantizedModel& model) {
    std::map<int, std::int64_t> tiles;
    for (int bin = 0; bin < 100; bin += kBinPercent) tiles[bin] = 0;
    for_each_tile(model, [&](golden::Range reach) {
        double percent = 100.0 * golden::headroom(reach, model.datapath.inner_bits);
        int bin = static_cast<int>(std::floor(percent / kBinPercent)) * kBinPercent;
        ++tiles[std::clamp(bin, kLowestBin, 100 - kBinPercent)];
    });
    Table table({"headroom_from_percent", "headroom_to_percent", "tiles"});
    for (auto [bin, count] : tiles) table.add_row({bin, bin + kBinPercent, count});
    return table;
}

Metrics certificate_metrics(const golden::Certificate& certificate, const golden::QuantizedModel& model,
                            const std::string& group) {
    const std::string prefix = group.empty() ? "bound__" : "bound__" + group + "__";
    const std::string how = fmt::format(
        "integer arithmetic on the stored codes of {} layers, all inputs in {}..{} or the narrower codes of "
        "a layer",
        model.layers.size(), model.datapath.activation_range().min, model.datapath.activation_range().max);
    golden::Range limit = golden::range_of(certificate.datapath.inner_bits, golden::Signedness::Signed);
    std::int64_t tiles = 0;
    std::int64_t unsafe = 0;
    for_each_tile(model, [&](golden::Range reach) {
        ++tiles;
        unsafe += limit.contains(reach.min) && limit.contains(reach.max) ? 0 : 1;
    });
    std::int64_t rows = 0;
    for (const golden::LayerCertificate& layer : certificate.layers) rows += layer.out_features;
    Metrics metrics;
    metrics.add(prefix + "inner__bits", certificate.inner_bits.bits(),
                "smallest safe P_I over all layers: " + how);
    metrics.add(prefix + "outer__bits", certificate.outer_bits.bits(),
                "smallest safe P_O over all layers: " + how);
    metrics.add(prefix + "rows__count", rows, "output channels of all certified layers");
    metrics.add(prefix + "tiles__count", tiles, "tiles of all certified layers");
    metrics.add(prefix + "tiles_unsafe__count", unsafe,
                fmt::format("tiles that some input drives out of {} bits: {}",
                            certificate.datapath.inner_bits.bits(), how));
    metrics.add(prefix + "inner__headroom__ratio",
                golden::headroom(hull(certificate, &golden::LayerCertificate::inner),
                                 certificate.datapath.inner_bits),
                fmt::format("part of the {}-bit inner range that no input reaches: {}",
                            certificate.datapath.inner_bits.bits(), how));
    metrics.add(prefix + "outer__headroom__ratio",
                golden::headroom(hull(certificate, &golden::LayerCertificate::outer),
                                 certificate.datapath.outer_bits),
                fmt::format("part of the {}-bit outer range that no input reaches: {}",
                            certificate.datapath.outer_bits.bits(), how));
    return metrics;
}

}  // namespace macaw::reports
