// Runs a rapidcheck property inside a Boost.Test case. On failure the shrunk counterexample and the seed are
// printed; RC_PARAMS="seed=..." in the environment repeats the run.
#pragma once

#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

namespace macaw::testing {

template <typename Property>
void check_property(const std::string& description, Property&& property) {
    BOOST_TEST(rc::check(description, std::forward<Property>(property)), description);
}

}  // namespace macaw::testing
