#include "quantizer/output_error.hpp"

#include <cmath>
#include <cstdlib>
#include <vector>

#include "testbench/support/property.hpp"

using namespace macaw::quantizer;
using namespace macaw::testing;

BOOST_AUTO_TEST_SUITE(output_error)

// Layers narrower and wider than their input: the weights themselves, and their Gram matrix, in float32.
BOOST_AUTO_TEST_CASE(both_ways_equal_the_norm_of_the_outputs_in_double) {
    check_property("the output error is the squared norm of E W^T", [] {
        const auto in = *rc::gen::inRange<Index>(1, 40);
        const auto tokens = *rc::gen::inRange<Index>(0, 20);
        const auto layers = *rc::gen::inRange<std::size_t>(1, 4);
        std::srand(*rc::gen::inRange<unsigned>(0, 1000));
        std::vector<Matrix> weights;
        for (std::size_t i = 0; i < layers; ++i)
            weights.push_back(Matrix::Random(*rc::gen::inRange<Index>(1, 60), in));
        const Matrix error = Matrix::Random(tokens, in);
        std::vector<const Matrix*> pointers;
        double exact = 0;
        for (const Matrix& weight : weights) {
            pointers.push_back(&weight);
            exact += (error.cast<double>() * weight.cast<double>().transpose()).squaredNorm();
        }
        RC_ASSERT(std::abs(OutputError(pointers).of(error) - exact) <= 1e-4 * exact);
    });
}

BOOST_AUTO_TEST_SUITE_END()
