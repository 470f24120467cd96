#include "sim/platform/figures.hpp"

#include <fmt/format.h>

namespace macaw::sim {

const std::vector<NamedFigure>& platform_figures() {
    static const std::vector<NamedFigure> figures = {
        {"cycles", &PlatformFigures::cycles},
        {"beats", &PlatformFigures::beats},
        {"starved_cycles", &PlatformFigures::starved_cycles},
        {"blocked_cycles", &PlatformFigures::blocked_cycles},
        {"weight_wait_cycles", &PlatformFigures::weight_wait_cycles},
        {"tail_cycles", &PlatformFigures::tail_cycles},
        {"output_blocked_cycles", &PlatformFigures::output_blocked_cycles},
        {"read_busy_cycles", &PlatformFigures::read_busy_cycles},
        {"write_busy_cycles", &PlatformFigures::write_busy_cycles},
        {"activation_bytes_read", &PlatformFigures::activation_bytes_read},
        {"weight_bytes_read", &PlatformFigures::weight_bytes_read},
        {"result_bytes_written", &PlatformFigures::result_bytes_written}};
    return figures;
}

PlatformFigures& PlatformFigures::operator+=(const PlatformFigures& other) {
    for (const NamedFigure& figure : platform_figures()) this->*figure.member += other.*figure.member;
    return *this;
}

std::string difference(const PlatformFigures& actual, const PlatformFigures& expected) {
    std::string text;
    for (const NamedFigure& figure : platform_figures())
        if (actual.*figure.member != expected.*figure.member)
            text += fmt::format("{}{}: {} instead of {}", text.empty() ? "" : ", ", figure.name,
                                actual.*figure.member, expected.*figure.member);
    return text;
}

}  // namespace macaw::sim
