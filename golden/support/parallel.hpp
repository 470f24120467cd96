// Runs independent pieces of work on all cores. The result must not depend on the number of threads: each
// index writes only what belongs to it, and sums are made afterwards in index order.
#pragma once

#include <cstddef>
#include <functional>

#include "golden/support/error.hpp"

namespace macaw {

// Calls work(index) for every index in [0, count), on MACAW_THREADS threads (default: all cores). The first
// error or exception stops the handing-out of further indices and is returned or thrown again here.
Expected<void> parallel_for(std::size_t count, const std::function<Expected<void>(std::size_t index)>& work);

std::size_t thread_count();

}  // namespace macaw
