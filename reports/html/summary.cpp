// See summary.hpp.
#include "reports/html/summary.hpp"

#include <algorithm>
#include <optional>

#include "reports/html/label.hpp"

namespace macaw::reports {

namespace {

constexpr std::size_t kLabelWidth = 34;
constexpr std::size_t kValueWidth = 14;

std::optional<double> number_of(const Metrics& metrics, const std::string& key) {
    const Metric* metric = metrics.find(key);
    if (metric == nullptr || !metric->value.is_number()) return std::nullopt;
    return metric->value.get<double>();
}

std::string count_text(double count) {
    return number_text(count, Medium::Terminal);
}

std::optional<Verdict> certificate_verdict(const Metrics& metrics) {
    auto inner = number_of(metrics, "bound__inner__bits");
    auto outer = number_of(metrics, "bound__outer__bits");
    auto inner_width = number_of(metrics, "datapath__inner__bits");
    auto outer_width = number_of(metrics, "datapath__outer__bits");
    if (!inner || !outer || !inner_width || !outer_width) return std::nullopt;
    bool safe = *inner <= *inner_width && *outer <= *outer_width;
    return Verdict{
        safe,
        fmt::format("{}: the codes need P_I = {} of {} bits and P_O = {} of {} bits",
                    safe ? "No input can overflow an accumulator" : "An input can overflow", *inner,
                    *inner_width, *outer, *outer_width),
        {"bound__inner__bits", "datapath__inner__bits", "bound__outer__bits", "datapath__outer__bits"}};
}

std::optional<Verdict> equality_verdict(const Metrics& metrics) {
    auto outputs = number_of(metrics, "cosim__outputs__count");
    auto mismatches = number_of(metrics, "cosim__mismatches__count");
    if (!outputs || !mismatches) return std::nullopt;
    const std::vector<std::string> keys = {"cosim__outputs__count", "cosim__mismatches__count"};
    if (*outputs == 0) return Verdict{false, "No output of the generated RTL was compared", keys};
    if (*mismatches == 0)
        return Verdict{true,
                       fmt::format("All {} outputs of the generated RTL equal the golden model bit for bit",
                                   count_text(*outputs)),
                       keys};
    return Verdict{false,
                   fmt::format("{} of {} outputs of the generated RTL differ from the golden model",
                               count_text(*mismatches), count_text(*outputs)),
                   keys};
}

std::optional<Verdict> overflow_verdict(const Metrics& metrics) {
    auto overflows = number_of(metrics, "cosim__overflows__count");
    if (!overflows) return std::nullopt;
    const std::vector<std::string> keys = {"cosim__overflows__count"};
    if (*overflows == 0) return Verdict{true, "The trap RTL saw no overflow", keys};
    return Verdict{false, fmt::format("The trap RTL flagged {} overflows", count_text(*overflows)), keys};
}

std::optional<Verdict> equivalence_verdict(const Metrics& metrics) {
    auto claims = number_of(metrics, "equivalence__claims__count");
    auto proven = number_of(metrics, "equivalence__proven__count");
    if (!claims || !proven) return std::nullopt;
    const bool good = *claims > 0 && *proven == *claims;
    return Verdict{good,
                   fmt::format("{} of {} claims are proven that the simulated elements compute what the "
                               "synthesised ones do",
                               count_text(*proven), count_text(*claims)),
                   {"equivalence__claims__count", "equivalence__proven__count"}};
}

// Of macaw verify: nothing failed, and something passed, simulations among it.
std::optional<Verdict> signoff_verdict(const Metrics& metrics) {
    if (std::ranges::none_of(metrics.all(), [](const Metric& metric) {
            return metric.key.starts_with("verify__simulation__");
        }))
        return std::nullopt;
    auto passed = number_of(metrics, "verify__checks__passed__count");
    auto failed = number_of(metrics, "verify__checks__failed__count");
    auto undecided = number_of(metrics, "verify__checks__undecided__count");
    auto skipped = number_of(metrics, "verify__checks__skipped__count");
    if (!passed || !failed || !undecided || !skipped) return std::nullopt;
    return Verdict{
        *failed == 0 && *passed > 0,
        fmt::format("Sign-off: {} checks passed, {} failed, {} undecided, {} skipped", count_text(*passed),
                    count_text(*failed), count_text(*undecided), count_text(*skipped)),
        {"verify__checks__passed__count", "verify__checks__failed__count", "verify__checks__undecided__count",
         "verify__checks__skipped__count"}};
}

std::string line(const std::string& label, const std::string& value, const std::string& rest) {
    std::string text = fmt::format("  {:<{}}{:>{}}", label, kLabelWidth, value, kValueWidth);
    if (!rest.empty()) text += " " + rest;
    return text + "\n";
}

// One line of a known metric, or nothing. `extra` stands after the unit.
std::string metric_line(const Metrics& metrics, const std::string& key, const std::string& extra = {}) {
    const Metric* metric = metrics.find(key);
    if (metric == nullptr) return {};
    std::string rest = unit_of(key, Medium::Terminal);
    if (!extra.empty()) rest += (rest.empty() ? "" : " ") + extra;
    return line(label_of(key), value_text(key, metric->value, Medium::Terminal), rest);
}

// "(+14.2 %)" relative to another metric.
std::string change(const Metrics& metrics, const std::string& key, const std::string& reference) {
    auto value = number_of(metrics, key);
    auto base = number_of(metrics, reference);
    if (!value || !base || *base == 0) return {};
    return fmt::format("({:+.1f} % against float32)", 100 * (*value / *base - 1));
}

std::string section(const std::string& title, const std::string& lines) {
    return lines.empty() ? "" : title + "\n" + lines;
}

std::string quality_lines(const Metrics& metrics) {
    std::string lines = metric_line(metrics, "model__ppl__float");
    lines += metric_line(metrics, "model__ppl__quantized",
                         change(metrics, "model__ppl__quantized", "model__ppl__float"));
    lines += metric_line(metrics, "model__ppl__datapath",
                         change(metrics, "model__ppl__datapath", "model__ppl__float"));
    if (!lines.empty()) lines += kDatapathScopeLines;
    std::string of_tiles;
    if (auto tiles = number_of(metrics, "axe__tiles__count")) of_tiles = "of " + count_text(*tiles);
    return lines + metric_line(metrics, "axe__tiles__constrained__count", of_tiles);
}

std::string width_line(const Metrics& metrics, const std::string& label, const std::string& which) {
    auto needed = number_of(metrics, "bound__" + which + "__bits");
    auto configured = number_of(metrics, "datapath__" + which + "__bits");
    if (!needed && !configured) return {};
    std::string rest = needed && configured ? fmt::format("of {} bits configured", *configured) : "bits";
    if (!needed) rest += " configured (not certified)";
    const Metric* headroom = metrics.find("bound__" + which + "__headroom__ratio");
    if (headroom != nullptr)
        rest += ", headroom " + value_text(headroom->key, headroom->value, Medium::Terminal);
    return line(label, fmt::format("{}", needed ? *needed : *configured), rest);
}

std::string silicon_lines(const Metrics& metrics) {
    std::string frequency;
    if (auto mhz = number_of(metrics, "timing__fmax__mhz"))
        frequency = fmt::format("({} MHz)", number_text(*mhz, Medium::Terminal));
    return metric_line(metrics, "synth__area__um2") +
           metric_line(metrics, "timing__period__min_ns", frequency) +
           metric_line(metrics, "power__total__mw") + metric_line(metrics, "energy__per_mac__pj");
}

}  // namespace

std::vector<Verdict> verdicts(const Metrics& metrics) {
    std::vector<Verdict> found;
    for (auto verdict : {certificate_verdict(metrics), equality_verdict(metrics), overflow_verdict(metrics),
                         equivalence_verdict(metrics), signoff_verdict(metrics)})
        if (verdict) found.push_back(*verdict);
    return found;
}

std::string summary_text(const Metrics& metrics) {
    std::string text = section("Model", quality_lines(metrics));
    text += section("Certificate", width_line(metrics, "inner accumulator needs (P_I)", "inner") +
                                       width_line(metrics, "outer accumulator needs (P_O)", "outer"));
    text += section("Co-simulation", metric_line(metrics, "cosim__outputs__count") +
                                         metric_line(metrics, "cosim__mismatches__count") +
                                         metric_line(metrics, "cosim__overflows__count"));
    text += section("Silicon", silicon_lines(metrics));
    std::string judged;
    for (const Verdict& verdict : verdicts(metrics))
        judged += fmt::format("  {} {}\n", verdict.good ? "[ ok ]" : "[FAIL]", verdict.text);
    return text + section("Verdict", judged);
}

}  // namespace macaw::reports
