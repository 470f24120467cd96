// See random_configuration.hpp.
#include "hw/array/random_configuration.hpp"

#include <algorithm>

namespace macaw::hw {

namespace {

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

class Simpler {
  public:
    explicit Simpler(const RandomConfiguration& from) : from_(from) {}

    std::vector<RandomConfiguration> run() {
        simplify_array();
        simplify_sizes();
        simplify_datapath();
        return std::move(found_);
    }

  private:
    using Bits = golden::BitWidth;

    // Keeps the configuration that `change` makes of ours where it is legal and another one.
    template <typename Change>
    void add(Change change) {
        RandomConfiguration next = from_;
        change(next.datapath, next.array);
        next.datapath.products_per_check = next.array.lanes;
        if (next == from_ || !golden::validate(next.datapath).empty() ||
            !validate(next.array, next.datapath).empty())
            return;
        found_.push_back(std::move(next));
    }

    void simplify_array() {
        add([](auto&, ArrayConfig& a) { a.dataflow = Dataflow::OutputStationary; });
        add([](auto&, ArrayConfig& a) { a.pipeline = Pipeline::None; });
        add([](auto&, ArrayConfig& a) { a.gating = Gating::None; });
        add([](auto&, ArrayConfig& a) {
            a.arithmetic = Arithmetic::Behavioural;
            a.form = {};
        });
        add([](auto&, ArrayConfig& a) { a.form.multiplier = StructuralForm{}.multiplier; });
        add([](auto&, ArrayConfig& a) { a.form.reduction = StructuralForm{}.reduction; });
        add([](auto&, ArrayConfig& a) { a.form.adder = StructuralForm{}.adder; });
        add([](auto&, ArrayConfig& a) { a.form.accumulation = StructuralForm{}.accumulation; });
    }

    // To 1, to the half, by one.
    template <typename Set>
    void shorten(int value, Set set) {
        for (int next : {1, value / 2, value - 1})
            if (next >= 1 && next < value) add([&](golden::Datapath& d, ArrayConfig& a) { set(d, a, next); });
    }

    void simplify_sizes() {
        shorten(from_.array.rows, [](auto&, ArrayConfig& a, int rows) { a.rows = rows; });
        shorten(from_.array.columns, [](auto&, ArrayConfig& a, int columns) { a.columns = columns; });
        const int beats = from_.datapath.tile / from_.array.lanes;
        shorten(from_.array.lanes, [&](golden::Datapath& d, ArrayConfig& a, int lanes) {
            a.lanes = lanes;
            d.tile = beats * lanes;
        });
        shorten(beats, [&](golden::Datapath& d, ArrayConfig& a, int fewer) { d.tile = fewer * a.lanes; });
    }

    void simplify_datapath() {
        const golden::Datapath& d = from_.datapath;
        add([](golden::Datapath& n, auto&) { n.inner_overflow = golden::OverflowMode::Wrap; });
        add([](golden::Datapath& n, auto&) { n.outer_overflow = golden::OverflowMode::Wrap; });
        // Trap is wrap with flags; saturate is the most.
        if (d.inner_overflow == golden::OverflowMode::Saturate)
            add([](golden::Datapath& n, auto&) { n.inner_overflow = golden::OverflowMode::Trap; });
        if (d.outer_overflow == golden::OverflowMode::Saturate)
            add([](golden::Datapath& n, auto&) { n.outer_overflow = golden::OverflowMode::Trap; });
        add([](golden::Datapath& n, auto&) { n.weight_signedness = golden::Signedness::Signed; });
        add([](golden::Datapath& n, auto&) { n.activation_signedness = golden::Signedness::Signed; });
        for (int step : {4, 1}) {
            narrow(d.weight_bits, 2, step, [](golden::Datapath& n, Bits bits) { n.weight_bits = bits; });
            narrow(d.activation_bits, 2, step,
                   [](golden::Datapath& n, Bits bits) { n.activation_bits = bits; });
            narrow(d.outer_bits, d.inner_bits.bits(), step,
                   [](golden::Datapath& n, Bits bits) { n.outer_bits = bits; });
            narrow(d.inner_bits, 2, step, [&](golden::Datapath& n, Bits bits) {
                n.outer_bits = Bits(d.outer_bits.bits() - (d.inner_bits.bits() - bits.bits()));
                n.inner_bits = bits;
            });
        }
    }

