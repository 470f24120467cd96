// The overflow certificate: integer arithmetic on the stored codes alone, never the quantizer's own counters.
//
// Tile t of row r has beta = sum of its positive codes, alpha = sum of its negative ones. Over all inputs in
// [mu, nu], the largest tile sum is beta*nu + alpha*mu and the smallest is beta*mu + alpha*nu (arXiv
// 2409.17092, Eq. 8). As 0 lies in [mu, nu] these bound every partial sum in every order. The input that
// reaches the maximum of one tile reaches it in all tiles of the row at once, so the extremes of the outer
// accumulator are their sums.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "golden/datapath.hpp"
#include "golden/quantized_layer.hpp"

namespace macaw::golden {

// Largest and smallest value that an accumulator can reach on these codes over all inputs in `activation`.
Range worst_case(std::span<const WeightCode> codes, Range activation);

struct RowCertificate {
    Range inner;                      // over all tiles of the row
    std::int64_t inner_max_tile = 0;  // the tile that reaches inner.max, and inner.min
    std::int64_t inner_min_tile = 0;
    Range outer;  // sums of the tiles' extremes
    bool operator==(const RowCertificate&) const = default;
};

struct LayerCertificate {
    std::string name;
    std::int64_t out_features = 0;
    std::int64_t in_features = 0;
    Range inner;  // over all rows
    Range outer;
    BitWidth inner_bits{1};            // smallest safe P_I, two's complement
    BitWidth outer_bits{1};            // smallest safe P_O (never below inner_bits)
    std::vector<RowCertificate> rows;  // [out_features]
    bool operator==(const LayerCertificate&) const = default;
};

struct Certificate {
    Datapath datapath;  // of the model that was certified
    std::vector<LayerCertificate> layers;
    BitWidth inner_bits{1};  // over all layers
    BitWidth outer_bits{1};
    bool safe() const { return inner_bits <= datapath.inner_bits && outer_bits <= datapath.outer_bits; }
    bool operator==(const Certificate&) const = default;
};

// Over all inputs that the layer's activation coding can produce (coding_of).
LayerCertificate certify(const QuantizedLayer& layer, const Datapath& datapath);
Certificate certify(const QuantizedModel& model);

// Part of the accumulator's range that is never used: 1 - reach / limit, e.g. 0.25 when the worst case is 75
// % of it.
double headroom(Range reach, BitWidth width);

// The input that reaches the row's extreme: nu under positive codes and mu under negative ones for the
// maximum, the other way round for the minimum. Where `only_tile` >= 0 all other tiles get 0, which shows the
// inner extreme at the output. [in_features]
enum class Extreme { Max, Min };
std::vector<ActivationCode> worst_case_input(std::span<const WeightCode> row, Range activation, int tile,
                                             Extreme extreme, std::int64_t only_tile = -1);

// certificate.json. Consumers read it *and* certify the codes again; check_certificate says where the two
// differ.
Json to_json(const Certificate& certificate);
Expected<Certificate> read_certificate(const std::filesystem::path& file);
Expected<void> check_certificate(const Certificate& written, const QuantizedModel& model,
                                 const std::filesystem::path& file);

}  // namespace macaw::golden
