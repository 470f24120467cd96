// The array's RTL graph run in C++ (rtl::Simulator) on a job, with the same sender, monitor and recording as
// the simulators that are built from the printed SystemVerilog.
#pragma once

#include "hw/rtl/design.hpp"
#include "sim/job.hpp"
#include "sim/model/port_trace.hpp"

namespace macaw::sim {

// Errors: CheckFailed for a violation of the port protocol, Interrupted. `trace`, where given, gets the
// values of all ports in every cycle.
Expected<job::Result> run_model(const rtl::Design& design, const job::Job& job, PortTrace* trace = nullptr);

}  // namespace macaw::sim
