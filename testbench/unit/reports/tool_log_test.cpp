// What a tool's end means.
#include "reports/silicon/tool_log.hpp"

#include "testbench/support/files.hpp"
#include "testbench/support/stored_point_example.hpp"

using namespace macaw;
using namespace macaw::testing;

BOOST_AUTO_TEST_SUITE(tool_log)

BOOST_AUTO_TEST_CASE(a_tool_that_was_told_to_end_was_interrupted_and_did_not_fail) {
    ScratchFolder scratch;
    reports::ToolLog log = value_of(reports::ToolLog::create(scratch.path(), "log"));
    for (const auto& [script, kind] : {std::pair{"kill -TERM $$", ErrorKind::Interrupted},
                                       {"exit 130", ErrorKind::Interrupted},
                                       {"kill -KILL $$", ErrorKind::ToolFailed}}) {
        auto result = log.run({"sh", "-c", script});
        BOOST_REQUIRE(!result.has_value());
        BOOST_TEST((result.error().kind == kind), script);
    }
}

BOOST_AUTO_TEST_SUITE_END()
