// SPDX-License-Identifier: MIT
#include "common/session/ranges.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

using session::Interval;
using session::Ranges;

TEST_CASE("numbers grow together into intervals, in any order") {
    Ranges ranges;
    CHECK(ranges.insert(5));
    CHECK(ranges.insert(7));
    CHECK_FALSE(ranges.insert(5));
    CHECK(ranges.intervals() == std::vector<Interval>{{5, 5}, {7, 7}});
    CHECK(ranges.insert(6));
    CHECK(ranges.intervals() == std::vector<Interval>{{5, 7}});
    CHECK(ranges.insert(0));
    CHECK(ranges.insert(8));
    CHECK(ranges.insert(4));
    CHECK(ranges.intervals() == std::vector<Interval>{{0, 0}, {4, 8}});
}

TEST_CASE("when it is full the lowest are forgotten: neither new again, nor claimed to be there") {
    Ranges ranges(3);
    for (const std::uint64_t number : {10, 20, 30, 40}) CHECK(ranges.insert(number));
    CHECK(ranges.intervals() == std::vector<Interval>{{20, 20}, {30, 30}, {40, 40}});
    CHECK_FALSE(ranges.is_new(10));
    CHECK_FALSE(ranges.is_new(3));
    CHECK(ranges.is_new(11));
}

TEST_CASE("it agrees with a set, whatever comes") {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        Ranges ranges(1000);
        std::set<std::uint64_t> all;
        for (int i = 0; i < 300; ++i) {
            const auto number = random() % 400;
            CHECK(ranges.insert(number) == all.insert(number).second);
        }
        std::uint64_t count = 0;
        for (const auto& interval : ranges.intervals()) {
            for (auto number = interval.first; number <= interval.last; ++number) CHECK(all.contains(number));
            CHECK_FALSE(all.contains(interval.last + 1));
            count += interval.last - interval.first + 1;
        }
        CHECK(count == all.size());
    }
}
