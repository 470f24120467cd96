// The AXI wrapper in the C++ simulator: jobs through registers and streams against golden, counters,
// refusals.
#include "hw/stream/axi_wrapper.hpp"

#include <map>

#include "hw/array/stream_layout.hpp"
#include "hw/array/test_vectors.hpp"
#include "hw/rtl/simulator.hpp"
#include "testbench/support/hw/array_driver.hpp"
#include "testbench/support/hw/trap_wrapper.hpp"
#include "testbench/support/property.hpp"

namespace macaw::hw {

namespace {

using Bits = PortBeats::Bits;

constexpr std::uint32_t kOkay = 0, kSlaveError = 2;

std::int64_t pick(std::mt19937_64& random, std::int64_t min, std::int64_t max) {
    return std::uniform_int_distribution<std::int64_t>(min, max)(random);
}

struct MasterRow {
    Bits data, user;
    bool last = false;
};

// Drives the wrapper's ports: registers between cycles of a job, streams during it.
class AxiBench {
  public:
    explicit AxiBench(const rtl::Design& design) : simulator_(design) {
        set("rst_ni", 0);
        for (const char* name : {"s_axil_awvalid_i", "s_axil_wvalid_i", "s_axil_arvalid_i", "s_axis_tvalid_i",
                                 "m_axis_tready_i", "s_axis_weight_tvalid_i", "s_axis_scale_tvalid_i"})
            if (simulator_.has_port(name)) set(name, 0);
        set("s_axil_bready_i", 1);
        set("s_axil_rready_i", 1);
        for (int i = 0; i < 2; ++i) simulator_.clock_edge();
        set("rst_ni", 1);
    }

    // The response; `strobe`: which bytes.
    std::uint32_t write(std::uint32_t address, std::uint32_t value, std::uint32_t strobe = 0xf) {
        set("s_axil_awaddr_i", address);
        set("s_axil_wdata_i", value);
        set("s_axil_wstrb_i", strobe);
        set("s_axil_awvalid_i", 1);
        simulator_.evaluate();
        BOOST_TEST(!get("s_axil_awready_o"));  // waits for the data
        set("s_axil_wvalid_i", 1);
        while (simulator_.evaluate(), !get("s_axil_awready_o")) clock();
        clock();
        set("s_axil_awvalid_i", 0);
        set("s_axil_wvalid_i", 0);
        while (simulator_.evaluate(), !get("s_axil_bvalid_o")) clock();
        std::uint32_t response = get("s_axil_bresp_o");
        clock();
        return response;
    }
    std::uint32_t write(AxiRegister which, std::uint32_t value) {
        return write(static_cast<std::uint32_t>(which), value);
    }
    struct Read {
        std::uint32_t value, response;
    };
    Read read(std::uint32_t address) {
        set("s_axil_araddr_i", address);
        set("s_axil_arvalid_i", 1);
        while (simulator_.evaluate(), !get("s_axil_arready_o")) clock();
        clock();
        set("s_axil_arvalid_i", 0);
        while (simulator_.evaluate(), !get("s_axil_rvalid_o")) clock();
        Read result{get("s_axil_rdata_o"), get("s_axil_rresp_o")};
        clock();
        return result;
    }
    std::uint32_t read(AxiRegister which) { return read(static_cast<std::uint32_t>(which)).value; }

    // Sends the streams (port prefix -> transfers) and collects `rows` rows, with random stalls.
    std::vector<MasterRow> stream(const std::map<std::string, std::vector<Bits>>& sources, std::size_t rows,
                                  std::mt19937_64& random) {
        std::map<std::string, std::size_t> next;
        std::map<std::string, bool> offered;
        std::vector<MasterRow> received;
        for (int cycle = 0; received.size() < rows; ++cycle) {
            if (cycle > 100000) throw std::logic_error("the wrapper hangs");
            for (const auto& [prefix, transfers] : sources) {
                if (!offered[prefix] && next[prefix] < transfers.size() && pick(random, 0, 3) > 0) {
                    put(prefix + "_tdata_i", transfers[next[prefix]]);
                    offered[prefix] = true;
                }
                set(prefix + "_tvalid_i", offered[prefix]);
            }
            const bool ready = pick(random, 0, 3) > 0;
            set("m_axis_tready_i", ready);
            simulator_.evaluate();
            if (get("m_axis_tvalid_o") && ready) received.push_back(take_row());
            for (auto& [prefix, is_offered] : offered)
                if (is_offered && get(prefix + "_tready_o")) {
                    is_offered = false;
                    ++next[prefix];
                }
            clock();
        }
        for (const auto& [prefix, transfers] : sources) {
            if (next[prefix] != transfers.size()) throw std::logic_error(prefix + ": not all was taken");
            set(prefix + "_tvalid_i", 0);
        }
        return received;
    }

