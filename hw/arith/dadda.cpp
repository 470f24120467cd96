// The dot product as one bit heap: partial products of all lanes and the accumulator are added in one tree.
//
// With x = -x_s 2^(n-1) + sum x_i 2^i for both factors (a two's complement number), the product of two bits
// is negative exactly when one of them, and not both, is a sign bit. BitHeap::subtract turns such a bit into
// its complement and a constant (Baugh-Wooley), so that the heap holds positive bits only and one constant
// for all lanes.
#include <fmt/format.h>

#include "hw/arith/bit_heap.hpp"
#include "hw/arith/dot_product_ports.hpp"

namespace macaw::hw {

using rtl::Expression;

namespace {

class Builder {
  public:
    Builder(rtl::Module& module, const AdderCells& cells, const DotProductShape& shape)
        : module_(module),
          shape_(shape),
          ports_(add_dot_product_ports(module, shape)),
          heap_(module, cells, sum_bits(shape)) {}

    ArithmeticCost run() {
        module_.describe_further(
            {"All lanes and the accumulator are one bit heap: product_<lane>_a<i>_w<j> has weight 2^(i+j).",
             "Bits of negative weight enter complemented; the constant that this costs is in row_a",
             "and row_b. Adders are named after their column and reduce it as Dadda does."});
        for (int lane = 0; lane < shape_.lanes; ++lane) add_product(lane);
        add_accumulator();
        mark_unused();
        module_.output("sum_o", heap_.sum());
        ArithmeticCost cost = heap_.cost();
        cost.partial_product_bits = partial_products_;
        return cost;
    }

  private:
    void add_product(int lane) {
        int n = shape_.activation_bits.bits(), m = shape_.weight_bits.bits();
        bool has_sign = shape_.activation_signedness == golden::Signedness::Signed;
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j < m && i + j < heap_.width(); ++j) {
                Expression bit = module_.wire(
                    fmt::format("product_{}_a{}_w{}", lane, i, j),
                    rtl::bit(ports_.activation, lane * n + i) & rtl::bit(ports_.weight, lane * m + j));
                bool is_negative = (has_sign && i == n - 1) != (j == m - 1);
                if (is_negative)
                    heap_.subtract(i + j, bit);
                else
                    heap_.add(i + j, bit);
                ++partial_products_;
            }
        }
    }

    void add_accumulator() {
        int p = shape_.accumulator_bits.bits();
        Expression bits = rtl::as_unsigned(ports_.accumulator);
        Expression unsigned_accumulator = module_.wire("accumulator", bits);
        for (int i = 0; i + 1 < p; ++i) heap_.add(i, rtl::bit(unsigned_accumulator, i));
        heap_.subtract(p - 1, rtl::bit(unsigned_accumulator, p - 1));
    }

    // In a very narrow wrapping accumulator the upper bits of the factors have no influence.
    void mark_unused() {
        std::vector<Expression> dropped;
        int width = heap_.width();
        for (int lane = 0; lane < shape_.lanes; ++lane) {
            int n = shape_.activation_bits.bits(), m = shape_.weight_bits.bits();
            if (n > width) dropped.push_back(rtl::slice(ports_.activation, lane * n + width, n - width));
            if (m > width) dropped.push_back(rtl::slice(ports_.weight, lane * m + width, m - width));
        }
        if (!dropped.empty()) module_.mark_unused(rtl::concatenate(dropped));
    }

    rtl::Module& module_;
    const DotProductShape& shape_;
    DotProductPorts ports_;
    BitHeap heap_;
    std::int64_t partial_products_ = 0;
};

}  // namespace

DotProductUnit add_dadda_dot_product(rtl::Design& design, const DotProductShape& shape) {
    AdderCells cells = add_adder_cells(design);
    rtl::Module& module = design.add_module("macaw_dot_product");
    return {&module, Builder(module, cells, shape).run()};
}

}  // namespace macaw::hw
