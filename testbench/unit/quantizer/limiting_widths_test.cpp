// Widths beyond limiting_widths lead to the same codes, and widths that limit codes to others.
#include "quantizer/limiting_widths.hpp"

#include "golden/certificate.hpp"
#include "quantizer/quantize_model.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;
using macaw::golden::BitWidth;
using macaw::golden::Datapath;

namespace {

Datapath datapath_of(int inner_bits, int outer_bits) {
    Datapath datapath;
    datapath.inner_bits = BitWidth(inner_bits);
    datapath.outer_bits = BitWidth(outer_bits);
    return datapath;
}

QuantizerOptions quick(Preset preset, Constraint constraint) {
    QuantizerOptions options = options_of(preset);
    options.constraint = constraint;
    options.calibration_windows = 2;
    options.window = 64;
    return options;
}

QuantizationResult quantize(const Datapath& datapath, const QuantizerOptions& options) {
    return must(quantize_model(one_block(), reference_text(), datapath, options));
}

bool equal_codes(const QuantizationResult& a, const QuantizationResult& b) {
    for (std::size_t i = 0; i < a.model.layers.size(); ++i)
        if (a.model.layers[i].codes != b.model.layers[i].codes ||
            a.model.layers[i].scales != b.model.layers[i].scales)
            return false;
    return a.model.layers.size() == b.model.layers.size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limiting_widths_)

// Codes at the limiting widths and at 40 and 44 bits; they must be those of no constraint at all, too.
static void check_equal(Datapath wide, const QuantizerOptions& options, const std::string& name) {
    wide.inner_bits = BitWidth(40);
    wide.outer_bits = BitWidth(44);
    const Datapath limiting = limiting_widths(wide, options, one_block().config.longest_input());
    BOOST_TEST((limiting.inner_bits < wide.inner_bits), name);
    BOOST_TEST((limiting.outer_bits < wide.outer_bits), name);
    BOOST_TEST((limiting.inner_bits <= limiting.outer_bits), name);
    const QuantizationResult result = quantize(limiting, options);
    BOOST_TEST(equal_codes(result, quantize(wide, options)), name);
    BOOST_TEST(result.total.tiles_constrained == 0, name);
}

BOOST_AUTO_TEST_CASE(wider_accumulators_lead_to_the_codes_of_the_limiting_ones) {
    for (Preset preset : {Preset::Paper, Preset::Exact, Preset::Macaw})
        for (Constraint constraint : {Constraint::Axe, Constraint::HardOnly, Constraint::EpInit})
            check_equal(datapath_of(40, 44), quick(preset, constraint),
                        to_string(preset) + " " + to_string(constraint));
    // The control: a width that limits codes leads to others.
    const QuantizerOptions options = quick(Preset::Exact, Constraint::Axe);
    BOOST_TEST(!equal_codes(quantize(datapath_of(40, 44), options), quantize(datapath_of(12, 16), options)));
}

BOOST_AUTO_TEST_CASE(short_tiles_unsigned_codes_and_smoothing_change_nothing_about_that) {
    for (int tile : {4, 8}) {
        Datapath datapath = datapath_of(40, 44);
        datapath.tile = tile;
        check_equal(datapath, quick(Preset::Exact, Constraint::Axe), fmt::format("T = {}", tile));
        datapath.activation_signedness = macaw::golden::Signedness::Unsigned;
        QuantizerOptions options = quick(Preset::Paper, Constraint::Axe);
        options.activation.per_tensor = true;
        options.preparation.smoothing = Smoothing::Fixed;
        check_equal(datapath, options, fmt::format("unsigned, per tensor, smoothed, T = {}", tile));
    }
}

BOOST_AUTO_TEST_CASE(errors_behind_the_constraint_depend_on_every_width) {
    const QuantizerOptions options = quick(Preset::ClippedError, Constraint::Axe);
    const Datapath wide = datapath_of(40, 44);
    BOOST_TEST((limiting_widths(wide, options, 768) == wide));
}

BOOST_AUTO_TEST_CASE(narrower_widths_stay_and_without_a_constraint_none_matters) {
    const QuantizerOptions options = quick(Preset::Exact, Constraint::Axe);
    const Datapath narrow = datapath_of(13, 17);
    BOOST_TEST((limiting_widths(narrow, options, 768) == narrow));
    const QuantizerOptions free = quick(Preset::Exact, Constraint::None);
    BOOST_TEST((limiting_widths(narrow, free, 768) == limiting_widths(datapath_of(40, 44), free, 768)));
}

BOOST_AUTO_TEST_CASE(the_widths_hold_all_codes_of_a_tile_and_of_a_row) {
    for (int tile : {16, 64, 1000}) {
        Datapath wide = datapath_of(60, 60);
        wide.tile = tile;
        const Datapath limiting = limiting_widths(wide, quick(Preset::Macaw, Constraint::Axe), 768);
        auto largest = [](BitWidth width) { return (std::int64_t{1} << (width.bits() - 1)) - 1; };
        BOOST_TEST(largest(limiting.inner_bits) >= std::min(tile, 768) * 7 * 128);
        BOOST_TEST(largest(limiting.outer_bits) >= 768 * 7 * 128);
    }
}

BOOST_AUTO_TEST_SUITE_END()
