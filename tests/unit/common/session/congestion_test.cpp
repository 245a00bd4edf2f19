// SPDX-License-Identifier: MIT
#include "common/session/congestion.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using session::Congestion;

TEST_CASE("what is under way counts until it is under way no more") {
    Congestion congestion;
    const auto window = congestion.window();
    CHECK_FALSE(congestion.is_limiting());
    congestion.add(window);
    CHECK(congestion.is_limiting());
    CHECK_FALSE(congestion.has_room_for(1));
    congestion.remove(100);
    CHECK(congestion.bytes_in_flight() == window - 100);
    CHECK(congestion.has_room_for(100));
    CHECK_FALSE(congestion.has_room_for(101));
}

TEST_CASE("the window doubles at first, and grows by a packet a round trip after a loss") {
    Congestion congestion;
    const auto first = congestion.window();
    congestion.grow(first);
    CHECK(congestion.window() == 2 * first);
    congestion.cut(Instant(1s), Instant(2s));
    CHECK(congestion.window() == first);
    congestion.grow(first);
    CHECK(congestion.window() == first + 1200);
}

TEST_CASE("the window is cut once a round trip, has a floor and a ceiling, and begins anew on another path") {
    Congestion congestion;
    const auto first = congestion.window();
    for (int i = 0; i < 10; ++i) congestion.grow(first);
    CHECK(congestion.window() == 64 * 1024);
    congestion.cut(Instant(1s), Instant(2s));
    CHECK(congestion.window() == 32 * 1024);
    CHECK(congestion.is_before_cut(Instant(2s)));
    congestion.cut(Instant(2s), Instant(3s)); // sent before the window was cut
    CHECK(congestion.window() == 32 * 1024);
    for (int i = 4; i < 8; ++i)
        congestion.cut(Instant(std::chrono::seconds(i)), Instant(std::chrono::seconds(i)));
    CHECK(congestion.window() == first);
    congestion.add(500);
    congestion.reset();
    CHECK(congestion.bytes_in_flight() == 0);
    CHECK(congestion.window() == first);
}
