// One line of the formal part of a sign-off: proofs that must hold and negative controls that must be refuted
// make its status together.
#pragma once

#include <string>

#include "sim/formal/prover.hpp"
#include "sim/signoff/check.hpp"

namespace macaw::sim {

struct FormalCheck {
    std::string key;  // of its metric
    SignoffCheck line;
    double seconds = 0;  // of all its solver runs
};

class Claim {
  public:
    Claim(std::string key, std::string name, std::string method) {
        check_.key = std::move(key);
        check_.line = {std::move(name), std::move(method), {}, CheckStatus::Passed};
    }

    // Not proven: `what` is said, and the claim is undecided or has failed.
    void must_hold(const Proof& proof, const std::string& what);
    // A negative control, which the prover must refute.
    void must_be_refuted(const Proof& proof, const std::string& what);
    // Something that was computed here.
    void must_be_true(bool holds, const std::string& what);
    void add_seconds(double seconds) { check_.seconds += seconds; }

    // What is said where all is well; else what went wrong.
    FormalCheck done(std::string figure);

  private:
    void worsen(CheckStatus status, const std::string& what);
    FormalCheck check_;
    std::string problems_;
};

}  // namespace macaw::sim
