// The claims of prove(), one function a line of the table.
#pragma once

#include "golden/datapath.hpp"
#include "hw/array/array_config.hpp"
#include "sim/formal/claim.hpp"
#include "sim/formal/overflow_chain.hpp"

namespace macaw::sim {

// What is signed off, and how the tools call themselves ("z3 4.8.12").
struct FormalSubject {
    golden::Datapath datapath;
    hw::ArrayConfig array;
    std::string yosys, z3;

    bool is_weight_stationary() const { return array.dataflow == hw::Dataflow::WeightStationary; }
    // Said where a proof is about a unit without the registers of its pipeline, or without operand gates as
    // well (single_element.hpp), which have claims of their own.
    std::string without_pipeline() const {
        return array.pipeline == hw::Pipeline::None ? "" : "; pipeline registers left out";
    }
    std::string without_pipeline_and_gates() const {
        return without_pipeline() + (array.gating == hw::Gating::None ? "" : "; operand gates left out");
    }
};

Expected<FormalCheck> check_inner_overflow(const FormalSubject& subject, const Prover& prover,
                                           golden::BitWidth inner_bits);
Expected<FormalCheck> check_lane_lemma(const FormalSubject& subject, const Prover& prover);
// `lemmas` are the lines that the chain rests on.
FormalCheck check_chain(const FormalSubject& subject, const Chain& chain,
                        const std::vector<FormalCheck>& lemmas);

Expected<FormalCheck> check_range_checks(const FormalSubject& subject, const Prover& prover);
Expected<FormalCheck> check_processing_element(const FormalSubject& subject, const Prover& prover,
                                               golden::OverflowMode inner, golden::OverflowMode outer);

// Of a weight-stationary array.
Expected<FormalCheck> check_column_overflow(const FormalSubject& subject, const Prover& prover,
                                            golden::BitWidth inner_bits);
Expected<FormalCheck> check_systolic_element(const FormalSubject& subject, const Prover& prover,
                                             golden::OverflowMode inner, golden::OverflowMode outer);
// Of one with operand gating.
Expected<FormalCheck> check_gated_element(const FormalSubject& subject, const Prover& prover);
Expected<FormalCheck> check_gated_array(const FormalSubject& subject, const Prover& prover);

Expected<FormalCheck> check_words(const FormalSubject& subject, const Prover& prover);
Expected<FormalCheck> check_stability(const FormalSubject& subject, const Prover& prover);
Expected<FormalCheck> check_ready_path(const FormalSubject& subject, const Prover& prover);
Expected<FormalCheck> check_control_faults(const FormalSubject& subject, const Prover& prover);

FormalCheck check_products(const FormalSubject& subject);
FormalCheck check_tree(const FormalSubject& subject);
FormalCheck check_behavioural_sum(const FormalSubject& subject);
Expected<FormalCheck> check_final_adder(const FormalSubject& subject, const Prover& prover);
Expected<FormalCheck> check_small_unit(const FormalSubject& subject, const Prover& prover);
// Of an output-stationary array with operand gating.
Expected<FormalCheck> check_operand_gate(const FormalSubject& subject, const Prover& prover);

}  // namespace macaw::sim
