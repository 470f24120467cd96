#include "golden/certificate.hpp"

#include "golden/matmul.hpp"
#include "testbench/support/files.hpp"
#include "testbench/support/property.hpp"
#include "testbench/support/random_datapath.hpp"

using namespace macaw::golden;
using namespace macaw::testing;

namespace {

QuantizedLayer pick_layer(const Datapath& datapath) {
    QuantizedLayer layer;
    layer.name = "layer";
    layer.out_features = pick(1, 4);
    layer.in_features = pick(1, 30);
    layer.codes = pick_codes<WeightCode>(static_cast<std::size_t>(layer.out_features * layer.in_features),
                                         datapath.weight_range());
    layer.scales.assign(static_cast<std::size_t>(layer.out_features), 1.0F);
    return layer;
}

Datapath trap_of(Datapath datapath, BitWidth inner, BitWidth outer) {
    datapath.inner_overflow = datapath.outer_overflow = OverflowMode::Trap;
    datapath.inner_bits = inner;
    datapath.outer_bits = outer;
    return datapath;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(certificate)

// beta = 9, alpha = -3: 9*127 + 3*128 = 1527 and -(9*128 + 3*127) = -1533, which 12 bits hold and 11 do not.
BOOST_AUTO_TEST_CASE(worst_case_by_hand) {
    std::vector<WeightCode> codes = {7, -3, 2, 0};
    BOOST_TEST((worst_case(codes, {-128, 127}) == Range{-1533, 1527}));
    BOOST_TEST((worst_case(codes, {0, 255}) == Range{-765, 2295}));
    BOOST_TEST(bits_needed({-1533, 1527}).bits() == 12);
}

BOOST_AUTO_TEST_CASE(worst_case_equals_brute_force_over_all_inputs) {
    check_property("no input of two bits leaves the worst case, and one reaches each end", [] {
        auto codes = pick_codes<WeightCode>(static_cast<std::size_t>(pick(1, 5)), {-7, 7});
        Range reach = worst_case(codes, {-2, 1});
        std::int64_t smallest = 0;
        std::int64_t largest = 0;
        for (int input = 0; input < (1 << (2 * static_cast<int>(codes.size()))); ++input) {
            std::int64_t sum = 0;
            for (std::size_t k = 0; k < codes.size(); ++k) sum += codes[k] * (((input >> (2 * k)) & 3) - 2);
            smallest = std::min(smallest, sum);
            largest = std::max(largest, sum);
        }
        RC_ASSERT((reach == Range{smallest, largest}));
    });
}

BOOST_AUTO_TEST_CASE(worst_case_inputs_attain_the_certificate_without_a_flag_and_one_bit_less_raises_it) {
    check_property("certified widths are safe and tight", [] {
        Datapath datapath = pick_datapath();
        QuantizedLayer layer = pick_layer(datapath);
        LayerCertificate certified = certify(layer, datapath);
        Datapath trap = trap_of(datapath, certified.inner_bits, certified.outer_bits);
        bool narrower_inner_flag = certified.inner_bits.bits() == 1;
        for (std::int64_t row = 0; row < layer.out_features; ++row) {
            const RowCertificate& reach = certified.rows[static_cast<std::size_t>(row)];
            for (Extreme extreme : {Extreme::Max, Extreme::Min}) {
                bool max = extreme == Extreme::Max;
                auto whole =
                    worst_case_input(layer.row(row), datapath.activation_range(), datapath.tile, extreme);
                auto tile = worst_case_input(layer.row(row), datapath.activation_range(), datapath.tile,
                                             extreme, max ? reach.inner_max_tile : reach.inner_min_tile);
                RC_ASSERT((dot_product(layer.row(row), whole, trap) ==
                           DotProduct{max ? reach.outer.max : reach.outer.min, false, false}));
                RC_ASSERT((dot_product(layer.row(row), tile, trap) ==
                           DotProduct{max ? reach.inner.max : reach.inner.min, false, false}));
                if (narrower_inner_flag) continue;
                Datapath narrow =
                    trap_of(datapath, BitWidth(certified.inner_bits.bits() - 1), certified.outer_bits);
                narrower_inner_flag = dot_product(layer.row(row), whole, narrow).inner_overflow;
            }
        }
        RC_ASSERT(narrower_inner_flag);
    });
}

BOOST_AUTO_TEST_CASE(a_changed_code_no_longer_matches_its_certificate) {
    ScratchFolder folder;
    QuantizedModel model;
    model.layers.push_back({"layer", 1, 3, {7, -7, 1}, {1.0F}});
    auto file = folder.path() / "certificate.json";
    BOOST_REQUIRE(macaw::write_json(file, to_json(certify(model))).has_value());
    auto written = read_certificate(file);
    BOOST_REQUIRE(written.has_value());
    BOOST_TEST(check_certificate(*written, model, file).has_value());
    model.layers[0].codes[2] = 2;
    auto checked = check_certificate(*written, model, file);
    BOOST_REQUIRE(!checked.has_value());
    BOOST_TEST((checked.error().kind == macaw::ErrorKind::CheckFailed));
}

BOOST_AUTO_TEST_CASE(safe_says_no_when_the_datapath_is_one_bit_too_narrow) {
    QuantizedModel model;
    model.layers.push_back({"layer", 1, 4, {7, -3, 2, 0}, {1.0F}});  // needs 12 bits, see above
    model.datapath.inner_bits = BitWidth(12);
    model.datapath.outer_bits = BitWidth(12);
    BOOST_TEST(certify(model).safe());
    model.datapath.inner_bits = BitWidth(11);
    BOOST_TEST(!certify(model).safe());
    model.layers[0].activation = default_coding(model.datapath);
    model.layers[0].activation->range = {-63, 63};  // half the codes: the layer fits again
    BOOST_TEST(certify(model).safe());
}

BOOST_AUTO_TEST_SUITE_END()
