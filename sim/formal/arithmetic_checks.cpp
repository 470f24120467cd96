// Lines of the sign-off about the dot product unit.
#include <chrono>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "hw/arith/structural_stages.hpp"
#include "hw/array/processing_element.hpp"
#include "sim/formal/behavioural_unit.hpp"
#include "sim/formal/dot_product_proof.hpp"
#include "sim/formal/exhaustive.hpp"
#include "sim/formal/formal_checks.hpp"
#include "sim/formal/lane_terms.hpp"

namespace macaw::sim {

namespace {

// Measures the time of what runs here.
class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

hw::DotProductShape shape_of(const FormalSubject& subject) {
    hw::DotProductShape shape = hw::inner_shape(subject.datapath, subject.array);
    shape.masks_products = false;  // check_small_unit looks at the masks
    return shape;
}

hw::StructuralForm resolved(hw::StructuralForm form) {
    form.accumulation = hw::Accumulation::Resolved;
    return form;
}

// The multiplier of a unit of one lane, or of a pipeline's first stage.
struct ProductUnit {
    rtl::Design design;
    std::string output = "sum_o";
    int bits = 0;
};

ProductUnit product_unit(const FormalSubject& subject, bool staged) {
    const hw::DotProductShape shape = one_lane_of(shape_of(subject));
    ProductUnit unit;
    unit.bits = shape.accumulator_bits.bits();
    if (staged) {
        const hw::AdderCells cells = hw::add_adder_cells(unit.design);
        unit.bits = hw::add_multiplier(unit.design, cells, shape, resolved(subject.array.form)).product_bits;
        unit.output = "product_o";
    } else {
        hw::StructuralForm form = resolved(subject.array.form);
        add_heap(unit.design, shape, form);
    }
    return unit;
}

// The first partial product of the module on top.
std::string first_partial_product(const rtl::Design& design) {
    for (const rtl::SignalInfo& signal : design.top().signals())
        if (signal.name.starts_with("product_") && signal.kind == rtl::SignalKind::Wire) return signal.name;
    throw std::logic_error("no partial product");
}

}  // namespace

FormalCheck check_products(const FormalSubject& subject) {
    const hw::DotProductShape shape = one_lane_of(shape_of(subject));
    const int n = shape.activation_bits.bits(), m = shape.weight_bits.bits();
    Claim claim("products", "Structural products equal *, and so do the behavioural ones",
                "all inputs of one lane, in the C++ models of the RTL");
    Stopwatch watch;
    claim.must_be_true(adder_cells_add(), "an adder cell does not add");
    const bool staged = hw::registers_products(subject.array.pipeline);
    ProductUnit unit = product_unit(subject, staged);
    const std::int64_t wrong = count_wrong_products(unit.design, shape, unit.bits, unit.output);
    claim.must_be_true(wrong == 0, fmt::format("{} structural products are wrong", wrong));
    const std::int64_t wrong_behavioural = count_wrong_multiplications(shape);
    claim.must_be_true(wrong_behavioural == 0,
                       fmt::format("{} behavioural products are wrong", wrong_behavioural));
    ProductUnit broken = product_unit(subject, staged);
    const std::string fault = first_partial_product(broken.design);
    broken.design.invert_bit(broken.design.top().name(), fault, 0);
    const std::int64_t found = count_wrong_products(broken.design, shape, broken.bits, broken.output);
    claim.must_be_true(found > 0, "negative control: " + fault + " inverted changes nothing");
    claim.add_seconds(watch.seconds());
    return claim.done(
        fmt::format("{} x {} bits, 2^{} = {} inputs, 0 wrong modulo 2^{}; {} inverted: {} wrong", n, m, n + m,
                    std::int64_t{1} << (n + m), unit.bits, fault, found));
}

FormalCheck check_tree(const FormalSubject& subject) {
    const hw::DotProductShape shape = shape_of(subject);
    hw::StructuralForm form = subject.array.form;
    if (shape.overflow != golden::OverflowMode::Wrap) form = resolved(form);
    const int width = hw::sum_bits(shape);
    Claim claim("tree", "Structural tree sums the accumulator and every lane's product",
                "elimination of weighted sums, adder by adder, modulo 2^W");
    Stopwatch watch;
    std::size_t terms = 0;
    try {
        const LinearForm expected = specification(shape, form);
        terms = expected.coefficients.size();
        claim.must_be_true(heap_of(shape, form) == expected, "the tree sums something else");
        const std::string difference = lane_difference(shape, form);
        claim.must_be_true(difference.empty(), difference);
        // A carry that is lost must be noticed.
        rtl::Design broken;
        add_heap(broken, shape, form);
        broken.invert_bit("macaw_dot_product", "row_a", 0);
        bool noticed = true;
        try {
            noticed = !(sum_of_bit_heap(*broken.find("macaw_dot_product"), width) == expected);
        } catch (const std::runtime_error&) {
        }
        claim.must_be_true(noticed, "negative control: row_a[0] inverted changes nothing");
    } catch (const std::runtime_error& problem) {
        claim.must_be_true(false, problem.what());
    }
    claim.add_seconds(watch.seconds());
    return claim.done(fmt::format("{} lanes, {} bits of the heap, W = {}; row_a[0] inverted: noticed{}",
                                  shape.lanes, terms, width, subject.without_pipeline_and_gates()));
}

FormalCheck check_behavioural_sum(const FormalSubject& subject) {
    const hw::DotProductShape shape = shape_of(subject);
    Claim claim("behavioural_sum", "Behavioural unit sums the accumulator and every lane's product",
                "read off the graph that is printed");
    Stopwatch watch;
    const std::string difference = behavioural_difference(shape);
    claim.must_be_true(difference.empty(), difference);
    // Read as a unit of one lane more, it lacks a product.
    hw::DotProductShape more = shape;
    ++more.lanes;
    rtl::Design design;
    const rtl::Module& module = *hw::add_behavioural_dot_product(design, shape).module;
    claim.must_be_true(!behavioural_difference(module, more).empty(),
                       "negative control: a product that lacks is not missed");
    claim.add_seconds(watch.seconds());
    return claim.done(
        fmt::format("{} products and the accumulator, each once, modulo 2^{}; one that lacks: noticed{}",
                    shape.lanes, hw::sum_bits(shape), subject.without_pipeline_and_gates()));
}

Expected<FormalCheck> check_final_adder(const FormalSubject& subject, const Prover& prover) {
    const int width = hw::sum_bits(shape_of(subject));
    Claim claim("final_adder", "Structural final adder equals +", fmt::format("SAT ({})", subject.yosys));
    if (subject.array.form.adder == hw::FinalAdder::Operator) {
        FormalCheck check = claim.done("it is +");
        check.line.status = CheckStatus::Skipped;
        return check;
    }
    MACAW_TRY(Proof proof, prover.all_inputs("final_adder", adder_property(subject.array.form.adder, width)));
    claim.must_hold(proof, "the sum of two rows");
    MACAW_TRY(Proof control,
              prover.all_inputs("final_adder_control",
                                adder_property(subject.array.form.adder, width, [](rtl::Design& design) {
                                    design.invert_bit("macaw_adder", "sum_o", 0);
                                })));
    claim.must_be_refuted(control, "its lowest bit inverted");
    return claim.done(fmt::format("{} bits, all inputs; its lowest bit inverted: counterexample", width));
}

Expected<FormalCheck> check_operand_gate(const FormalSubject& subject, const Prover& prover) {
    const hw::DotProductShape shape = shape_of(subject);
    Claim claim("operand_gate", "Operand gates hold while an operand is 0, and say so",
                fmt::format("induction on macaw_operand_gate ({}, {})", subject.yosys, subject.z3));
    MACAW_TRY(Proof proof, prover.induction("operand_gate", operand_gate_property(shape), 1));
    claim.must_hold(proof, "the operands are those of plain registers, or one of these is 0");
    MACAW_TRY(Proof control, prover.search("operand_gate_control",
                                           operand_gate_property(shape,
                                                                 [](rtl::Design& design) {
                                                                     design.invert_bit("macaw_operand_gate",
                                                                                       "nonzero", 0);
                                                                 }),
                                           4));
    claim.must_be_refuted(control, "a gate that takes zeros instead");
    return claim.done(
        fmt::format("{} and {} bits, any beats at any time; one that takes zeros: counterexample",
                    shape.activation_bits.bits(), shape.weight_bits.bits()));
}

Expected<FormalCheck> check_small_unit(const FormalSubject& subject, const Prover& prover) {
    Claim claim("small_unit",
                "Small dot product units equal * and + as Yosys reads them, with their pipeline",
                fmt::format("{}, {}", subject.yosys, subject.z3));
    int proofs = 0;
    for (hw::Arithmetic arithmetic : {hw::Arithmetic::Behavioural, hw::Arithmetic::Structural})
        for (int bits : {4, 8}) {  // narrower than a product, and wider
            hw::ArrayConfig array = hw::array_for(subject.datapath, subject.array);
            array.arithmetic = arithmetic;
            auto shape = small_shape(subject.datapath, array.lanes, golden::BitWidth(bits));
            shape.masks_products = array.gating == hw::Gating::ZeroOperand;
            for (int slack : {0, 1}) {
                const std::string name =
                    fmt::format("small_unit_{}_{}{}",
                                arithmetic == hw::Arithmetic::Structural ? "structural" : "behavioural", bits,
                                slack == 0 ? "" : "_control");
                MACAW_TRY(Proof proof,
                          prover.within(name, dot_product_property(shape, array, slack), cycles_of(array)));
                if (slack == 0)
                    claim.must_hold(proof, name);
                else
                    claim.must_be_refuted(proof, name);
            }
            ++proofs;
        }
    const auto shape = small_shape(subject.datapath, subject.array.lanes, golden::BitWidth(8));
    return claim.done(fmt::format(
        "{} units of {} lanes{}, {} x {} bits, {} pipeline stages; a reference that is one more: "
        "counterexample",
        proofs, shape.lanes, subject.array.gating == hw::Gating::None ? "" : " with any masks",
        shape.activation_bits.bits(), shape.weight_bits.bits(), hw::extra_stages(subject.array.pipeline)));
}

}  // namespace macaw::sim
