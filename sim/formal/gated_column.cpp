#include "sim/formal/gated_column.hpp"

#include <fmt/format.h>

#include "embedded/sim_templates.hpp"
#include "hw/array/generate_array.hpp"
#include "hw/array/processing_element.hpp"
#include "hw/array/weight_stationary_element.hpp"
#include "sim/formal/single_element.hpp"

namespace macaw::sim {

namespace {

constexpr const char* kElement = "macaw_systolic_pe";
constexpr const char* kArray = "macaw_array";

hw::ArrayConfig with_gating(hw::ArrayConfig array, hw::Gating gating) {
    array.gating = gating;
    return array;
}

// The element alone, with the configured pipeline.
struct Element {
    rtl::Design design;
    rtl::Module* module = nullptr;
};
Element element(const golden::Datapath& datapath, const hw::ArrayConfig& array, hw::Gating gating) {
    hw::ArrayConfig one = with_gating(single_element(datapath, array, 1), gating);
    one.pipeline = array.pipeline;
    Element made;
    made.module = hw::add_systolic_element(made.design, datapath, one).module;
    made.design.drop_unused_modules();
    return made;
}

constexpr const char* kProduct = "u_dot_product";

std::vector<std::string> operands(hw::Gating gating) {
    std::vector<std::string> names = {"activation", "weight"};
    if (gating != hw::Gating::None) names.emplace_back("nonzero");
    return names;
}

const rtl::Expression& operand(const Element& element, const std::string& name) {
    for (const rtl::Instance& instance : element.module->instances())
        for (const rtl::Connection& connection : instance.connections)
            if (instance.name == kProduct && connection.port == name + "_i") return connection.value;
    throw std::logic_error("no operand " + name);
}

// What the product gets is brought out by ports operand_<name>_o.
void observe_operands(Element& element, hw::Gating gating) {
    for (const std::string& name : operands(gating))
        element.module->output("operand_" + name + "_o", operand(element, name), "seen by the property");
    observe(*element.module, {"shadow"});
}

// The product gets its operands from ports cut_<name>_i instead.
void cut_operands(Element& element, hw::Gating gating) {
    for (const std::string& name : operands(gating)) {
        rtl::Expression cut = element.module->input("cut_" + name + "_i", operand(element, name).type());
        element.design.reconnect(kElement, kProduct, name + "_i", cut);
    }
}

// Both designs in one property, the one without gates under other names.
Property property_of_both(const rtl::Design& gated, rtl::Design plain, const PropertyText& text) {
    plain.prefix_names("plain_");
    Property property = property_of(gated, text);
    std::vector<rtl::SourceFile> sources = rtl::print_design(plain, "macaw prove");
    property.sources.insert(property.sources.begin(), sources.begin(), sources.end());
    return property;
}

PropertyText text_of_element(const golden::Datapath& datapath, int assertions) {
    PropertyText text;
    text.parameters = {{"N", datapath.activation_bits.bits()}, {"M", datapath.weight_bits.bits()}};
    if (hw::has_flag(datapath.inner_overflow)) text.defines.emplace_back("INNER_FLAGS");
    text.assertions = assertions;
    return text;
}

}  // namespace

Property gated_flow_property(const golden::Datapath& datapath, const hw::ArrayConfig& array, bool misses_one,
                             const Fault& fault) {
    Element gated = element(datapath, array, hw::Gating::ZeroOperand),
            plain = element(datapath, array, hw::Gating::None);
    if (fault) fault(gated.design);
    observe_operands(gated, hw::Gating::ZeroOperand);
    observe_operands(plain, hw::Gating::None);
    PropertyText text = text_of_element(datapath, 5);
    text.top = "macaw_gated_flow_proof";
    text.body = embedded::sim_gated_flow_proof_svh;
    text.parameters.emplace_back("MISSES_ONE", misses_one);
    return property_of_both(gated.design, std::move(plain.design), text);
}

Property gated_sums_property(const golden::Datapath& datapath, const hw::ArrayConfig& array, bool counts,
                             const Fault& fault) {
    Element gated = element(datapath, array, hw::Gating::ZeroOperand),
            plain = element(datapath, array, hw::Gating::None);
    cut_operands(gated, hw::Gating::ZeroOperand);
    cut_operands(plain, hw::Gating::None);
    if (fault) fault(gated.design);
    PropertyText text = text_of_element(datapath, hw::has_flag(datapath.inner_overflow) ? 2 : 1);
    text.top = "macaw_gated_sums_proof";
    text.body = embedded::sim_gated_sums_proof_svh;
    text.parameters.insert(
        text.parameters.end(),
        {{"P", datapath.inner_bits.bits()}, {"STAGES", hw::extra_stages(array.pipeline)}, {"CASE", counts}});
    return property_of_both(gated.design, std::move(plain.design), text);
}

int cycles_of_gated_sums(const hw::ArrayConfig& array) {
    return hw::extra_stages(array.pipeline) + 2;
}

namespace {

const rtl::SignalInfo* signal_named(const rtl::Module& module, const std::string& name) {
    const int found = module.find(name);
    return found < 0 ? nullptr : &module.signals()[static_cast<std::size_t>(found)];
}

// What a signal is and gets, as text.
std::string text_of(const rtl::SignalInfo& signal) {
    std::string text = fmt::format("{} {}", static_cast<int>(signal.kind), to_string(signal.type));
    for (const rtl::Expression& driver : signal.drivers) text += " = " + rtl::print_expression(driver);
    if (signal.reset) text += ", reset " + rtl::print_expression(*signal.reset);
    return text + fmt::format(", {} instances", signal.instance_drivers);
}

bool is_flag(const std::string& port) {
    return port == "nonzero_i" || port == "nonzero_o";
}

std::string text_of(const rtl::Instance& instance, bool with_flags) {
    std::string text = instance.module->name() + " " + instance.name;
    for (const rtl::Connection& connection : instance.connections)
        if (with_flags || !is_flag(connection.port))
            text += fmt::format(", {} {}", connection.port, rtl::print_expression(connection.value));
    return text;
}

// A signal of `plain` that is made in another way in `gated`, or an instance.
std::string difference(const rtl::Module& gated, const rtl::Module& plain) {
    for (const rtl::SignalInfo& signal : plain.signals()) {
        if (signal.name.starts_with("unused_")) continue;  // flags are dropped behind the last column
        const rtl::SignalInfo* other = signal_named(gated, signal.name);
        if (other == nullptr || text_of(*other) != text_of(signal))
            return fmt::format("{}.{} differs", plain.name(), signal.name);
    }
    if (gated.instances().size() != plain.instances().size()) return plain.name() + " has other instances";
    for (std::size_t i = 0; i < plain.instances().size(); ++i)
        if (text_of(gated.instances()[i], false) != text_of(plain.instances()[i], true))
            return fmt::format("{}.{} differs", plain.name(), plain.instances()[i].name);
    return {};
}

// The same of a module and all that it is made of, but for the element, which has proofs.
std::string difference_below(const rtl::Design& gated, const rtl::Module& plain) {
    if (plain.name() == kElement) return {};
    const rtl::Module* other = gated.find(plain.name());
    if (other == nullptr) return "no " + plain.name();
    std::string found = difference(*other, plain);
    for (const rtl::Instance& instance : plain.instances()) {
        if (!found.empty()) break;
        found = difference_below(gated, *instance.module);
    }
    return found;
}

std::string connected(const rtl::Instance& instance, const char* port) {
    for (const rtl::Connection& connection : instance.connections)
        if (connection.port == port) return rtl::print_expression(connection.value);
    return {};
}

// The flag that says of `activation` that it is not 0: one that leaves the element which the activation
// leaves, or one that looks at it.
bool belongs(const rtl::Module& array, const std::string& flag, const rtl::Expression& activation) {
    for (const rtl::Instance& instance : array.instances())
        if (connected(instance, "activation_o") == rtl::print_expression(activation))
            return connected(instance, "nonzero_o") == flag;
    const rtl::SignalInfo* signal = signal_named(array, flag);
    return signal != nullptr && signal->drivers.size() == 1 &&
           rtl::print_expression(signal->drivers.front()) == rtl::print_expression(rtl::any_bit(activation));
}

// An element whose flag is not that of its activation.
std::string lost_flag(const rtl::Module& array) {
    for (const rtl::Instance& instance : array.instances()) {
        if (instance.module->name() != kElement) continue;
        for (const rtl::Connection& connection : instance.connections)
            if (connection.port == "activation_i" &&
                !belongs(array, connected(instance, "nonzero_i"), connection.value))
                return fmt::format("{}.{} has the flag of another activation", array.name(), instance.name);
    }
    return {};
}

}  // namespace

Expected<std::string> gated_wiring_difference(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                              const Fault& fault) {
    MACAW_TRY(rtl::Design gated, hw::generate_array(datapath, with_gating(array, hw::Gating::ZeroOperand)));
    MACAW_TRY(rtl::Design plain, hw::generate_array(datapath, with_gating(array, hw::Gating::None)));
    if (fault) fault(gated);
    if (std::string found = difference_below(gated, *plain.find(kArray)); !found.empty()) return found;
    return lost_flag(*gated.find(kArray));
}

Expected<Property> gated_array_property(const golden::Datapath& datapath, const hw::ArrayConfig& array,
                                        const Fault& fault) {
    constexpr int kWordBits = 2, kSumBits = 3, kSide = 2;
    golden::Datapath small = datapath;
    small.tile = kSide;
    small.activation_bits = small.weight_bits = golden::BitWidth(kWordBits);
    small.inner_bits = small.outer_bits = golden::BitWidth(kSumBits);
    small.inner_overflow = small.outer_overflow = golden::OverflowMode::Wrap;
    hw::ArrayConfig few = array;
    few.arithmetic = hw::Arithmetic::Behavioural;  // products have the claims above
    few.columns = kSide;
    few.rows = std::min(array.rows, kSide);
    MACAW_TRY(rtl::Design gated, hw::generate_array(small, with_gating(few, hw::Gating::ZeroOperand)));
    MACAW_TRY(rtl::Design plain, hw::generate_array(small, with_gating(few, hw::Gating::None)));
    if (fault) fault(gated);
    return property_of_both(
        gated, std::move(plain),
        {"macaw_gated_array_proof",
         embedded::sim_gated_array_proof_svh,
         {{"TILE", kSide}, {"COLUMNS", kSide}, {"N", kWordBits}, {"M", kWordBits}, {"P", kSumBits}},
         {},
         3});
}

void invert_flag(rtl::Design& design) {
    design.invert_bit(kElement, "nonzero_q", 0);
}

Fault stuck_mask(bool counts) {
    return [counts](rtl::Design& design) {
        design.reconnect(kElement, kProduct, "nonzero_i",
                         rtl::constant(rtl::unsigned_type(1), counts ? 1 : 0));
    };
}

void invert_first_flag(rtl::Design& design) {
    design.invert_bit(kArray, "nonzero_0", 0);
}

void misplace_flag(rtl::Design& design) {
    const rtl::Module& array = *design.find(kArray);
    design.reconnect(kArray, "u_pe_r0_c1", "nonzero_i", array.reference(array.find("nonzero_r1_c0")));
}

}  // namespace macaw::sim
