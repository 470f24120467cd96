// Errors that a user can cause are values: Expected<T> holds a T or an Error with a place, a message and a
// hint. Broken invariants are not errors: they throw std::logic_error (see require). main turns both into an
// exit code.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <tl/expected.hpp>

namespace macaw {

// What went wrong decides the exit code of the program.
enum class ErrorKind {
    CheckFailed = 1,   // the work was done and its result is bad: a mismatch, an unsafe certificate
    BadInput = 2,      // a file, a value or an argument that the user can mend
    MissingTool = 3,   // a program that is not installed
    ToolFailed = 4,    // an external program failed
    System = 5,        // the machine refused: disk full, permission
    Interrupted = 130  // the user stopped the run (128 + SIGINT)
};

// Where: file:line:col, lines and columns from 1; 0 where unknown.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
};

struct Error {
    ErrorKind kind = ErrorKind::BadInput;
    std::string message;
    std::string hint;
    Place place;

    Error at(Place where) && {
        place = std::move(where);
        return std::move(*this);
    }
    Error with_hint(std::string text) && {
        hint = std::move(text);
        return std::move(*this);
    }
};

using Errors = std::vector<Error>;

template <typename T>
using Expected = tl::expected<T, Error>;

// "file:line:col: error: message" and, on a second line, "hint: hint".
std::string to_text(const Error& error);
std::string to_text(const Errors& errors);

inline int exit_code(const Error& error) {
    return static_cast<int>(error.kind);
}

// return fail(ErrorKind::BadInput, "{} is not a {}", a, b);
template <typename... Arguments>
tl::unexpected<Error> fail(ErrorKind kind, fmt::format_string<Arguments...> format,
                           Arguments&&... arguments) {
    return tl::unexpected<Error>(
        Error{kind, fmt::format(format, std::forward<Arguments>(arguments)...), {}, {}});
}

inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

// An invariant of our own code: when it is broken, macaw has a defect.
inline void require(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

}  // namespace macaw

// MACAW_TRY(auto x, f()): x = *f(), or return f's error from the function around it.
#define MACAW_CONCAT_INNER(a, b) a##b
#define MACAW_CONCAT(a, b) MACAW_CONCAT_INNER(a, b)
#define MACAW_TRY(declaration, expression) \
    MACAW_TRY_AS(MACAW_CONCAT(result_, __LINE__), declaration, expression)
#define MACAW_TRY_AS(result, declaration, expression)                \
    auto result = (expression);                                      \
    if (!result) return ::tl::unexpected(std::move(result).error()); \
    declaration = std::move(*result)
// MACAW_CHECK(f()) for an Expected<void>.
#define MACAW_CHECK(expression)                          \
    if (auto result_check = (expression); !result_check) \
    return ::tl::unexpected(std::move(result_check).error())
