// The summary on the terminal and the verdicts.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "reports/html/summary.hpp"

using namespace macaw;
using namespace macaw::reports;

BOOST_AUTO_TEST_SUITE(report_summary)

namespace {

Metrics certified(int needed, int configured) {
    Metrics metrics;
    metrics.add("bound__inner__bits", needed, "");
    metrics.add("datapath__inner__bits", configured, "");
    metrics.add("bound__outer__bits", 18, "");
    metrics.add("datapath__outer__bits", 19, "");
    return metrics;
}

Metrics simulated(int outputs, int mismatches, int overflows) {
    Metrics metrics;
    metrics.add("cosim__outputs__count", outputs, "");
    metrics.add("cosim__mismatches__count", mismatches, "");
    metrics.add("cosim__overflows__count", overflows, "");
    return metrics;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_certificate_within_the_configured_widths_is_good_and_one_bit_more_is_bad) {
    BOOST_TEST(verdicts(certified(15, 15)).at(0).good);
    BOOST_TEST(!verdicts(certified(16, 15)).at(0).good);
    BOOST_TEST(verdicts(certified(16, 15)).at(0).text.find("An input can overflow") == 0u);
}

BOOST_AUTO_TEST_CASE(a_single_mismatch_or_overflow_or_an_empty_comparison_is_bad) {
    auto all_good = [](const Metrics& metrics) {
        return std::ranges::all_of(verdicts(metrics), &Verdict::good);
    };
    BOOST_TEST(all_good(simulated(1000, 0, 0)));
    BOOST_TEST(!all_good(simulated(1000, 1, 0)));
    BOOST_TEST(!all_good(simulated(1000, 0, 1)));
    BOOST_TEST(!all_good(simulated(0, 0, 0)));
}

BOOST_AUTO_TEST_CASE(two_forms_are_equal_only_where_every_claim_is_proven) {
    auto equivalence = [](int claims, int proven) {
        Metrics metrics;
        metrics.add("equivalence__claims__count", claims, "");
        metrics.add("equivalence__proven__count", proven, "");
        return verdicts(metrics).at(0);
    };
    BOOST_TEST(equivalence(4, 4).good);
    BOOST_TEST(!equivalence(4, 3).good);
    BOOST_TEST(!equivalence(0, 0).good);
}

BOOST_AUTO_TEST_CASE(a_verdict_needs_all_of_its_figures) {
    Metrics metrics;
    metrics.add("bound__inner__bits", 15, "");
    metrics.add("cosim__outputs__count", 5, "");
    BOOST_TEST(verdicts(metrics).empty());
}

BOOST_AUTO_TEST_CASE(figures_that_no_step_gave_are_left_out) {
    BOOST_TEST(summary_text({}) == "");
    Metrics metrics;
    metrics.add("synth__area__um2", 1234567.0, "");
    BOOST_TEST(summary_text(metrics) == "Silicon\n  area                                   1 234 567 um2\n");
}

BOOST_AUTO_TEST_CASE(a_perplexity_is_never_printed_without_what_the_datapath_covers) {
    Metrics metrics;
    metrics.add("model__ppl__float", 27.905, "");
    metrics.add("model__ppl__datapath", 31.86, "");
    const std::string text = summary_text(metrics);
    BOOST_TEST(text.find("LM head in float") != std::string::npos);
    BOOST_TEST(text.find("31.86 (+14.2 % against float32)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failed_verdict_stands_out_in_the_summary) {
    BOOST_TEST(summary_text(simulated(1000, 3, 0)).find("[FAIL] 3 of 1000 outputs") != std::string::npos);
    BOOST_TEST(summary_text(certified(14, 15)).find("14 of 15 bits configured") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_summary_is_plain_ascii_in_short_lines) {
    Metrics metrics = certified(15, 15);
    metrics.append(simulated(7864320, 0, 0));
    metrics.add("bound__inner__headroom__ratio", 0.031, "");
    const std::string text = summary_text(metrics);
    BOOST_TEST(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find('\n', at);
        BOOST_TEST(end - at <= 110u);
        at = end + 1;
    }
}

BOOST_AUTO_TEST_CASE(a_sign_off_is_good_only_if_something_passed_and_nothing_failed) {
    auto checks = [](int passed, int failed) {
        Metrics metrics;
        metrics.add("verify__checks__passed__count", passed, "macaw verify");
        metrics.add("verify__checks__failed__count", failed, "macaw verify");
        metrics.add("verify__checks__undecided__count", 1, "macaw verify");
        metrics.add("verify__checks__skipped__count", 2, "macaw verify");
        return metrics;
    };
    auto signoff = [&](int passed, int failed) {
        Metrics metrics = checks(passed, failed);
        metrics.add("verify__simulation__model_outputs__count", 100, "macaw verify");
        return verdicts(metrics).at(0);
    };
    BOOST_TEST(verdicts(checks(9, 0)).empty());  // of proofs alone
    BOOST_TEST(signoff(9, 0).good);
    BOOST_TEST(signoff(9, 0).text == "Sign-off: 9 checks passed, 0 failed, 1 undecided, 2 skipped");
    BOOST_TEST(!signoff(9, 1).good);
    BOOST_TEST(!signoff(0, 0).good);
}

BOOST_AUTO_TEST_SUITE_END()
