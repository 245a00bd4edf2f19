// SPDX-License-Identifier: MIT
#include "common/session/recovery.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using session::Interval;
using session::Recovery;
using session::SentItem;

namespace {

struct RecoveryHarness {
    Recovery recovery;
    Instant now{1h};
    std::uint64_t next = 0;

    void send(std::size_t size = 1200) {
        recovery.handle_sent(next, size, {{1, next, 1}}, now);
        ++next;
    }
    Recovery::Outcome ack(std::vector<Interval> intervals) {
        return recovery.handle_ack(intervals, 0ms, now);
    }
};

} // namespace

TEST_CASE("an acknowledgement tells what arrived, measures, and once only") {
    RecoveryHarness test;
    test.send();
    test.now += 5ms;
    CHECK(test.ack({{0, 0}}).acked == std::vector<SentItem>{{1, 0, 1}});
    CHECK(test.recovery.smoothed_rtt() == 5ms);
    CHECK(test.ack({{0, 0}}).acked.empty());
    CHECK_FALSE(test.recovery.deadline());
    CHECK(test.recovery.bytes_in_flight() == 0);
}

TEST_CASE("a packet is lost when three newer ones are there") {
    RecoveryHarness test;
    for (int i = 0; i < 4; ++i) test.send();
    test.now += 1ms;
    CHECK(test.ack({{1, 2}}).lost.empty());
    CHECK(test.ack({{1, 3}}).lost == std::vector<SentItem>{{1, 0, 1}});
    CHECK(test.recovery.lost_packets() == 1);
}

TEST_CASE("a packet is lost when it is older than a round trip and an eighth") {
    RecoveryHarness test;
    test.send();
    test.now += 1ms;
    test.send();
    test.now += 16ms;
    CHECK(test.ack({{1, 1}}).lost.empty());
    REQUIRE(test.recovery.deadline());
    CHECK(*test.recovery.deadline() == Instant(1h) + 18ms);
    CHECK(test.recovery.handle_deadline(*test.recovery.deadline()).lost == std::vector<SentItem>{{1, 0, 1}});
}

TEST_CASE("no answer: two probes each time, after 100 ms at first, never more than 250 ms apart, then each "
          "second") {
    RecoveryHarness test;
    test.send();
    auto previous = test.now;
    for (int round = 0; round < 60; ++round) {
        REQUIRE(test.recovery.deadline());
        test.now = *test.recovery.deadline();
        const auto interval = test.now - previous;
        CHECK(interval == (round == 0 ? 100ms : round == 1 ? 200ms : round < 40 ? 250ms : 1000ms));
        // From the fourth on what is unanswered counts as lost, so that what is remembered does not grow.
        CHECK(test.recovery.handle_deadline(test.now).lost.size() == (round < 3 ? 0 : round == 3 ? 1 : 2));
        CHECK(test.recovery.probes_due() == 2);
        CHECK(test.recovery.has_room_for(1200));
        if (round >= 3) {
            test.send(50);
            test.send(50);
            CHECK(test.recovery.bytes_in_flight() == 100);
        }
        previous = test.now;
    }
    test.ack({{test.next - 1, test.next - 1}});
    CHECK(test.recovery.unanswered_probes() == 0);
    CHECK(test.recovery.probes_due() == 0);
}

TEST_CASE("the window opens when it is used, closes once a round trip, and has a floor and a ceiling") {
    RecoveryHarness test;
    const auto first = test.recovery.window();
    test.send(100);
    test.now += 1ms;
    test.ack({{0, 0}});
    CHECK(test.recovery.window() == first); // it was not what held anything back
    for (int round = 0; round < 20; ++round) {
        const auto from = test.next;
        while (test.recovery.has_room_for(1200)) test.send();
        test.now += 1ms;
        test.ack({{from, test.next - 1}});
    }
    CHECK(test.recovery.window() == 64 * 1024);
    for (int round = 0; round < 10; ++round) {
        const auto before = test.recovery.window();
        test.now += 1ms;
        const auto from = test.next;
        while (test.recovery.has_room_for(1200)) test.send();
        test.now += 1ms;
        test.ack({{from + 5, test.next - 1}}); // five lost at once
        CHECK(test.recovery.window() == std::max(before / 2, first));
    }
    CHECK(test.recovery.window() == first);
}

TEST_CASE("an answer after a long sleep does not put off what is to be sent again") {
    RecoveryHarness test;
    test.send();
    test.now += 3h;
    test.ack({{0, 0}});
    test.send();
    REQUIRE(test.recovery.deadline());
    CHECK(*test.recovery.deadline() <= test.now + 4s);
}
