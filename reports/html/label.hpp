// How a figure is named and written for a reader: metric keys (stage__group__name__unit) become labels and
// units, numbers get grouped digits and five significant digits. The exact values stay in metrics.json and
// the CSV files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "golden/support/file.hpp"

namespace macaw::reports {

// Where a text is read decides its characters: a terminal gets ASCII, HTML gets µm² and narrow spaces (UTF-8,
// not yet escaped).
enum class Medium { Terminal, Html };

struct Headline {
    std::string key;
    std::string label;
};
// The figures that an architect looks for first, in this order.
const std::vector<Headline>& headlines();

// "float32 perplexity" for a headline; otherwise the key's words without the unit: "synth area pe".
std::string label_of(const std::string& key);

// The unit at the end of a key: "um2" of synth__area__um2, "ns" of timing__period__min_ns; empty for counts,
// ratios, perplexities and for keys without a known unit.
std::string unit_of(const std::string& key, Medium medium);

// Value as text, without its unit; ratios from 0.001 up are percentages and carry the sign.
std::string value_text(const std::string& key, const Json& value, Medium medium);

// "12 345 678", "27.905", "7.7e-06".
std::string number_text(double value, Medium medium);
std::string integer_text(std::string_view digits, Medium medium);

// The whole text as a finite number, or none.
std::optional<double> parse_number(std::string_view text);

}  // namespace macaw::reports
