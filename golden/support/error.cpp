#include "golden/support/error.hpp"

namespace macaw {

std::string to_text(const Error& error) {
    std::string text;
    if (!error.place.file.empty()) {
        text += error.place.file + ":";
        if (error.place.line > 0) text += fmt::format("{}:{}:", error.place.line, error.place.column);
        text += " ";
    }
    text += "error: " + error.message;
    if (!error.hint.empty()) text += "\nhint: " + error.hint;
    return text;
}

std::string to_text(const Errors& errors) {
    std::string text;
    for (const Error& error : errors) text += (text.empty() ? "" : "\n") + to_text(error);
    return text;
}

}  // namespace macaw
