// SPDX-License-Identifier: MIT
#include "common/session/sent_packets.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using session::Interval;
using session::SentPackets;

namespace {

using Numbers = std::vector<std::uint64_t>;

void add(SentPackets& sent, std::uint64_t number) {
    sent.add({number, Instant{}, 100, {{1, number, 1}}});
}

Numbers take(SentPackets& sent, Interval interval) {
    Numbers numbers;
    sent.take(interval, [&](const SentPackets::Packet& packet) { numbers.push_back(packet.number); });
    return numbers;
}

} // namespace

TEST_CASE("packets are found by an interval of their numbers, whatever numbers were left out, and once") {
    SentPackets sent;
    for (const std::uint64_t number : {1, 2, 4, 5, 9}) add(sent, number);
    CHECK(take(sent, {3, 4}) == Numbers{4});
    CHECK(take(sent, {3, 4}).empty());
    CHECK(take(sent, {6, 8}).empty());
    CHECK(take(sent, {2, 1000}) == Numbers{2, 5, 9});
    REQUIRE_FALSE(sent.is_empty());
    CHECK(sent.oldest().number == 1);
    CHECK(sent.take_oldest().items.front().first == 1);
    CHECK(sent.is_empty());
    CHECK(take(sent, {0, 1000}).empty());
}

TEST_CASE("what was in the packets under way is told oldest first when they are given up") {
    SentPackets sent;
    for (std::uint64_t number = 0; number < 5; ++number) add(sent, number);
    take(sent, {1, 2});
    const auto items = sent.clear();
    REQUIRE(items.size() == 3);
    CHECK(items[0].first == 0);
    CHECK(items[1].first == 3);
    CHECK(items[2].first == 4);
    CHECK(sent.is_empty());
}

TEST_CASE(
    "whatever is acknowledged and lost, the oldest packet is under way, and what is gone takes no room") {
    test::SeededRandom random(1);
    SentPackets sent;
    std::set<std::uint64_t> expected;
    std::uint64_t next = 0;
    for (int i = 0; i < 20'000; ++i) {
        for (auto count = random.u64() % 4; count > 0; --count) {
            next += 1 + (random.u64() % 8 == 0 ? 1 : 0);
            add(sent, next);
            expected.insert(next);
        }
        const auto first = next - std::min<std::uint64_t>(next, random.u64() % 30);
        const auto last = first + random.u64() % 5;
        Numbers found;
        for (auto number = expected.lower_bound(first); number != expected.end() && *number <= last;)
            number = (found.push_back(*number), expected.erase(number));
        REQUIRE(take(sent, {first, last}) == found);
        while (!expected.empty() && *expected.begin() + 40 < next) {
            REQUIRE(sent.take_oldest().number == *expected.begin());
            expected.erase(expected.begin());
        }
        REQUIRE(sent.is_empty() == expected.empty());
        if (!expected.empty()) REQUIRE(sent.oldest().number == *expected.begin());
        REQUIRE(sent.memory() < 256 * sizeof(SentPackets::Packet));
    }
}
