// SPDX-License-Identifier: MIT
#include "common/session/rtt.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using session::Rtt;

TEST_CASE("before the first measurement an answer is waited for 100 ms") {
    const Rtt rtt;
    CHECK_FALSE(rtt.smoothed());
    CHECK(rtt.probe_timeout() == 100ms);
}

TEST_CASE("the first measurement counts whole, later ones an eighth") {
    Rtt rtt;
    rtt.add(8ms, 0ms);
    CHECK(rtt.smoothed() == 8ms);
    CHECK(rtt.loss_delay() == 9ms);
    CHECK(rtt.probe_timeout() == 8ms + 4 * 4ms + 10ms);
    rtt.add(16ms, 0ms);
    CHECK(rtt.smoothed() == 9ms);
    CHECK(rtt.loss_delay() == 18ms); // of the latest, which is longer
}

TEST_CASE("what the peer waited is taken off, as far as it may wait") {
    Rtt rtt;
    rtt.add(20ms, 0ms);
    rtt.add(28ms, 8ms);
    CHECK(rtt.smoothed() == 20ms);
    rtt.add(30ms, 9s); // no more than 10 ms of that is believed
    CHECK(rtt.smoothed() == 20ms);
    rtt.add(4ms, 9ms); // longer than it took
    CHECK(rtt.smoothed() == 18ms);
}

TEST_CASE("a sample after a long sleep counts as a second, and none is too short to be waited for") {
    Rtt slept;
    slept.add(3h, 0ms);
    CHECK(slept.smoothed() == 1s);
    Rtt fast;
    fast.add(10us, 0ms);
    CHECK(fast.loss_delay() == 1ms);
    CHECK(fast.probe_timeout() == 10us + 1ms + 10ms);
}
