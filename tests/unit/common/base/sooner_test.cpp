// SPDX-License-Identifier: MIT
#include "common/base/sooner.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("of two deadlines the earlier one counts, and one that is not there never does") {
    const Instant first{1s};
    const Instant second{2s};
    CHECK(sooner(first, second) == first);
    CHECK(sooner(second, first) == first);
    CHECK(sooner(first, {}) == first);
    CHECK(sooner({}, second) == second);
    CHECK_FALSE(sooner({}, {}));
}
