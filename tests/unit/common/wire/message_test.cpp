// SPDX-License-Identifier: MIT
#include "common/wire/message.hpp"

#include "common/session/crypto.hpp"

#include <doctest/doctest.h>

namespace {

text::Name name(std::string_view bytes) {
    return *text::Name::parsed(bytes);
}

const wire::Fingerprint print = {1, 2, 3, 4, 5, 6, 7, 8, 9, 255};

wire::RosterEntry only_entry(const std::string& bytes) {
    auto roster = wire::decode_roster(bytes);
    REQUIRE(roster);
    REQUIRE(roster->entries.size() == 1);
    return std::move(roster->entries.front());
}

} // namespace

TEST_CASE("a roster entry has the fingerprint of a key, and none of a classic member") {
    const auto kim = only_entry(wire::encode(wire::Roster{{}, {{name("kim"), false, true, false, print}}}));
    CHECK(kim.fingerprint == print);
    CHECK(kim.is_away);
    CHECK_FALSE(only_entry(wire::encode(wire::Roster{{}, {{name("ann"), true}}})).fingerprint);
}

TEST_CASE("the fingerprint that is sent is the one that people read") {
    session::PublicKey key;
    key.data.fill(5);
    CHECK(session::fingerprint(session::fingerprint_of(key)) == session::fingerprint(key));
    CHECK(session::fingerprint(wire::Fingerprint{}) == "0000-0000-0000-0000");
    CHECK(session::fingerprint(wire::Fingerprint{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1}) ==
          "ZZZZ-ZZZZ-0000-0001");
}
