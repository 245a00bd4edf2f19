// SPDX-License-Identifier: MIT
#include "common/session/noise.hpp"

#include "common/base/ensure.hpp"

#include <array>

namespace session {
namespace {

constexpr std::string_view protocol_name = "Noise_XXpsk3_25519_ChaChaPoly_SHA256";

/// HKDF with up to three outputs (section 4.3).
template<std::size_t Count>
std::array<Digest, Count> derive(const Digest& chaining_key, std::string_view input) {
    const auto secret = hmac(chaining_key.view(), input);
    std::array<Digest, Count> outputs;
    std::string_view previous;
    for (std::size_t i = 0; i < Count; ++i) {
        const char number = static_cast<char>(i + 1);
        outputs[i] = hmac(secret.view(), previous, {&number, 1});
        previous = outputs[i].view();
    }
    return outputs;
}

SymmetricKey key_of(const Digest& digest) {
    return *SymmetricKey::from(digest.view());
}

} // namespace

Handshake::Handshake(Role role, const KeyPair& identity, const KeyPair& ephemeral, std::string_view prologue)
    : role_(role)
    , identity_(identity)
    , ephemeral_(ephemeral)
    , hash_(sha256(protocol_name))
    , chaining_key_(hash_) {
    static_assert(protocol_name.size() > Digest::size, "a shorter name is padded, not hashed (section 5.2)");
    mix_hash(prologue);
}

void Handshake::set_identity(const KeyPair& identity) {
    ensure(role_ == Role::initiator && !is_finished(), "the initiator's key goes with the third message");
    identity_ = identity;
}

std::optional<std::string> Handshake::write(std::string_view payload) {
    ensure(messages_ < 3 && (messages_ % 2 == 0) == (role_ == Role::initiator),
           "messages are written in turn");
    std::string out;
    if (messages_ < 2) {
        out += ephemeral_.public_key.view();
        mix_hash(ephemeral_.public_key.view());
        mix_key(ephemeral_.public_key.view()); // in handshakes with a pre-shared key (section 9.2)
    }
    if (messages_ == 1) {
        if (!mix_product(ephemeral_.secret, peer_ephemeral_)) return std::nullopt;
        put_sealed(identity_.public_key.view(), out);
        if (!mix_product(identity_.secret, peer_ephemeral_)) return std::nullopt;
    }
    if (messages_ == 2) {
        put_sealed(identity_.public_key.view(), out);
        if (!mix_product(identity_.secret, peer_ephemeral_)) return std::nullopt;
        mix_key_and_hash(pre_shared_.view());
    }
    put_sealed(payload, out);
    ++messages_;
    return out;
}

std::optional<std::string> Handshake::read(std::string_view message) {
    ensure(messages_ < 3 && (messages_ % 2 == 0) == (role_ == Role::responder), "messages are read in turn");
    // On a copy: a forged message must not spoil the handshake for the genuine one.
    auto next = *this;
    auto payload = next.read_message(message);
    if (payload) *this = next;
    return payload;
}

std::optional<std::string> Handshake::read_message(std::string_view message) {
    const auto take = [&](std::size_t count) {
        const auto front = message.substr(0, count);
        message.remove_prefix(front.size());
        return front;
    };
    const auto take_identity = [&] {
        std::string key;
        if (!take_sealed(take(PublicKey::size + seal_overhead), key)) return false;
        const auto parsed = PublicKey::from(key);
        if (parsed) peer_identity_ = *parsed;
        return parsed.has_value();
    };
    if (messages_ < 2) {
        const auto key = PublicKey::from(take(PublicKey::size));
        if (!key) return std::nullopt;
        peer_ephemeral_ = *key;
        mix_hash(key->view());
        mix_key(key->view());
    }
    if (messages_ == 1) {
        if (!mix_product(ephemeral_.secret, peer_ephemeral_) || !take_identity()) return std::nullopt;
        if (!mix_product(ephemeral_.secret, peer_identity_)) return std::nullopt;
    }
    if (messages_ == 2) {
        if (!take_identity() || !mix_product(ephemeral_.secret, peer_identity_)) return std::nullopt;
        mix_key_and_hash(pre_shared_.view());
    }
    std::string payload;
    if (!take_sealed(message, payload)) return std::nullopt;
    ++messages_;
    return payload;
}

TrafficKeys Handshake::keys() const {
    ensure(is_finished(), "keys come of a finished handshake");
    const auto [first, second] = derive<2>(chaining_key_, {});
    if (role_ == Role::initiator) return {key_of(first), key_of(second)};
    return {key_of(second), key_of(first)};
}

void Handshake::mix_hash(std::string_view bytes) {
    hash_ = sha256(hash_.view(), bytes);
}

void Handshake::mix_key(std::string_view input) {
    const auto [chaining_key, key] = derive<2>(chaining_key_, input);
    chaining_key_ = chaining_key;
    key_ = key_of(key);
    nonce_ = 0;
}

void Handshake::mix_key_and_hash(std::string_view input) {
    const auto [chaining_key, extra, key] = derive<3>(chaining_key_, input);
    chaining_key_ = chaining_key;
    mix_hash(extra.view());
    key_ = key_of(key);
    nonce_ = 0;
}

bool Handshake::mix_product(const SecretKey& ours, const PublicKey& theirs) {
    const auto product = diffie_hellman(ours, theirs);
    if (product) mix_key(product->view());
    return product.has_value();
}

void Handshake::put_sealed(std::string_view plain, std::string& out) {
    const auto start = out.size();
    seal(*key_, nonce_++, hash_.view(), plain, out);
    mix_hash(std::string_view(out).substr(start));
}

bool Handshake::take_sealed(std::string_view sealed, std::string& out) {
    if (!open(*key_, nonce_++, hash_.view(), sealed, out)) return false;
    mix_hash(sealed);
    return true;
}

} // namespace session
