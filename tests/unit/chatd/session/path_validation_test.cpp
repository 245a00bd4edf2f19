// SPDX-License-Identifier: MIT
#include "chatd/session/path_validation.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

net::Path path(const char* literal) {
    return {net::Address::parse(literal, 5000).value(), {}};
}

const Instant start{1h};

struct Moving {
    net::Path home = path("10.0.0.2");
    net::Path elsewhere = path("10.0.0.3");
    test::SeededRandom random{1};
    chatd::PathValidation validation;

    void hear(const net::Path& from, std::size_t size = 100, bool is_newest = true, Instant now = start) {
        validation.handle_packet(home, from, size, is_newest, random, now);
    }
};

} // namespace

TEST_CASE("a member that is where it was is asked nothing") {
    Moving member;
    member.hear(member.home);
    CHECK_FALSE(member.validation.next_deadline());
    CHECK_FALSE(member.validation.poll_challenge(start));
}

TEST_CASE("a new address is proven by the token that was sent to it, and by no other") {
    Moving member;
    member.hear(member.elsewhere);
    const auto challenge = member.validation.poll_challenge(start);
    REQUIRE(challenge);
    CHECK(challenge->path->peer == member.elsewhere.peer);
    CHECK_FALSE(member.validation.is_proven(member.elsewhere, challenge->token + 1));
    CHECK_FALSE(member.validation.is_proven(path("10.0.0.4"), challenge->token));
    REQUIRE(member.validation.is_proven(member.elsewhere, challenge->token));
    CHECK(member.validation.take_path().peer == member.elsewhere.peer);
    CHECK_FALSE(member.validation.is_proven(member.elsewhere, challenge->token));
}

TEST_CASE("a late packet from elsewhere proves nothing, and a newer one from home ends the question") {
    Moving member;
    member.hear(member.elsewhere, 100, false);
    CHECK_FALSE(member.validation.poll_challenge(start));
    member.hear(member.elsewhere);
    const auto challenge = member.validation.poll_challenge(start);
    REQUIRE(challenge);
    member.hear(member.home, 100, false); // was on the way when it moved
    CHECK(member.validation.is_proven(member.elsewhere, challenge->token));
    member.hear(member.home);
    CHECK_FALSE(member.validation.is_proven(member.elsewhere, challenge->token));
}

TEST_CASE("a challenge is repeated, and an address that is not proven gets three bytes for one that came") {
    Moving member;
    member.hear(member.elsewhere, 40);
    std::size_t sent = 0;
    for (auto now = start; const auto due = member.validation.next_deadline(); now += 10ms) {
        if (now < *due) continue;
        REQUIRE(member.validation.poll_challenge(now));
        CHECK_FALSE(member.validation.poll_challenge(now));
        ++sent;
    }
    CHECK(sent >= 1);
    CHECK(sent <= 3 * 40 / 42); // a packet with nothing but a challenge has 42 bytes
    member.hear(member.elsewhere, 40, false, start + 1s);
    CHECK(member.validation.next_deadline());
}
