// The requantizer in the C++ simulator against golden::requantize, with stalls on all its streams.
#include "hw/stream/requantizer.hpp"

#include <random>

#include "hw/rtl/simulator.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

using golden::BitWidth;

struct Row {
    std::vector<std::int64_t> values;  // [columns]
    bool last = false;
    bool operator==(const Row&) const = default;
};

struct Job {
    std::vector<std::vector<golden::ChannelScale>> scales;  // [groups][columns]
    std::vector<Row> rows;
    std::int64_t zero_point = 0;
};

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

std::int64_t pick_in(std::mt19937_64& random, golden::Range range) {
    if (pick(random, 0, 4) == 0) return pick(random, 0, 1) ? range.max : range.min;
    return pick(random, range.min, range.max);
}

RequantizerShape random_shape(std::mt19937_64& random) {
    RequantizerShape shape;
    shape.columns = static_cast<int>(pick(random, 1, 4));
    shape.outer_bits = BitWidth(static_cast<int>(pick(random, 2, 32)));
    golden::Requantization& r = shape.requantization;
    r.bias_bits = BitWidth(static_cast<int>(pick(random, 1, 28)));
    r.multiplier_bits = BitWidth(static_cast<int>(pick(random, 1, 24)));
    r.largest_shift = (1 << pick(random, 1, 5)) - 1;
    r.rounding = pick(random, 0, 1) ? golden::Rounding::HalfUp : golden::Rounding::HalfEven;
    r.output_bits = BitWidth(static_cast<int>(pick(random, 1, 16)));
    r.output_signedness = pick(random, 0, 1) ? golden::Signedness::Signed : golden::Signedness::Unsigned;
    return shape;
}

Job random_job(const RequantizerShape& shape, std::mt19937_64& random) {
    const golden::Requantization& r = shape.requantization;
    Job job;
    job.zero_point = pick_in(random, r.output_range());
    for (int group = 0; group < 4; ++group) {
        auto& scales = job.scales.emplace_back();
        for (int c = 0; c < shape.columns; ++c)
            scales.push_back({pick_in(random, range_of(r.bias_bits, golden::Signedness::Signed)),
                              pick_in(random, range_of(r.multiplier_bits, golden::Signedness::Unsigned)),
                              static_cast<int>(pick(random, 0, r.largest_shift))});
        for (auto left = pick(random, 1, 4); left > 0; --left) {
            Row& row = job.rows.emplace_back();
            row.last = left == 1;
            for (int c = 0; c < shape.columns; ++c)
                row.values.push_back(pick_in(random, range_of(shape.outer_bits, golden::Signedness::Signed)));
        }
    }
    return job;
}

std::vector<Row> expected_rows(const RequantizerShape& shape, const Job& job) {
    std::vector<Row> rows;
    std::size_t group = 0;
    for (const Row& row : job.rows) {
        Row& out = rows.emplace_back(Row{{}, row.last});
        for (std::size_t c = 0; c < row.values.size(); ++c)
            out.values.push_back(
                requantize(row.values[c], job.scales[group][c], job.zero_point, shape.requantization));
        if (row.last) ++group;
    }
    return rows;
}

class Bench {
  public:
    Bench(const RequantizerShape& shape, const rtl::Design& design) : shape_(shape), simulator_(design) {}

    std::vector<Row> run(const Job& job, std::mt19937_64& random) {
        set("rst_ni", 0);
        for (const char* name : {"in_valid_i", "scale_valid_i", "out_ready_i"}) set(name, 0);
        for (int i = 0; i < 2; ++i) simulator_.clock_edge();
        set("rst_ni", 1);
        set("zero_point_i", job.zero_point & ((std::int64_t{1} << width()) - 1));
        std::vector<Row> rows;
        std::size_t next_row = 0, next_scale = 0;
        bool row_offered = false, scale_offered = false;
        for (int cycle = 0; rows.size() < job.rows.size(); ++cycle) {
            if (cycle > 10000) throw std::logic_error("the requantizer hangs");
            if (!row_offered && next_row < job.rows.size() && pick(random, 0, 2) > 0) {
                put_row(job.rows[next_row]);
                row_offered = true;
            }
            if (!scale_offered && next_scale < job.scales.size() && pick(random, 0, 2) > 0) {
                put_scales(job.scales[next_scale]);
                scale_offered = true;
            }
            const bool ready = pick(random, 0, 2) > 0;
            set("in_valid_i", row_offered);
            set("scale_valid_i", scale_offered);
            set("out_ready_i", ready);
            simulator_.evaluate();
            if (get("out_valid_o") && ready) rows.push_back(take_row());
            if (row_offered && get("in_ready_o")) row_offered = false, ++next_row;
            if (scale_offered && get("scale_ready_o")) scale_offered = false, ++next_scale;
            simulator_.clock_edge();
        }
        return rows;
    }

