// The sign-off table: what makes it fail, and how it is printed.
#include "reports/signoff/signoff_table.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace macaw;
using sim::CheckStatus;

reports::Signoff signoff_of(std::vector<CheckStatus> statuses) {
    reports::Signoff signoff;
    signoff.name = "small";
    signoff.configuration = "W4A8";
    for (CheckStatus status : statuses)
        signoff.checks.push_back(
            {"check " + std::to_string(signoff.checks.size()), "by hand", "a | b", status});
    return signoff;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signoff_table)

BOOST_AUTO_TEST_CASE(one_failed_check_fails_the_sign_off_and_is_named) {
    auto verdict = signoff_of({CheckStatus::Passed, CheckStatus::Failed, CheckStatus::Undecided}).verdict();

    BOOST_TEST_REQUIRE(!verdict.has_value());
    BOOST_TEST((verdict.error().kind == ErrorKind::CheckFailed));
    BOOST_TEST(verdict.error().message == "1 of 3 checks failed; the first: check 1: a | b");
}

BOOST_AUTO_TEST_CASE(undecided_and_skipped_checks_pass_only_beside_one_that_passed) {
    BOOST_TEST(signoff_of({CheckStatus::Passed, CheckStatus::Undecided, CheckStatus::Skipped})
                   .verdict()
                   .has_value());
    BOOST_TEST(!signoff_of({CheckStatus::Undecided, CheckStatus::Skipped}).verdict().has_value());
    BOOST_TEST(!signoff_of({}).verdict().has_value());
}

BOOST_AUTO_TEST_CASE(what_a_run_builds_on_must_have_passed_without_exception) {
    BOOST_TEST(signoff_of({CheckStatus::Passed, CheckStatus::Passed}).all_passed().has_value());
    BOOST_TEST(!signoff_of({}).all_passed().has_value());
    for (CheckStatus other : {CheckStatus::Failed, CheckStatus::Undecided, CheckStatus::Skipped}) {
        auto verdict = signoff_of({CheckStatus::Passed, other}).all_passed();
        BOOST_TEST_REQUIRE(!verdict.has_value());
        BOOST_TEST((verdict.error().kind == ErrorKind::CheckFailed));
    }
    BOOST_TEST(signoff_of({CheckStatus::Passed, CheckStatus::Skipped}).all_passed().error().message ==
               "1 of 2 checks did not pass; the first is skipped: check 1: a | b");
}

BOOST_AUTO_TEST_CASE(the_three_forms_show_every_check) {
    reports::Signoff signoff = signoff_of({CheckStatus::Passed, CheckStatus::Failed});

    BOOST_TEST(to_text(signoff) ==
               "small: W4A8\n  passed     check 0  a | b\n  FAILED     check 1  a | b\n"
               "1 passed, 1 FAILED, 0 undecided, 0 skipped\n");
    BOOST_TEST(to_markdown(signoff).find("| check 1 | by hand | a \\| b | FAILED |\n") != std::string::npos);
    BOOST_TEST(to_json(signoff)["checks"][1]["status"] == "FAILED");
}

BOOST_AUTO_TEST_SUITE_END()
