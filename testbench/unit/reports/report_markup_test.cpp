// Escaping and the template: the two places that keep foreign text out of the markup.
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "reports/html/markup.hpp"
#include "testbench/support/property.hpp"

using namespace macaw;
using reports::escape_html;

BOOST_AUTO_TEST_SUITE(report_markup)

namespace {

// What a browser makes of our five entities.
std::string unescape(std::string text) {
    const std::pair<const char*, const char*> entities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (auto [entity, character] : entities)
        for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; ++at)
            text.replace(at, std::string(entity).size(), character);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_script_element_becomes_plain_text) {
    BOOST_TEST(escape_html("<script>alert('x') && \"y\"</script>") ==
               "&lt;script&gt;alert(&#39;x&#39;) &amp;&amp; &quot;y&quot;&lt;/script&gt;");
}

BOOST_AUTO_TEST_CASE(no_text_can_end_an_element_or_an_attribute_and_none_is_lost) {
    testing::check_property("escaped text has no < > \" ' and reads back", [] {
        const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
        const std::string escaped = escape_html(text);
        RC_ASSERT(escaped.find_first_of("<>\"'") == std::string::npos);
        RC_ASSERT(unescape(escaped) == text);
    });
}

BOOST_AUTO_TEST_CASE(control_characters_become_the_replacement_character) {
    BOOST_TEST(escape_html(std::string("a\0b\x1b", 4)) ==
               "a\xEF\xBF\xBD"
               "b\xEF\xBF\xBD");
    BOOST_TEST(escape_html("line\n\ttab µ") == "line\n\ttab µ");
}

BOOST_AUTO_TEST_CASE(a_slug_is_safe_as_a_file_name) {
    BOOST_TEST(reports::slug("../Layers 1\"") == "___layers_1_");
    BOOST_TEST(reports::slug("") == "_");
}

BOOST_AUTO_TEST_CASE(a_template_is_filled_and_values_are_not_scanned_for_markers) {
    BOOST_TEST(reports::fill_template("<{{a}}|{{b}}|{{a}}>", {{"a", "{{b}}"}, {"b", "2"}}) ==
               "<{{b}}|2|{{b}}>");
}

BOOST_AUTO_TEST_CASE(a_template_with_a_marker_too_many_or_too_few_is_a_defect) {
    BOOST_CHECK_THROW(reports::fill_template("{{a}}", {}), std::logic_error);
    BOOST_CHECK_THROW(reports::fill_template("", {{"a", "1"}}), std::logic_error);
    BOOST_CHECK_THROW(reports::fill_template("{{a", {{"a", "1"}}), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