  private:
    int width() const { return shape_.requantization.output_bits.bits(); }
    void set(const char* name, std::int64_t value) { simulator_.set(simulator_.port(name), value); }
    bool get(const char* name) { return simulator_.get(simulator_.port(name)) != 0; }
    void put(const char* name, int low, int bits, std::int64_t value) {
        simulator_.set_bits(simulator_.port(name), low, bits,
                            static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << bits) - 1));
    }
    void put_row(const Row& row) {
        const int p = shape_.outer_bits.bits();
        for (int c = 0; c < shape_.columns; ++c)
            put("in_data_i", c * p, p, row.values[static_cast<std::size_t>(c)]);
        set("in_last_i", row.last);
    }
    void put_scales(const std::vector<golden::ChannelScale>& scales) {
        const golden::Requantization& r = shape_.requantization;
        const int b = r.bias_bits.bits(), s = r.multiplier_bits.bits();
        for (int c = 0; c < shape_.columns; ++c) {
            const golden::ChannelScale& scale = scales[static_cast<std::size_t>(c)];
            const int low = c * shape_.scale_bits();
            put("scale_i", low, b, scale.bias);
            put("scale_i", low + b, s, scale.multiplier);
            put("scale_i", low + b + s, shape_.shift_bits(), scale.shift);
        }
    }
    Row take_row() {
        Row row{{}, get("out_last_o")};
        for (int c = 0; c < shape_.columns; ++c) {
            auto bits = static_cast<std::int64_t>(
                simulator_.get_bits(simulator_.port("out_data_o"), c * width(), width()));
            row.values.push_back(shape_.requantization.output_signedness == golden::Signedness::Signed
                                     ? golden::wrap_to(bits, shape_.requantization.output_bits)
                                     : bits);
        }
        return row;
    }

    const RequantizerShape& shape_;
    rtl::Simulator simulator_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(requantizer_suite)

BOOST_AUTO_TEST_CASE(any_requantizer_equals_golden_with_stalls_on_all_streams) {
    macaw::testing::check_property("requantizer == golden", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        RequantizerShape shape = random_shape(random);
        auto design = generate_requantizer(shape);
        RC_LOG() << to_string(shape.requantization) << " P_O " << shape.outer_bits.bits();
        RC_ASSERT(design.has_value());
        Job job = random_job(shape, random);
        RC_ASSERT(Bench(shape, *design).run(job, random) == expected_rows(shape, job));
    });
}

BOOST_AUTO_TEST_CASE(a_wrong_rounding_bit_is_caught) {
    std::mt19937_64 random(1);
    RequantizerShape shape;
    shape.columns = 2;
    Job job = random_job(shape, random);
    for (auto& group : job.scales)
        for (golden::ChannelScale& scale : group)
            scale = {scale.bias % 1000, 40000, 26};  // codes of -200..200
    for (const char* signal : {"round_up", "too_large", "above"}) {
        rtl::Design design = *generate_requantizer(shape);
        design.invert_bit("macaw_rounding", signal, 0);
        BOOST_TEST((Bench(shape, design).run(job, random) != expected_rows(shape, job)), signal);
    }
}

BOOST_AUTO_TEST_CASE(a_shape_that_is_too_wide_is_an_error) {
    RequantizerShape shape;
    shape.outer_bits = BitWidth(50);
    auto design = generate_requantizer(shape);
    BOOST_REQUIRE(!design.has_value());
    BOOST_TEST(design.error().message.find("multiplier_bits") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
