// What a benchmark needs to go on: the value, or an exception with the error's text.
#pragma once

#include <stdexcept>

#include "golden/support/error.hpp"

namespace macaw::bench {

template <typename T>
T must(Expected<T> value) {
    if (!value) throw std::runtime_error(to_text(value.error()));
    return std::move(*value);
}
inline void must(const Expected<void>& value) {
    if (!value) throw std::runtime_error(to_text(value.error()));
}

}  // namespace macaw::bench
