// SPDX-License-Identifier: MIT
#include "common/base/secret_text.hpp"
#include "common/session/cpace.hpp"
#include "common/session/noise.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string>

namespace {

/// Whether an object's own bytes hold `secret`: while it lives, and after it has gone.
struct Held {
    bool before;
    bool after;
    bool operator==(const Held&) const = default;
};

template<class Value>
Held held_by(const Value& value, std::string_view secret) {
    alignas(Value) std::array<unsigned char, sizeof(Value)> place{};
    const auto holds = [&] {
        std::string bytes;
        for (const volatile auto& byte : place) bytes += static_cast<char>(byte);
        return bytes.find(secret) != std::string::npos;
    };
    auto* const copy = new (place.data()) Value(value);
    const bool before = holds();
    std::destroy_at(copy);
    return {before, holds()};
}

} // namespace

TEST_CASE("a fingerprint is read as people type it, and nothing else is") {
    test::SeededRandom random(1);
    const auto key = session::KeyPair::generate(random).public_key;
    const auto shown = session::fingerprint(key);
    const auto read = session::parse_fingerprint(shown);
    CHECK((read == session::fingerprint_of(key)));
    const auto as_shown = [](std::string_view typed) {
        const auto parsed = session::parse_fingerprint(typed);
        return parsed ? session::fingerprint(*parsed) : "none";
    };
    CHECK(as_shown("k7qx-2m4d-9twa-hf3v") == "K7QX-2M4D-9TWA-HF3V");
    CHECK(as_shown("K7QX2M4D9TWAHF3V") == "K7QX-2M4D-9TWA-HF3V");
    CHECK(as_shown("k7qx2m4d-9TWAHF3v") == "K7QX-2M4D-9TWA-HF3V");
    CHECK(as_shown("oOiI-lL00-1111-zzzz") == "0011-1100-1111-ZZZZ");
    for (const auto* typed :
         {"", "-", "K7QX-2M4D", "K7QX-2M4D-9TWA-HF3", "K7QX-2M4D-9TWA-HF3VV", "K7QX-2M4D-9TWA-HF3U",
          "K7QX 2M4D 9TWA HF3V", "K7QX-2M4D-9TWA-HF3\xC3\xA4", "#7QX-2M4D-9TWA-HF3V"})
        CHECK_MESSAGE(as_shown(typed) == "none", typed);
}

TEST_CASE("keys are overwritten where they go, whatever holds them") {
    test::SeededRandom random(1);
    const auto key = *session::SymmetricKey::from("a key of exactly 32 bytes for us");
    const auto pair = session::KeyPair::generate(random);
    constexpr Held wiped{true, false};
    CHECK(held_by(key, key.view()) == wiped);
    CHECK(held_by(pair, pair.secret.view()) == wiped);
    CHECK(held_by(session::TrafficKeys{key, {}}, key.view()) == wiped);
    CHECK(held_by(session::TrafficKeys{{}, key}, key.view()) == wiped);
    CHECK(held_by(std::optional(key), key.view()) == wiped);
    session::Handshake handshake(session::Handshake::Role::initiator, pair,
                                 session::KeyPair::generate(random), "prologue");
    handshake.set_pre_shared_key(key);
    CHECK(held_by(handshake, pair.secret.view()) == wiped);
    CHECK(held_by(handshake, key.view()) == wiped);
    const auto scalar = session::Cpace::random_scalar(random);
    CHECK(held_by(session::Cpace("password", "channel", "id", scalar), scalar.view()) == wiped);
}

TEST_CASE("a password keeps no copy in itself, and loses none when it grows or is given on") {
    const std::string typed = "open sesame";
    SecretText password(typed);
    CHECK(held_by(password, typed) == Held{false, false});
    for (int i = 0; i < 100; ++i) password.append(typed);
    CHECK(password.view().size() == 101 * typed.size());
    auto copy = password;
    CHECK(copy == password);
    const auto moved = std::move(copy);
    CHECK(moved == password);
    password = SecretText("other");
    CHECK(password.view() == "other");
    CHECK_FALSE(moved == password);
}

TEST_CASE("what everybody may know is not taken for a secret") {
    test::SeededRandom random(1);
    const auto pair = session::KeyPair::generate(random);
    CHECK(held_by(pair.public_key, pair.public_key.view()) == Held{true, true});
}
