// SPDX-License-Identifier: MIT
#include "common/base/token_bucket.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("a bucket gives its burst at once and then its rate, whatever came before") {
    constexpr Rate rate{10, 5};
    TokenBucket bucket;
    Instant now(1h);
    int taken = 0;
    while (bucket.spend(rate, now)) ++taken;
    CHECK(taken == 10);
    CHECK(bucket.ready_at(rate) == now + 200ms);
    CHECK_FALSE(bucket.spend(rate, now + 199ms));
    CHECK(bucket.spend(rate, now + 200ms));
    CHECK_FALSE(bucket.spend(rate, now + 399ms));
    now += 1h;
    taken = 0;
    while (bucket.spend(rate, now)) ++taken;
    CHECK(taken == 10);
}
