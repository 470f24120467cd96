#include "sim/formal/claim.hpp"

namespace macaw::sim {

void Claim::worsen(CheckStatus status, const std::string& what) {
    if (check_.line.status != CheckStatus::Failed) check_.line.status = status;
    problems_ += (problems_.empty() ? "" : "; ") + what;
}

void Claim::must_hold(const Proof& proof, const std::string& what) {
    check_.seconds += proof.seconds;
    if (proof.verdict == Verdict::Refuted) worsen(CheckStatus::Failed, what + ": counterexample");
    if (proof.verdict == Verdict::Undecided) worsen(CheckStatus::Undecided, what + ": " + proof.note);
}

void Claim::must_be_refuted(const Proof& proof, const std::string& what) {
    check_.seconds += proof.seconds;
    if (proof.verdict == Verdict::Proven)
        worsen(CheckStatus::Failed, "negative control not refuted: " + what);
    if (proof.verdict == Verdict::Undecided)
        worsen(CheckStatus::Undecided, "negative control, " + what + ": " + proof.note);
}

void Claim::must_be_true(bool holds, const std::string& what) {
    if (!holds) worsen(CheckStatus::Failed, what);
}

FormalCheck Claim::done(std::string figure) {
    check_.line.figure = problems_.empty() ? std::move(figure) : problems_;
    return std::move(check_);
}

}  // namespace macaw::sim
