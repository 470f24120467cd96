// Entry point of every test program (Boost.Test). Nothing of a test lives here.
#define BOOST_TEST_MODULE macaw
#include <boost/test/unit_test.hpp>
