// SPDX-License-Identifier: MIT
#include "common/session/crypto.hpp"

#include "common/base/ensure.hpp"

#include <sodium.h>

#include <algorithm>

namespace session {
namespace {

const unsigned char* pointer(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// libsodium picks its implementations for this processor once.
void ready() {
    static const bool is_ready = sodium_init() >= 0;
    ensure(is_ready, "libsodium starts");
}

std::array<unsigned char, crypto_aead_chacha20poly1305_IETF_NPUBBYTES> nonce_bytes(std::uint64_t number) {
    std::array<unsigned char, crypto_aead_chacha20poly1305_IETF_NPUBBYTES> nonce{};
    for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<unsigned char>(number >> (8 * i));
    return nonce;
}

static_assert(seal_overhead == crypto_aead_chacha20poly1305_IETF_ABYTES);

} // namespace

KeyPair KeyPair::generate(Random& random) {
    SecretKey secret;
    random.fill(secret.data.data(), secret.data.size());
    return from(secret);
}

KeyPair KeyPair::from(const SecretKey& secret) {
    ready();
    KeyPair pair;
    pair.secret = secret;
    crypto_scalarmult_base(pair.public_key.data.data(), secret.data.data());
    return pair;
}

std::optional<SymmetricKey> diffie_hellman(const SecretKey& ours, const PublicKey& theirs) {
    SymmetricKey product;
    if (crypto_scalarmult(product.data.data(), ours.data.data(), theirs.data.data()) != 0)
        return std::nullopt;
    return product;
}

Digest sha256(std::string_view first, std::string_view second) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, pointer(first), first.size());
    crypto_hash_sha256_update(&state, pointer(second), second.size());
    Digest digest;
    crypto_hash_sha256_final(&state, digest.data.data());
    return digest;
}

std::uint64_t short_digest(std::string_view bytes) {
    const auto digest = sha256(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = sizeof value; i-- > 0;) value = value << 8 | digest.data[i];
    return value;
}

Digest hmac(std::string_view key, std::string_view first, std::string_view second) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, pointer(key), key.size());
    crypto_auth_hmacsha256_update(&state, pointer(first), first.size());
    crypto_auth_hmacsha256_update(&state, pointer(second), second.size());
    Digest digest;
    crypto_auth_hmacsha256_final(&state, digest.data.data());
    return digest;
}

std::array<std::uint8_t, 16> short_mac(const SymmetricKey& key, std::string_view bytes) {
    ready();
    std::array<std::uint8_t, 16> mac{};
    crypto_generichash(mac.data(), mac.size(), pointer(bytes), bytes.size(), key.data.data(),
                       key.data.size());
    return mac;
}

wire::Fingerprint fingerprint_of(const PublicKey& key) {
    const auto digest = short_mac({}, key.view());
    wire::Fingerprint result{};
    std::copy_n(digest.begin(), result.size(), result.begin());
    return result;
}

// Crockford's: no I, L, O, U.
constexpr std::string_view fingerprint_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t fingerprint_digits = 16;

std::string fingerprint(const wire::Fingerprint& fingerprint) {
    std::string out;
    for (std::size_t digit = 0; digit < fingerprint_digits; ++digit) {
        if (digit > 0 && digit % 4 == 0) out += '-';
        unsigned value = 0;
        for (std::size_t bit = 5 * digit; bit < 5 * digit + 5; ++bit)
            value = value << 1 | (static_cast<unsigned>(fingerprint[bit / 8]) >> (7 - bit % 8) & 1U);
        out += fingerprint_alphabet[value];
    }
    return out;
}

std::string fingerprint(const PublicKey& key) {
    return fingerprint(fingerprint_of(key));
}

std::optional<wire::Fingerprint> parse_fingerprint(std::string_view typed) {
    wire::Fingerprint result{};
    std::size_t digits = 0;
    for (const char c : typed) {
        if (c == '-') continue;
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        const char digit = upper == 'I' || upper == 'L' ? '1' : upper == 'O' ? '0' : upper;
        const auto value = fingerprint_alphabet.find(digit);
        if (value == std::string_view::npos || digits == fingerprint_digits) return std::nullopt;
        for (std::size_t bit = 0; bit < 5; ++bit) {
            const auto at = 5 * digits + bit;
            if ((value >> (4 - bit) & 1U) != 0) result[at / 8] |= static_cast<std::uint8_t>(0x80U >> at % 8);
        }
        ++digits;
    }
    return digits == fingerprint_digits ? std::optional(result) : std::nullopt;
}

bool is_equal(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b) {
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void seal(const SymmetricKey& key, std::uint64_t nonce, std::string_view associated, std::string_view plain,
          std::string& out) {
    const auto start = out.size();
    out.resize(start + plain.size() + seal_overhead);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        reinterpret_cast<unsigned char*>(out.data()) + start, nullptr, pointer(plain), plain.size(),
        pointer(associated), associated.size(), nullptr, nonce_bytes(nonce).data(), key.data.data());
}

void seal_behind(const SymmetricKey& key, std::uint64_t nonce, std::string& packet, std::size_t header) {
    const auto plain = packet.size() - header;
    packet.resize(packet.size() + seal_overhead);
    auto* bytes = reinterpret_cast<unsigned char*>(packet.data());
    crypto_aead_chacha20poly1305_ietf_encrypt(bytes + header, nullptr, bytes + header, plain, bytes, header,
                                              nullptr, nonce_bytes(nonce).data(), key.data.data());
}

bool open(const SymmetricKey& key, std::uint64_t nonce, std::string_view associated, std::string_view sealed,
          std::string& out) {
    if (sealed.size() < seal_overhead) return false;
    const auto start = out.size();
    out.resize(start + sealed.size() - seal_overhead);
    const bool is_genuine = crypto_aead_chacha20poly1305_ietf_decrypt(
                                reinterpret_cast<unsigned char*>(out.data()) + start, nullptr, nullptr,
                                pointer(sealed), sealed.size(), pointer(associated), associated.size(),
                                nonce_bytes(nonce).data(), key.data.data()) == 0;
    if (!is_genuine) out.resize(start);
    return is_genuine;
}

} // namespace session
