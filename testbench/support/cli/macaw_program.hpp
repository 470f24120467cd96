// The program as a user calls it.
#pragma once

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "golden/support/process.hpp"

namespace macaw::testing {

inline ProcessResult macaw_program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), MACAW_PROGRAM);
    auto result = run_process(arguments);
    BOOST_REQUIRE(result.has_value());
    return *result;
}

// Its output; it must end with `exit_code`.
inline std::string macaw_output(const std::vector<std::string>& arguments, int exit_code = 0) {
    ProcessResult result = macaw_program(arguments);
    BOOST_REQUIRE_MESSAGE(result.exit_code == exit_code, result.output);
    return result.output;
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace macaw::testing
