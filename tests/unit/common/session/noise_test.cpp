// SPDX-License-Identifier: MIT
#include "common/session/noise.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using session::Handshake;
using session::KeyPair;
using session::SecretKey;
using session::SymmetricKey;
using test::from_hex;
using test::to_hex;

namespace {

struct Message {
    const char* payload;
    const char* ciphertext;
};

// The vector for Noise_XXpsk3_25519_ChaChaPoly_SHA256 of the cacophony project, as the snow project carries
// it.
const auto prologue = from_hex("4a6f686e2047616c74");
const auto pre_shared =
    *SymmetricKey::from(from_hex("54686973206973206d7920417573747269616e20706572737065637469766521"));
const auto initiator_static = from_hex("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1");
const auto initiator_ephemeral = from_hex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
const auto responder_static = from_hex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
const auto responder_ephemeral = from_hex("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");
constexpr const char* handshake_hash = "a477edf6a131bbdb54707f6ea30eab6cd935d9b560f0e5fd1f053a95a99669fb";
constexpr Message messages[] = {
    {"4c756477696720766f6e204d69736573", "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944c9f"
                                         "5ff0e8079630cb7e270c20bbf480821b77a384a645c71a2fd9b3db1c16a5f"},
    {"4d757272617920526f746862617264",
     "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843b123def17f71e6ae8e57e0e1dec5949c5f7415c"
     "6f33517398747d821a06dc23ad430aa1fd7381d46195c378a819fd574425462cbb2d4ca339e738a0b7001dc91423fbf55a99af0"
     "c6f1df21012ceb2f"},
    {"462e20412e20486179656b", "52187316111b118d4c060364f7b975dc0809b2590779aff2d63113c564f11744493384db7bf32"
                               "d5ae6686df6ab06d508d2e07caaf1d6afc010b978735fc78900e71ae1d314130d042e729a"},
    {"4361726c204d656e676572", "eaedc672d4c21e0e2955758756fb98f194c4e90d5deb5b6cf30b27"},
    {"4a65616e2d426170746973746520536179",
     "522d543c5fe799d09a3d9da7ff54d0dc03c8af1dc7751d2ff708339d2290943e98"},
    {"457567656e2042f6686d20766f6e2042617765726b",
     "7d4e2c3873eef6a213b04e72f9df60a91666072d3544c5d96c34a09e2329b5030bee796741"},
};

KeyPair pair_of(const std::string& secret) {
    return KeyPair::from(*SecretKey::from(secret));
}

struct Sides {
    Handshake initiator{Handshake::Role::initiator, pair_of(initiator_static), pair_of(initiator_ephemeral),
                        prologue};
    Handshake responder{Handshake::Role::responder, pair_of(responder_static), pair_of(responder_ephemeral),
                        prologue};
    Sides() {
        initiator.set_pre_shared_key(pre_shared);
        responder.set_pre_shared_key(pre_shared);
    }
};

} // namespace

TEST_CASE("the handshake writes and reads the published vector") {
    Sides sides;
    for (int i = 0; i < 3; ++i) {
        auto& writer = i % 2 == 0 ? sides.initiator : sides.responder;
        auto& reader = i % 2 == 0 ? sides.responder : sides.initiator;
        const auto message = writer.write(from_hex(messages[i].payload));
        REQUIRE(message);
        CHECK(to_hex(*message) == messages[i].ciphertext);
        const auto payload = reader.read(*message);
        REQUIRE(payload);
        CHECK(to_hex(*payload) == messages[i].payload);
    }
    REQUIRE(sides.initiator.is_finished());
    REQUIRE(sides.responder.is_finished());
    CHECK(to_hex(sides.initiator.hash().view()) == handshake_hash);
    CHECK(to_hex(sides.responder.hash().view()) == handshake_hash);
    CHECK(sides.initiator.peer() == pair_of(responder_static).public_key);
    CHECK(sides.responder.peer() == pair_of(initiator_static).public_key);
    const auto ours = sides.initiator.keys();
    const auto theirs = sides.responder.keys();
    for (int i = 3; i < 6; ++i) {
        // The transport's messages go on in turn, the responder's first; each direction counts by itself.
        const auto nonce = static_cast<std::uint64_t>(i - 3) / 2;
        const bool is_responders = i % 2 == 1;
        std::string sealed;
        session::seal(is_responders ? theirs.send : ours.send, nonce, {}, from_hex(messages[i].payload),
                      sealed);
        CHECK(to_hex(sealed) == messages[i].ciphertext);
        std::string opened;
        CHECK(session::open(is_responders ? ours.receive : theirs.receive, nonce, {}, sealed, opened));
        CHECK(to_hex(opened) == messages[i].payload);
    }
}

TEST_CASE("a forged message is refused, and the genuine one still taken") {
    for (int at = 0; at < 3; ++at) {
        Sides sides;
        for (int i = 0; i < 3; ++i) {
            auto& writer = i % 2 == 0 ? sides.initiator : sides.responder;
            auto& reader = i % 2 == 0 ? sides.responder : sides.initiator;
            const auto message = *writer.write("hello");
            if (i == at) {
                for (std::size_t byte = i == 0 ? message.size() - 16 : 0; byte < message.size(); byte += 5) {
                    auto forged = message;
                    forged[byte] = static_cast<char>(forged[byte] ^ 4);
                    CHECK_FALSE(reader.read(forged));
                }
                for (std::size_t length = 0; length < message.size(); length += 3)
                    CHECK_FALSE(reader.read(message.substr(0, length)));
            }
            CHECK(reader.read(message) == "hello");
        }
    }
}

TEST_CASE("sides with different pre-shared keys or prologues do not come together") {
    Sides sides;
    sides.responder.set_pre_shared_key({});
    REQUIRE(sides.responder.read(*sides.initiator.write("")));
    REQUIRE(sides.initiator.read(*sides.responder.write("")));
    CHECK_FALSE(sides.responder.read(*sides.initiator.write("")));

    Handshake ours(Handshake::Role::initiator, pair_of(initiator_static), pair_of(initiator_ephemeral),
                   "room one");
    Handshake theirs(Handshake::Role::responder, pair_of(responder_static), pair_of(responder_ephemeral),
                     "room two");
    CHECK_FALSE(theirs.read(*ours.write("")));
}

TEST_CASE("a key of small order is refused") {
    Sides sides;
    const auto first = *sides.initiator.write("");
    CHECK_FALSE(session::diffie_hellman(*SecretKey::from(initiator_static), session::PublicKey{}));
    REQUIRE(sides.responder.read(first));
}

TEST_CASE("an initiator chooses its long-term key once it knows who the responder is") {
    Sides sides;
    REQUIRE(sides.responder.read(*sides.initiator.write({})));
    REQUIRE(sides.initiator.read(*sides.responder.write({})));
    CHECK(sides.initiator.peer() == pair_of(responder_static).public_key);
    const auto other = pair_of(std::string(32, 'k'));
    sides.initiator.set_identity(other);
    REQUIRE(sides.responder.read(*sides.initiator.write("name")) == "name");
    CHECK(sides.responder.peer() == other.public_key);
    CHECK(sides.responder.keys().send.view() == sides.initiator.keys().receive.view());
}
