// SPDX-License-Identifier: MIT
#include "common/session/cpace.hpp"

#include "common/base/secret_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <string>

namespace session {
namespace {

constexpr std::string_view domain = "CPaceRistretto255";
constexpr std::size_t hash_block = 128; // of SHA-512

/// A length in LEB128, then the bytes.
void put(SecretText& out, std::string_view bytes) {
    std::string length;
    auto rest = bytes.size();
    for (; rest >= 0x80; rest >>= 7) length += static_cast<char>((rest & 0x7F) | 0x80);
    length += static_cast<char>(rest);
    out.append(length);
    out.append(bytes);
}

CpaceKey sha512(std::string_view bytes) {
    CpaceKey digest;
    crypto_hash_sha512(digest.data.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
    return digest;
}

/// The password's own generator of the group (the draft's section on calculate_generator): the padding fills
/// the hash's first block, so that its time does not depend on what follows.
CpacePoint generator(std::string_view password, std::string_view channel, std::string_view session_id) {
    SecretText hashed;
    put(hashed, domain);
    put(hashed, password);
    const auto front = hashed.view().size();
    put(hashed, std::string(hash_block - 1 > front ? hash_block - 1 - front : 0, '\0'));
    put(hashed, channel);
    put(hashed, session_id);
    const auto digest = sha512(hashed);
    CpacePoint point;
    crypto_core_ristretto255_from_hash(point.data.data(), digest.data.data());
    return point;
}

} // namespace

Cpace::Cpace(std::string_view password, std::string_view channel, std::string_view session_id,
             const CpaceScalar& scalar)
    : session_id_(session_id)
    , scalar_(scalar) {
    const auto point = generator(password, channel, session_id);
    // Fails only for the neutral element, which no hash is known to give; the other side refuses the zeros
    // then.
    if (crypto_scalarmult_ristretto255(share_.data.data(), scalar_.data.data(), point.data.data()) != 0)
        share_ = {};
}

CpaceScalar Cpace::random_scalar(Random& random) {
    // 64 random bytes reduced modulo the group's order are as good as uniform.
    std::array<unsigned char, crypto_core_ristretto255_NONREDUCEDSCALARBYTES> wide{};
    random.fill(wide.data(), wide.size());
    CpaceScalar scalar;
    crypto_core_ristretto255_scalar_reduce(scalar.data.data(), wide.data());
    wipe(wide.data(), wide.size());
    return scalar;
}

std::optional<CpaceKey> Cpace::finish(Role role, const CpacePoint& theirs, std::string_view our_data,
                                      std::string_view their_data) const {
    Bytes<CpacePoint::size, struct ProductTag> product;
    if (crypto_scalarmult_ristretto255(product.data.data(), scalar_.data.data(), theirs.data.data()) != 0)
        return std::nullopt;
    SecretText hashed;
    put(hashed, std::string(domain) + "_ISK");
    put(hashed, session_id_);
    put(hashed, product.view());
    const auto put_side = [&](const CpacePoint& share, std::string_view data) {
        put(hashed, share.view());
        put(hashed, data);
    };
    if (role == Role::initiator) put_side(share_, our_data);
    put_side(theirs, their_data);
    if (role == Role::responder) put_side(share_, our_data);
    return sha512(hashed);
}

} // namespace session
