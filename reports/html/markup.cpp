// See markup.hpp.
#include "reports/html/markup.hpp"

#include <set>

#include "golden/support/error.hpp"

namespace macaw::reports {

std::string escape_html(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            case '\t':
            case '\n':
            case '\r':
                escaped += c;
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                    escaped += "\xEF\xBF\xBD";
                else
                    escaped += c;
        }
    }
    return escaped;
}

std::string slug(std::string_view text) {
    std::string name;
    for (char c : text) {
        bool upper = c >= 'A' && c <= 'Z';
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (upper)
            name += static_cast<char>(c - 'A' + 'a');
        else
            name += kept ? c : '_';
    }
    return name.empty() ? "_" : name;
}

std::string fill_template(std::string_view page, const std::map<std::string, std::string>& values) {
    std::string filled;
    std::set<std::string> used;
    std::size_t at = 0;
    while (true) {
        std::size_t open = page.find("{{", at);
        filled += page.substr(at, open == std::string_view::npos ? open : open - at);
        if (open == std::string_view::npos) break;
        std::size_t close = page.find("}}", open);
        require(close != std::string_view::npos, "template: a marker is not closed");
        std::string name(page.substr(open + 2, close - open - 2));
        auto value = values.find(name);
        require(value != values.end(), "template: a marker without a value");
        filled += value->second;
        used.insert(name);
        at = close + 2;
    }
    require(used.size() == values.size(), "template: a value without a marker");
    return filled;
}

}  // namespace macaw::reports
