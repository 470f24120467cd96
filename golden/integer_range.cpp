#include "golden/integer_range.hpp"

namespace macaw::golden {

std::string to_string(Signedness signedness) {
    return signedness == Signedness::Signed ? "signed" : "unsigned";
}

std::string to_string(OverflowMode mode) {
    switch (mode) {
        case OverflowMode::Wrap:
            return "wrap";
        case OverflowMode::Saturate:
            return "saturate";
        case OverflowMode::Trap:
            return "trap";
    }
    throw std::logic_error("OverflowMode out of range");
}

Expected<BitWidth> BitWidth::make(int bits) {
    if (bits < 1 || bits > kMax) return fail(ErrorKind::BadInput, "{} bits is outside 1..{}", bits, kMax);
    return BitWidth(bits);
}

}  // namespace macaw::golden