  private:
    void clock() { simulator_.clock_edge(); }
    void set(const std::string& name, std::int64_t value) { simulator_.set(simulator_.port(name), value); }
    std::uint32_t get(const std::string& name) {
        return static_cast<std::uint32_t>(simulator_.get(simulator_.port(name)));
    }
    // Padding gets ones, which must be ignored.
    void put(const std::string& name, const Bits& bits) {
        const auto port = simulator_.port(name);
        for (int bit = 0; bit < port.type.width; ++bit)
            simulator_.set_bits(port, bit, 1,
                                bit >= static_cast<int>(bits.size()) || bits[static_cast<std::size_t>(bit)]);
    }
    Bits bits_of(const std::string& name) {
        Bits bits;
        if (!simulator_.has_port(name)) return bits;
        const auto port = simulator_.port(name);
        for (int bit = 0; bit < port.type.width; ++bit)
            bits.push_back(simulator_.get_bits(port, bit, 1) != 0);
        return bits;
    }
    MasterRow take_row() {
        return {bits_of("m_axis_tdata_o"), bits_of("m_axis_tuser_o"), get("m_axis_tlast_o") != 0};
    }

    rtl::Simulator simulator_;
};

std::int64_t signed_at(const Bits& bits, int low, int width) {
    std::uint64_t value = 0;
    for (int i = 0; i < width; ++i) value |= std::uint64_t{bits[static_cast<std::size_t>(low + i)]} << i;
    return golden::wrap_to(static_cast<std::int64_t>(value), golden::BitWidth(width));
}

// Groups of one length and what the job sends.
struct AxiJob {
    std::vector<Group> groups;
    std::uint32_t length = 0;
    std::map<std::string, std::vector<Bits>> sources;
};

AxiJob make_job(const AxiWrapper& wrapper, int groups, int tiles, Codes codes, std::mt19937_64& random) {
    const StreamLayout layout(wrapper.datapath, wrapper.array);
    const std::int64_t products = tiles * wrapper.datapath.tile;
    AxiJob job;
    job.length =
        static_cast<std::uint32_t>(layout.has_weight_stream() ? tiles : layout.activation_beats(products));
    for (int i = 0; i < groups; ++i) {
        job.groups.push_back(random_group(wrapper.datapath, wrapper.array, products, codes, random));
        PortBeats beats = port_beats(wrapper.datapath, wrapper.array, job.groups.back());
        for (std::size_t beat = 0; beat < beats.activations.size(); ++beat) {
            Bits bits = beats.activations[beat];
            if (!layout.has_weight_stream())
                bits.insert(bits.end(), beats.weights[beat].begin(), beats.weights[beat].end());
            job.sources["s_axis"].push_back(std::move(bits));
        }
        if (layout.has_weight_stream())
            for (Bits& bits : beats.weights) job.sources["s_axis_weight"].push_back(std::move(bits));
    }
    return job;
}

rtl::Design generated(const AxiWrapper& wrapper) {
    auto design = generate_axi_wrapper(wrapper);
    BOOST_REQUIRE_MESSAGE(design.has_value(), (design ? "" : to_text(design.error())));
    return std::move(*design);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(axi_wrapper_suite)

BOOST_AUTO_TEST_CASE(jobs_of_any_array_equal_golden_and_the_counters_count) {
    macaw::testing::check_property("axi == golden", [](std::uint64_t seed) {
        std::mt19937_64 random(seed);
        testing::RandomConfiguration c = testing::random_configuration(random);
        AxiWrapper wrapper{c.datapath, c.array, {}};
        RC_LOG() << to_string(c.datapath) << " " << to_string(c.array);
        auto design = generate_axi_wrapper(wrapper);
        RC_ASSERT(design.has_value());
        AxiBench bench(*design);
        std::uint32_t inner = 0, outer = 0;
        for (int repeat = 0; repeat < 2; ++repeat) {
            AxiJob job = make_job(wrapper, static_cast<int>(pick(random, 1, 3)),
                                  static_cast<int>(pick(random, 1, 3)), Codes::Extreme, random);
            RC_ASSERT(bench.write(AxiRegister::Length, job.length) == kOkay);
            RC_ASSERT(bench.write(AxiRegister::Groups, static_cast<std::uint32_t>(job.groups.size())) ==
                      kOkay);
            RC_ASSERT(bench.write(AxiRegister::Control, 1) == kOkay);
            RC_ASSERT(bench.read(AxiRegister::Status) == 1U);
            auto expected = expected_rows(c.datapath, c.array, job.groups);
            auto rows = bench.stream(job.sources, expected.size(), random);
            const int p = c.datapath.outer_bits.bits();
            for (std::size_t i = 0; i < rows.size(); ++i) {
                RC_ASSERT(rows[i].last == expected[i].last);
                for (int column = 0; column < c.array.columns; ++column) {
                    const golden::DotProduct& output = expected[i].columns[static_cast<std::size_t>(column)];
                    RC_ASSERT(signed_at(rows[i].data, column * p, p) == output.value);
                    inner += output.inner_overflow ? 1 : 0;
                    outer += output.outer_overflow ? 1 : 0;
                }
            }
            RC_ASSERT(bench.read(AxiRegister::Status) == 2U);
        }
        RC_ASSERT(bench.read(AxiRegister::InnerOverflows) == inner);
        RC_ASSERT(bench.read(AxiRegister::OuterOverflows) == outer);
        RC_ASSERT(bench.read(AxiRegister::BusyCycles) > 0U);
        RC_ASSERT(bench.write(AxiRegister::Control, 2) == kOkay);
        RC_ASSERT(bench.read(AxiRegister::InnerOverflows) == 0U);
    });
}

BOOST_AUTO_TEST_CASE(codes_behind_the_requantizer_are_those_of_golden) {
    std::mt19937_64 random(3);
    AxiWrapper wrapper = testing::trap_wrapper();
    wrapper.requantization = golden::Requantization{};
    const golden::Requantization& r = *wrapper.requantization;
    AxiBench bench(generated(wrapper));
    AxiJob job = make_job(wrapper, 4, 2, Codes::Random, random);
    std::vector<std::vector<golden::ChannelScale>> scales;
    const RequantizerShape shape{wrapper.array.columns, wrapper.datapath.outer_bits, r};
    for (std::size_t group = 0; group < job.groups.size(); ++group) {
        Bits bits;
        auto& of_group = scales.emplace_back();
        for (int column = 0; column < wrapper.array.columns; ++column) {
            of_group.push_back(
                {pick(random, -500, 500), pick(random, 1, 65535), static_cast<int>(pick(random, 16, 20))});
            append(bits, of_group.back().bias, r.bias_bits.bits());
            append(bits, of_group.back().multiplier, r.multiplier_bits.bits());
            append(bits, of_group.back().shift, shape.shift_bits());
        }
        job.sources["s_axis_scale"].push_back(bits);
    }
    constexpr int kZeroPoint = -7;
    bench.write(AxiRegister::ZeroPoint, static_cast<std::uint32_t>(kZeroPoint) & 0xff);
    bench.write(AxiRegister::Length, job.length);
    bench.write(AxiRegister::Groups, static_cast<std::uint32_t>(job.groups.size()));
    bench.write(AxiRegister::Control, 1);
    auto expected = expected_rows(wrapper.datapath, wrapper.array, job.groups);
    auto rows = bench.stream(job.sources, expected.size(), random);
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t column = 0; column < expected[i].columns.size(); ++column)
            BOOST_TEST(signed_at(rows[i].data, static_cast<int>(column) * 8, 8) ==
                       requantize(expected[i].columns[column].value,
                                  scales[i / static_cast<std::size_t>(wrapper.array.rows)][column],
                                  kZeroPoint, r));
    BOOST_TEST(bench.read(AxiRegister::Status) == 2U);
    BOOST_TEST(bench.read(AxiRegister::ZeroPoint) == 0xf9U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_refused_and_changes_nothing) {
    AxiBench bench(generated(testing::trap_wrapper()));
    BOOST_TEST(bench.read(AxiRegister::Id) == kAxiId);
    BOOST_TEST(bench.read(AxiRegister::Shape) == (2U | 3U << 9 | 2U << 18));
    BOOST_TEST(bench.read(AxiRegister::Widths) == (4U | 8U << 8 | 11U << 16 | 12U << 24));
    BOOST_TEST(bench.write(AxiRegister::Control, 1) == kSlaveError);  // LENGTH and GROUPS are 0
    BOOST_TEST(bench.write(AxiRegister::Length, 3) == kOkay);
    BOOST_TEST(bench.write(AxiRegister::Control, 1) == kSlaveError);
    BOOST_TEST(bench.read(AxiRegister::Status) == 0U);
    BOOST_TEST(bench.write(AxiRegister::Groups, 1) == kOkay);
    for (AxiRegister which : {AxiRegister::Id, AxiRegister::Status, AxiRegister::InnerOverflows,
                              AxiRegister::ZeroPoint})  // no requantizer
        BOOST_TEST(bench.write(which, 1) == kSlaveError);
    BOOST_TEST(bench.write(0x30, 1) == kSlaveError);
    BOOST_TEST(bench.write(0x15, 1) == kSlaveError);
    BOOST_TEST(bench.read(0x30).response == kSlaveError);
    BOOST_TEST(bench.read(0x16).response == kSlaveError);
    BOOST_TEST(bench.read(0x14).response == kOkay);
    BOOST_TEST(bench.write(AxiRegister::Control, 1) == kOkay);
    BOOST_TEST(bench.write(AxiRegister::Length, 9) == kSlaveError);  // busy
    BOOST_TEST(bench.write(AxiRegister::Control, 1) == kSlaveError);
    BOOST_TEST(bench.read(AxiRegister::Length) == 3U);
}

// A job of small codes through a wrapper with one inverted bit: the rows, the counters or the end must
// differ.
BOOST_AUTO_TEST_CASE(one_flipped_bit_in_the_wrapper_is_caught) {
    const AxiWrapper wrapper = testing::trap_wrapper();
    auto is_right = [&](const rtl::Design& design) {
        std::mt19937_64 random(5);
        AxiJob job = make_job(wrapper, 3, 2, Codes::Extreme, random);
        auto expected = expected_rows(wrapper.datapath, wrapper.array, job.groups);
        std::uint32_t inner = 0;
        for (const OutputRow& row : expected)
            for (const golden::DotProduct& output : row.columns) inner += output.inner_overflow ? 1 : 0;
        AxiBench bench(design);
        bench.write(AxiRegister::Length, job.length);
        bench.write(AxiRegister::Groups, static_cast<std::uint32_t>(job.groups.size()));
        bench.write(AxiRegister::Control, 1);
        try {
            auto rows = bench.stream(job.sources, expected.size(), random);
            for (std::size_t i = 0; i < rows.size(); ++i)
                for (std::size_t column = 0; column < expected[i].columns.size(); ++column)
                    if (signed_at(rows[i].data, static_cast<int>(column) * 12, 12) !=
                        expected[i].columns[column].value)
                        return false;
        } catch (const std::logic_error&) {
            return false;  // hangs
        }
        return bench.read(AxiRegister::InnerOverflows) == inner && bench.read(AxiRegister::Status) == 2U;
    };
    BOOST_TEST(is_right(generated(wrapper)));
    const std::tuple<const char*, const char*, int> faults[] = {{"macaw_axi", "is_last", 0},
                                                                {"macaw_axi", "taken_of_group_q", 0},
                                                                {"macaw_axi", "inner_flags", 0},
                                                                {"macaw_axi_registers", "length_q", 0},
                                                                {"macaw_axi_registers", "done_q", 0}};
    for (const auto& [module, signal, bit] : faults) {
        rtl::Design design = generated(wrapper);
        design.invert_bit(module, signal, bit);
        BOOST_TEST(!is_right(design), module << "." << signal);
    }
}

BOOST_AUTO_TEST_CASE(lanes_that_the_shape_word_cannot_hold_are_refused) {
    AxiWrapper wrapper = testing::trap_wrapper();
    wrapper.array.rows = wrapper.array.columns = 1;
    wrapper.datapath.activation_bits = golden::BitWidth(2);
    wrapper.array.lanes = wrapper.datapath.tile = wrapper.datapath.products_per_check = 1 << 14;
    auto design = generate_axi_wrapper(wrapper);
    BOOST_REQUIRE(!design.has_value());
    BOOST_TEST(design.error().message.find("SHAPE") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(strobes_choose_the_bytes_of_a_write) {
    AxiBench bench(generated(testing::trap_wrapper()));
    const auto length = static_cast<std::uint32_t>(AxiRegister::Length);
    bench.write(length, 0x11223344);
    bench.write(length, 0xaabbccdd, 0b0101);
    BOOST_TEST(bench.read(AxiRegister::Length) == 0x11bb33ddU);
    const auto control = static_cast<std::uint32_t>(AxiRegister::Control);
    bench.write(AxiRegister::Groups, 1);
    bench.write(control, 1, 0b1110);
    BOOST_TEST(bench.read(AxiRegister::Status) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace macaw::hw
