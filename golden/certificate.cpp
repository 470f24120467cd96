#include "golden/certificate.hpp"

#include <algorithm>

#include "golden/bit_width_config.hpp"

namespace macaw::golden {

namespace {

RowCertificate certify_row(std::span<const WeightCode> row, Range activation, std::size_t tile) {
    RowCertificate result;
    for (std::size_t begin = 0; begin < row.size(); begin += tile) {
        Range reach = worst_case(row.subspan(begin, std::min(tile, row.size() - begin)), activation);
        auto index = static_cast<std::int64_t>(begin / tile);
        if (begin == 0 || reach.max > result.inner.max) {
            result.inner.max = reach.max;
            result.inner_max_tile = index;
        }
        if (begin == 0 || reach.min < result.inner.min) {
            result.inner.min = reach.min;
            result.inner_min_tile = index;
        }
        result.outer.min += reach.min;
        result.outer.max += reach.max;
    }
    return result;
}

Range hull(Range a, Range b) {
    return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

Json to_json(Range range) {
    return Json::array({range.min, range.max});
}

Expected<Range> range_from_json(const Json& json, const std::string& key, const std::filesystem::path& file) {
    MACAW_TRY(auto ends, json_member<std::vector<std::int64_t>>(json, key, file));
    if (ends.size() != 2 || ends[0] > ends[1])
        return fail(Error{
            ErrorKind::BadInput, fmt::format("key \"{}\" is not [min, max]", key), {}, {file.string()}});
    return Range{ends[0], ends[1]};
}

// Rows as columns of numbers: [inner_min, inner_max, inner_min_tile, inner_max_tile, outer_min, outer_max].
Json rows_to_json(const std::vector<RowCertificate>& rows) {
    Json json = Json::array();
    for (const RowCertificate& row : rows)
        json.push_back({row.inner.min, row.inner.max, row.inner_min_tile, row.inner_max_tile, row.outer.min,
                        row.outer.max});
    return json;
}

Expected<std::vector<RowCertificate>> rows_from_json(const Json& json, const std::filesystem::path& file) {
    MACAW_TRY(auto numbers, json_member<std::vector<std::vector<std::int64_t>>>(json, "rows", file));
    std::vector<RowCertificate> rows;
    for (const auto& row : numbers) {
        if (row.size() != 6)
            return fail(Error{
                ErrorKind::BadInput, "a row of the certificate has not six numbers", {}, {file.string()}});
        rows.push_back({{row[0], row[1]}, row[3], row[2], {row[4], row[5]}});
    }
    return rows;
}

Expected<LayerCertificate> layer_from_json(const Json& json, const std::filesystem::path& file) {
    LayerCertificate layer;
    MACAW_TRY(layer.name, json_member<std::string>(json, "name", file));
    MACAW_TRY(layer.out_features, json_member<std::int64_t>(json, "out_features", file));
    MACAW_TRY(layer.in_features, json_member<std::int64_t>(json, "in_features", file));
    MACAW_TRY(layer.inner, range_from_json(json, "inner", file));
    MACAW_TRY(layer.outer, range_from_json(json, "outer", file));
    MACAW_TRY(layer.inner_bits, bit_width_member(json, "inner_bits", file));
    MACAW_TRY(layer.outer_bits, bit_width_member(json, "outer_bits", file));
    MACAW_TRY(layer.rows, rows_from_json(json, file));
    return layer;
}

}  // namespace

Range worst_case(std::span<const WeightCode> codes, Range activation) {
    require(activation.min <= 0 && activation.max >= 0, "worst_case: 0 is not a possible activation");
    std::int64_t beta = 0;   // sum of the positive codes
    std::int64_t alpha = 0;  // sum of the negative codes
    for (const WeightCode code : codes) (code > 0 ? beta : alpha) += code;
    return {beta * activation.min + alpha * activation.max, beta * activation.max + alpha * activation.min};
}

LayerCertificate certify(const QuantizedLayer& layer, const Datapath& datapath) {
    LayerCertificate result;
    result.name = layer.name;
    result.out_features = layer.out_features;
    result.in_features = layer.in_features;
    const Range activation = coding_of(layer, datapath).range;
    for (std::int64_t row = 0; row < layer.out_features; ++row) {
        result.rows.push_back(
            certify_row(layer.row(row), activation, static_cast<std::size_t>(datapath.tile)));
        result.inner = hull(result.inner, result.rows.back().inner);
        result.outer = hull(result.outer, result.rows.back().outer);
    }
    result.inner_bits = bits_needed(result.inner);
    result.outer_bits = std::max(bits_needed(result.outer), result.inner_bits);
    return result;
}

Certificate certify(const QuantizedModel& model) {
    Certificate certificate;
    certificate.datapath = model.datapath;
    for (const QuantizedLayer& layer : model.layers) {
        certificate.layers.push_back(certify(layer, model.datapath));
        certificate.inner_bits = std::max(certificate.inner_bits, certificate.layers.back().inner_bits);
        certificate.outer_bits = std::max(certificate.outer_bits, certificate.layers.back().outer_bits);
    }
    return certificate;
}

double headroom(Range reach, BitWidth width) {
    Range limit = range_of(width, Signedness::Signed);
    double used = std::max(static_cast<double>(reach.max) / static_cast<double>(limit.max),
                           static_cast<double>(reach.min) / static_cast<double>(limit.min));
    return 1.0 - used;
}

std::vector<ActivationCode> worst_case_input(std::span<const WeightCode> row, Range activation, int tile,
                                             Extreme extreme, std::int64_t only_tile) {
    std::vector<ActivationCode> input(row.size(), 0);
    for (std::size_t k = 0; k < row.size(); ++k) {
        if (only_tile >= 0 && static_cast<std::int64_t>(k) / tile != only_tile) continue;
        if (row[k] == 0) continue;
        bool largest = (row[k] > 0) == (extreme == Extreme::Max);
        input[k] = static_cast<ActivationCode>(largest ? activation.max : activation.min);
    }
    return input;
}

Json to_json(const Certificate& certificate) {
    Json layers = Json::array();
    for (const LayerCertificate& layer : certificate.layers)
        layers.push_back({{"name", layer.name},
                          {"out_features", layer.out_features},
                          {"in_features", layer.in_features},
                          {"inner", to_json(layer.inner)},
                          {"outer", to_json(layer.outer)},
                          {"inner_bits", layer.inner_bits.bits()},
                          {"outer_bits", layer.outer_bits.bits()},
                          {"rows", rows_to_json(layer.rows)}});
    return {{"format", "macaw overflow certificate 1"},
            {"row_columns",
             {"inner_min", "inner_max", "inner_min_tile", "inner_max_tile", "outer_min", "outer_max"}},
            {"datapath", to_json(certificate.datapath)},
            {"inner_bits", certificate.inner_bits.bits()},
            {"outer_bits", certificate.outer_bits.bits()},
            {"safe", certificate.safe()},
            {"layers", layers}};
}

Expected<Certificate> read_certificate(const std::filesystem::path& file) {
    MACAW_TRY(Json json, read_json(file));
    Certificate certificate;
    MACAW_TRY(Json datapath, json_member<Json>(json, "datapath", file));
    MACAW_TRY(certificate.datapath, datapath_from_json(datapath, file));
    MACAW_TRY(certificate.inner_bits, bit_width_member(json, "inner_bits", file));
    MACAW_TRY(certificate.outer_bits, bit_width_member(json, "outer_bits", file));
    MACAW_TRY(Json layers, json_member<Json>(json, "layers", file));
    for (const Json& entry : layers) {
        MACAW_TRY(LayerCertificate layer, layer_from_json(entry, file));
        certificate.layers.push_back(std::move(layer));
    }
    return certificate;
}

Expected<void> check_certificate(const Certificate& written, const QuantizedModel& model,
                                 const std::filesystem::path& file) {
    Certificate fresh = certify(model);
    auto differs = [&](std::string what) {
        return fail(Error{ErrorKind::CheckFailed,
                          "the certificate does not belong to these codes: " + what,
                          "run macaw bound again",
                          {file.string()}});
    };
    if (written.datapath != fresh.datapath) return differs("another datapath");
    if (written.layers.size() != fresh.layers.size()) return differs("another number of layers");
    for (std::size_t i = 0; i < fresh.layers.size(); ++i)
        if (!(written.layers[i] == fresh.layers[i])) return differs("layer " + fresh.layers[i].name);
    if (!(written == fresh)) return differs("the widths over all layers");
    return {};
}

}  // namespace macaw::golden
