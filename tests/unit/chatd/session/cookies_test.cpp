// SPDX-License-Identifier: MIT
#include "chatd/session/cookies.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

net::Address address(const char* literal, std::uint16_t port) {
    return net::Address::parse(literal, port).value();
}

const auto home = address("10.0.0.2", 5000);
const Instant start{1h};

struct Oven {
    test::SeededRandom random{1};
    chatd::Cookies cookies{random};

    /// Whether one that was baked for `home` at the start is good for `where` after that time.
    bool is_good(const net::Address& where, Duration after) {
        const auto baked = cookies.bake(home, start);
        return cookies.is_good(where, baked.stamp, baked.cookie, start + after);
    }
};

} // namespace

TEST_CASE("a cookie is good for its address and its port, and for nobody else's") {
    CHECK(Oven().is_good(home, 0s));
    CHECK_FALSE(Oven().is_good(address("10.0.0.2", 5001), 0s));
    CHECK_FALSE(Oven().is_good(address("10.0.0.3", 5000), 0s));
    CHECK_FALSE(Oven().is_good(address("::ffff:10.0.0.2", 5000), 0s));
}

TEST_CASE("a cookie outlives the change of the key once, and no more") {
    CHECK(Oven().is_good(home, 119s));
    CHECK(Oven().is_good(home, 121s)); // under the last key
    CHECK(Oven().is_good(home, 239s));
    CHECK_FALSE(Oven().is_good(home, 241s));
    CHECK_FALSE(Oven().is_good(home, 1h));
}

TEST_CASE("after a long quiet no old key is left, however many lifetimes it was") {
    for (const auto quiet : {240s, 241s, 359s, 360s, 86400s}) {
        Oven oven;
        const auto baked = oven.cookies.bake(home, start);
        const auto fresh = oven.cookies.bake(home, start + quiet);
        CAPTURE(quiet.count());
        CHECK_FALSE(oven.cookies.is_good(home, baked.stamp, baked.cookie, start + quiet));
        CHECK(oven.cookies.is_good(home, fresh.stamp, fresh.cookie, start + quiet + 60s));
    }
}

TEST_CASE("a cookie of another host, of another stamp, or with one bit changed is none") {
    Oven oven;
    const auto baked = oven.cookies.bake(home, start);
    test::SeededRandom other_random{2};
    chatd::Cookies other(other_random);
    CHECK_FALSE(other.is_good(home, baked.stamp, baked.cookie, start));
    for (const std::uint32_t stamp : {baked.stamp + 1, baked.stamp - 1, 0u, ~0u})
        if (stamp != baked.stamp) CHECK_FALSE(oven.cookies.is_good(home, stamp, baked.cookie, start));
    for (std::size_t bit = 0; bit < 8 * baked.cookie.size(); ++bit) {
        auto changed = baked.cookie;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        CHECK_FALSE(oven.cookies.is_good(home, baked.stamp, changed, start));
    }
}