    template <typename Set>
    void narrow(Bits bits, int least, int step, Set set) {
        if (bits.bits() - step >= least)
            add([&](golden::Datapath& next, auto&) { set(next, Bits(bits.bits() - step)); });
    }

    RandomConfiguration from_;
    std::vector<RandomConfiguration> found_;
};

}  // namespace

RandomConfiguration random_configuration(std::mt19937_64& random) {
    auto mode = [&] { return static_cast<golden::OverflowMode>(pick(random, 0, 2)); };
    RandomConfiguration configuration;
    golden::Datapath& datapath = configuration.datapath;
    ArrayConfig& array = configuration.array;
    array.rows = static_cast<int>(pick(random, 1, 3));
    array.columns = static_cast<int>(pick(random, 1, 3));
    array.lanes = static_cast<int>(pick(random, 1, 6));
    if (pick(random, 0, 2) == 0) {
        array.dataflow = Dataflow::WeightStationary;
        array.lanes = 1;
    }
    datapath.tile = array.lanes * static_cast<int>(pick(random, 1, array.lanes == 1 ? 8 : 4));
    datapath.products_per_check = array.lanes;
    datapath.weight_bits = golden::BitWidth(static_cast<int>(pick(random, 2, 8)));
    datapath.activation_bits =
        golden::BitWidth(static_cast<int>(pick(random, 2, pick(random, 0, 3) ? 8 : 16)));
    auto signedness = [&] {
        return pick(random, 0, 1) ? golden::Signedness::Signed : golden::Signedness::Unsigned;
    };
    datapath.activation_signedness = signedness();
    datapath.weight_signedness = signedness();
    // Around the width of a product: half of the configurations overflow all the time, some never.
    int product = datapath.weight_bits.bits() + datapath.activation_bits.bits();
    int inner = static_cast<int>(std::clamp<std::int64_t>(product + pick(random, -6, 5), 2, 32));
    datapath.inner_bits = golden::BitWidth(inner);
    datapath.outer_bits = golden::BitWidth(inner + static_cast<int>(pick(random, 0, 4)));
    datapath.inner_overflow = mode();
    datapath.outer_overflow = mode();
    array.arithmetic = pick(random, 0, 1) ? Arithmetic::Behavioural : Arithmetic::Structural;
    if (array.arithmetic == Arithmetic::Structural)
        array.form = {static_cast<Multiplier>(pick(random, 0, 1)), static_cast<Reduction>(pick(random, 0, 2)),
                      static_cast<FinalAdder>(pick(random, 0, 4)),
                      datapath.inner_overflow == golden::OverflowMode::Wrap &&
                              array.dataflow == Dataflow::OutputStationary
                          ? static_cast<Accumulation>(pick(random, 0, 1))
                          : Accumulation::Resolved};
    array.pipeline =
        static_cast<Pipeline>(pick(random, 0, array.dataflow == Dataflow::OutputStationary ? 3 : 1));
    array.gating = pick(random, 0, 2) == 0 ? Gating::ZeroOperand : Gating::None;
    if (array.dataflow == Dataflow::OutputStationary && array.pipeline == Pipeline::None &&
        array.gating == Gating::None && array.arithmetic == Arithmetic::Behavioural && pick(random, 0, 1))
        array.arithmetic = Arithmetic::Packed;
    return configuration;
}

std::vector<RandomConfiguration> simpler_configurations(const RandomConfiguration& from) {
    return Simpler(from).run();
}

}  // namespace macaw::hw
