// See label.hpp.
#include "reports/html/label.hpp"

#include <charconv>
#include <cmath>
#include <map>

namespace macaw::reports {

namespace {

struct Unit {
    std::string terminal;
    std::string html;
};

// The last word of a key, and how it is written. An empty text: the figure is a bare number.
const std::map<std::string, Unit>& units() {
    static const std::map<std::string, Unit> table = {
        {"ppl", {"", ""}},           {"count", {"", ""}},     {"ratio", {"", ""}},
        {"bits", {"bits", "bits"}},  {"um2", {"um2", "µm²"}}, {"mm2", {"mm2", "mm²"}},
        {"ns", {"ns", "ns"}},        {"ps", {"ps", "ps"}},    {"mhz", {"MHz", "MHz"}},
        {"ghz", {"GHz", "GHz"}},     {"mw", {"mW", "mW"}},    {"uw", {"uW", "µW"}},
        {"nw", {"nW", "nW"}},        {"pj", {"pJ", "pJ"}},    {"fj", {"fJ", "fJ"}},
        {"nj", {"nJ", "nJ"}},        {"s", {"s", "s"}},       {"ms", {"ms", "ms"}},
        {"v", {"V", "V"}},           {"kib", {"KiB", "KiB"}}, {"mib", {"MiB", "MiB"}},
        {"celsius", {"degC", "°C"}}, {"percent", {"%", "%"}}, {"bytes", {"bytes", "bytes"}}};
    return table;
}

// "mac_per_s" is "MAC/s"; a trailing known unit ("min_ns") keeps its unit and gives its other words to the
// label.
struct KeyParts {
    std::string words;  // the key without its unit
    std::string unit;   // a key of units(), or "x/y"; empty: not known
};

KeyParts split_key(const std::string& key) {
    std::size_t bar = key.rfind("__");
    if (bar == std::string::npos) return {key, {}};
    std::string last = key.substr(bar + 2);
    std::string words = key.substr(0, bar);
    if (units().contains(last)) return {words, last};
    if (std::size_t per = last.find("_per_"); per != std::string::npos) {
        std::string numerator = last.substr(0, per) == "mac" ? "MAC" : last.substr(0, per);
        return {words, numerator + "/" + last.substr(per + 5)};
    }
    std::size_t line = last.rfind('_');
    if (line != std::string::npos && units().contains(last.substr(line + 1)))
        return {words + " " + last.substr(0, line), last.substr(line + 1)};
    return {key, {}};
}

std::string with_spaces(const std::string& text) {
    std::string words;
    for (char c : text) {
        if (c != '_')
            words += c;
        else if (!words.empty() && words.back() != ' ')
            words += ' ';
    }
    return words;
}

}  // namespace

const std::vector<Headline>& headlines() {
    static const std::vector<Headline> table = {
        {"model__ppl__float", "float32 perplexity"},
        {"model__ppl__quantized", "quantized perplexity"},
        {"model__ppl__datapath", "perplexity in the integer datapath"},
        {"axe__tiles__constrained__count", "tiles touched by the constraint"},
        {"axe__tiles__count", "tiles"},
        {"bound__inner__bits", "smallest safe inner accumulator (P_I)"},
        {"datapath__inner__bits", "configured inner accumulator (P_I)"},
        {"bound__outer__bits", "smallest safe outer accumulator (P_O)"},
        {"datapath__outer__bits", "configured outer accumulator (P_O)"},
        {"bound__inner__headroom__ratio", "headroom of the inner accumulator"},
        {"bound__outer__headroom__ratio", "headroom of the outer accumulator"},
        {"cosim__outputs__count", "RTL outputs compared"},
        {"cosim__mismatches__count", "mismatches"},
        {"cosim__overflows__count", "overflows (trap RTL)"},
        {"synth__area__um2", "area"},
        {"timing__period__min_ns", "least clock period"},
        {"timing__fmax__mhz", "highest clock frequency"},
        {"power__total__mw", "power"},
        {"energy__per_mac__pj", "energy per MAC"},
        {"energy__per_token__nj", "energy per token"},
        {"energy__per_token__chosen_layers__nj", "energy per token in the chosen layers"},
        {"cost__area__um2", "area by the cost model"},
        {"cost__area__error__percent", "error of the area by the cost model"},
        {"cost__period__min_ns", "least clock period by the cost model"},
        {"cost__period__error__percent", "error of the least clock period by the cost model"},
        {"cost__power__total__mw", "power by the cost model"},
        {"cost__power__error__percent", "error of the power by the cost model"},
        {"cost__energy__per_mac__pj", "energy per MAC by the cost model"},
        {"cost__energy__per_mac__error__percent", "error of the energy per MAC by the cost model"}};
    return table;
}

std::string label_of(const std::string& key) {
    for (const Headline& headline : headlines())
        if (headline.key == key) return headline.label;
    return with_spaces(split_key(key).words);
}

std::string unit_of(const std::string& key, Medium medium) {
    std::string unit = split_key(key).unit;
    auto found = units().find(unit);
    if (found == units().end()) return unit;
    return medium == Medium::Html ? found->second.html : found->second.terminal;
}

std::string integer_text(std::string_view digits, Medium medium) {
    bool negative = !digits.empty() && digits[0] == '-';
    if (negative) digits.remove_prefix(1);
    std::string text = negative ? "-" : "";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && digits.size() > 4 && (digits.size() - i) % 3 == 0)
            text += medium == Medium::Html ? "\u202F" : " ";
        text += digits[i];
    }
    return text;
}

std::string number_text(double value, Medium medium) {
    if (!std::isfinite(value)) return "not a number";
    double size = std::abs(value);
    if (size < 1e9 && (size >= 99999.5 || value == std::trunc(value)))
        return integer_text(fmt::format("{:.0f}", value), medium);
    if (size >= 1e9) return fmt::format("{:.3e}", value);
    if (size < 1e-3) return fmt::format("{:.2e}", value);
    return fmt::format("{:.5g}", value);
}

std::string value_text(const std::string& key, const Json& value, Medium medium) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_number_integer()) return integer_text(value.dump(), medium);
    if (!value.is_number()) return value.is_null() ? "not a number" : value.dump();
    double number = value.get<double>();
    if (split_key(key).unit == "ratio" && std::abs(number) >= 1e-3 && std::abs(number) < 1e3)
        return fmt::format("{:.4g} %", 100 * number);
    return number_text(number, medium);
}

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

}  // namespace macaw::reports
