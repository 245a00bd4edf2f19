// SPDX-License-Identifier: MIT
#include "common/session/packet_numbers.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <set>

using session::PacketNumbers;

TEST_CASE("numbers grow, some are left out, and whoever acknowledges one of those is found out") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        test::SeededRandom random(seed);
        PacketNumbers numbers(random);
        std::set<std::uint64_t> taken;
        for (int i = 0; i < 20000; ++i) {
            CHECK(numbers.next() == (taken.empty() ? 0 : numbers.next()));
            const auto number = numbers.take();
            CHECK((taken.empty() || number > *taken.rbegin()));
            taken.insert(number);
        }
        // The first soon, so that a short session is guarded, too; then rarely.
        const auto skipped = numbers.next() - taken.size();
        CHECK(skipped >= 8);
        CHECK(skipped <= 40);
        std::uint64_t first = 0;
        while (taken.contains(first)) ++first;
        CHECK(first <= 32);
        std::uint64_t newest = *taken.rbegin();
        while (taken.contains(newest)) --newest;
        for (const auto number : {first, newest}) {
            const wire::NumberInterval alone{number, number};
            const wire::NumberInterval around{number - 1, number + 1};
            const wire::NumberInterval before{number - 1, number - 1};
            CHECK_FALSE(numbers.were_sent({&alone, 1}));
            CHECK_FALSE(numbers.were_sent({&around, 1}));
            CHECK(numbers.were_sent({&before, 1}));
        }
        const wire::NumberInterval future{numbers.next(), numbers.next()};
        CHECK_FALSE(numbers.were_sent({&future, 1}));
    }
}

TEST_CASE("which numbers are left out can't be told from another session's") {
    test::SeededRandom random(1);
    std::set<std::uint64_t> firsts;
    for (int i = 0; i < 50; ++i) {
        PacketNumbers numbers(random);
        std::uint64_t expected = 0;
        while (numbers.take() == expected) ++expected;
        firsts.insert(expected);
    }
    CHECK(firsts.size() > 10);
}
