#include "hw/arith/range_check.hpp"

namespace macaw::hw {

using rtl::Expression;

CheckedSum add_range_check(rtl::Module& module, const std::string& name, const Expression& sum,
                           golden::BitWidth width, golden::OverflowMode mode) {
    Expression kept = rtl::truncate(sum, width.bits());
    if (mode == golden::OverflowMode::Wrap) return {kept, std::nullopt};
    // The sum fits P bits exactly when its bits from P-1 on are all equal (copies of the sign).
    Expression signs =
        module.wire(name + "_signs", rtl::slice(sum, width.bits() - 1, sum.width() - width.bits() + 1),
                    "all equal when the sum fits");
    Expression overflow = module.wire(name + "_overflow", rtl::any_bit(signs) & ~rtl::all_bits(signs));
    if (mode == golden::OverflowMode::Trap) return {kept, overflow};
    golden::Range range = golden::range_of(width, golden::Signedness::Signed);
    rtl::Type type = rtl::signed_type(width.bits());
    Expression limit = module.wire(name + "_limit",
                                   rtl::select(rtl::bit(sum, sum.width() - 1), rtl::constant(type, range.min),
                                               rtl::constant(type, range.max)),
                                   "the end of the range on the side of the sum");
    return {rtl::select(overflow, limit, kept), overflow};
}

}  // namespace macaw::hw
