// Building blocks of the HTML page: escaping, and filling a template whose markers are {{name}}.
//
// Everything that comes from a file or a user passes escape_html exactly once, where it enters the markup;
// functions that return markup say so in their name (..._html). Values are not scanned for markers again, so
// no text can reach into another part of the page.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace macaw::reports {

// Safe as element content and inside a quoted attribute. Control characters other than tab and line ends,
// which HTML does not allow, become U+FFFD.
std::string escape_html(std::string_view text);

// A name that is safe as an id, a file name and a CSS class: lower case, digits, '_' and '-'; never empty.
std::string slug(std::string_view text);

// Replaces each {{name}}. A marker without a value, or a value without a marker, is a defect of macaw and
// throws.
std::string fill_template(std::string_view page, const std::map<std::string, std::string>& values);

}  // namespace macaw::reports
