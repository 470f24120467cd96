// The memory of the platform as a TLM-2.0 target: one socket for reads, one for writes, each a channel of its
// own that moves B bytes a cycle. A burst's data moves behind the latency and behind the bursts before it;
// the time that this takes is annotated to the transaction, never waited for. Private to the platform's
// sources.
#pragma once

#include <cstring>
#include <systemc>
#include <tlm>
#include <vector>

#include <tlm_utils/simple_target_socket.h>

#include "sim/platform/platform_config.hpp"

namespace macaw::sim {

// One clock cycle; all times on the platform are multiples of it.
inline sc_core::sc_time cycles_as_time(std::int64_t cycles) {
    return sc_core::sc_time(static_cast<double>(cycles), sc_core::SC_NS);
}
inline std::int64_t time_as_cycles(const sc_core::sc_time& time) {
    return static_cast<std::int64_t>(time / cycles_as_time(1));
}

class Memory : public sc_core::sc_module {
  public:
    tlm_utils::simple_target_socket<Memory> read_port{"read_port"};
    tlm_utils::simple_target_socket<Memory> write_port{"write_port"};

    explicit Memory(sc_core::sc_module_name name) : sc_module(name) {
        read_port.register_b_transport(this, &Memory::read);
        write_port.register_b_transport(this, &Memory::write);
    }

    void prepare(const PlatformConfig& config, std::vector<std::uint8_t> content) {
        config_ = config;
        content_ = std::move(content);
        read_channel_ = write_channel_ = Channel{};
    }
    const std::vector<std::uint8_t>& content() const { return content_; }
    std::int64_t read_busy_cycles() const { return read_channel_.busy_cycles; }
    std::int64_t write_busy_cycles() const { return write_channel_.busy_cycles; }

  private:
    struct Channel {
        sc_core::sc_time free;
        std::int64_t busy_cycles = 0;
    };

    void read(tlm::tlm_generic_payload& burst, sc_core::sc_time& delay) {
        if (!accept(burst, tlm::TLM_READ_COMMAND)) return;
        std::memcpy(burst.get_data_ptr(), content_.data() + burst.get_address(), burst.get_data_length());
        serve(read_channel_, burst, delay);
    }
    void write(tlm::tlm_generic_payload& burst, sc_core::sc_time& delay) {
        if (!accept(burst, tlm::TLM_WRITE_COMMAND)) return;
        std::memcpy(content_.data() + burst.get_address(), burst.get_data_ptr(), burst.get_data_length());
        serve(write_channel_, burst, delay);
    }

    bool accept(tlm::tlm_generic_payload& burst, tlm::tlm_command command) const {
        bool known = burst.get_command() == command && burst.get_byte_enable_ptr() == nullptr;
        bool inside = burst.get_address() + burst.get_data_length() <= content_.size();
        burst.set_response_status(!known    ? tlm::TLM_COMMAND_ERROR_RESPONSE
                                  : !inside ? tlm::TLM_ADDRESS_ERROR_RESPONSE
                                            : tlm::TLM_OK_RESPONSE);
        return known && inside;
    }
    void serve(Channel& channel, const tlm::tlm_generic_payload& burst, sc_core::sc_time& delay) {
        sc_core::sc_time first_byte = sc_core::sc_time_stamp() + delay + cycles_as_time(config_.latency);
        std::int64_t cycles =
            (static_cast<std::int64_t>(burst.get_data_length()) + config_.bytes_per_cycle - 1) /
            config_.bytes_per_cycle;
        channel.free = std::max(channel.free, first_byte) + cycles_as_time(cycles);
        channel.busy_cycles += cycles;
        delay = channel.free - sc_core::sc_time_stamp();
    }

    PlatformConfig config_;
    std::vector<std::uint8_t> content_;
    Channel read_channel_, write_channel_;
};

// One burst from an initiator; returns when it is complete. Throws where the memory refuses.
template <typename Socket>
sc_core::sc_time transport(Socket& socket, tlm::tlm_command command, std::uint64_t address,
                           std::uint8_t* data, std::int64_t bytes,
                           sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
    tlm::tlm_generic_payload burst;
    burst.set_command(command);
    burst.set_address(address);
    burst.set_data_ptr(data);
    burst.set_data_length(static_cast<unsigned>(bytes));
    burst.set_streaming_width(static_cast<unsigned>(bytes));
    socket->b_transport(burst, delay);
    if (burst.is_response_error())
        throw std::runtime_error("memory: " + burst.get_response_string() + " at address " +
                                 std::to_string(address));
    return sc_core::sc_time_stamp() + delay;
}

}  // namespace macaw::sim
