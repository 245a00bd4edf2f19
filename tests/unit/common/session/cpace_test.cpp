// SPDX-License-Identifier: MIT
#include "common/session/cpace.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using session::Cpace;
using session::CpacePoint;
using session::CpaceScalar;
using test::from_hex;
using test::to_hex;

namespace {

// draft-irtf-cfrg-cpace-20, the test vector for ristretto255 with SHA-512.
const auto channel = from_hex("6f630b425f726573706f6e6465720b415f696e69746961746f72");
const auto session_id = from_hex("7e4b4791d6a8ef019b936c79fb7f2c57");
constexpr const char* scalar_a = "da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08";
constexpr const char* share_a = "d40fb265a7abeaee7939d91a585fe59f7053f982c296ec413c624c669308f87a";
constexpr const char* scalar_b = "d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d";
constexpr const char* share_b = "08bcf6e9777a9c313a3db6daa510f2d398403319c2341bd506a92e672eb7e307";
constexpr const char* key_of_both = "4c5469a16b2364c4b944ebc1a79e51d1674ad47db26e8718154f59faebfaa52d8346f30a"
                                    "a58377117eb20d527f2cbc5c76381f7fd372e89df8239f87f2e02ed1";

Cpace side(std::string_view password, const char* scalar) {
    return Cpace(password, channel, session_id, *CpaceScalar::from(from_hex(scalar)));
}

} // namespace

TEST_CASE("both sides of the published vector come to its key") {
    const auto a = side("Password", scalar_a);
    const auto b = side("Password", scalar_b);
    CHECK(to_hex(a.share().view()) == share_a);
    CHECK(to_hex(b.share().view()) == share_b);
    const auto key_a = a.finish(Cpace::Role::initiator, b.share(), "ADa", "ADb");
    const auto key_b = b.finish(Cpace::Role::responder, a.share(), "ADb", "ADa");
    REQUIRE(key_a);
    REQUIRE(key_b);
    CHECK(to_hex(key_a->view()) == key_of_both);
    CHECK(to_hex(key_b->view()) == key_of_both);
}

TEST_CASE("another password comes to another key") {
    const auto a = side("Password", scalar_a);
    const auto b = side("password", scalar_b);
    const auto key_a = a.finish(Cpace::Role::initiator, b.share(), "ADa", "ADb");
    const auto key_b = b.finish(Cpace::Role::responder, a.share(), "ADb", "ADa");
    REQUIRE(key_a);
    REQUIRE(key_b);
    CHECK(to_hex(key_a->view()) != to_hex(key_b->view()));
}

TEST_CASE("a share that is no point, or the neutral one, is refused") {
    const auto a = side("Password", scalar_a);
    CHECK_FALSE(a.finish(Cpace::Role::initiator, CpacePoint{}, "", ""));
    CHECK_FALSE(a.finish(Cpace::Role::initiator, *CpacePoint::from(std::string(32, '\xFF')), "", ""));
}
