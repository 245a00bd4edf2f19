// SPDX-License-Identifier: MIT
// The one wrapper of libsodium: keys as distinct types, and the few primitives that the protocol is made of.
// Nothing here reads a random source by itself; see Random.
#pragma once

#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/wire/event.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace session {

/// Bytes that are overwritten when they go, wherever they were copied to.
template<std::size_t Size>
struct WipedBytes : std::array<std::uint8_t, Size> {
    WipedBytes() = default;
    WipedBytes(const WipedBytes&) = default;
    WipedBytes& operator=(const WipedBytes&) = default;
    ~WipedBytes() { wipe(this->data(), Size); }
};

/// Bytes of a known length and purpose; `Tag` keeps one kind from being taken for another.
template<std::size_t Size, class Tag, class Storage = WipedBytes<Size>>
struct Bytes {
    static constexpr std::size_t size = Size;
    Storage data{};

    std::string_view view() const { return {reinterpret_cast<const char*>(data.data()), Size}; }
    static std::optional<Bytes> from(std::string_view bytes) {
        if (bytes.size() != Size) return std::nullopt;
        Bytes result;
        for (std::size_t i = 0; i < Size; ++i) result.data[i] = static_cast<std::uint8_t>(bytes[i]);
        return result;
    }
};

/// Bytes that everybody may see, so they need not be overwritten.
template<std::size_t Size, class Tag>
using PublicBytes = Bytes<Size, Tag, std::array<std::uint8_t, Size>>;

using PublicKey = PublicBytes<32, struct PublicKeyTag>; ///< X25519
using SecretKey = Bytes<32, struct SecretKeyTag>;       ///< X25519
using SymmetricKey = Bytes<32, struct SymmetricTag>;    ///< ChaCha20-Poly1305, or a pre-shared key
using Digest = Bytes<32, struct DigestTag>;             ///< SHA-256, of which keys are made, too

inline bool operator==(const PublicKey& a, const PublicKey& b) {
    return a.data == b.data; // public: no need for constant time
}

struct KeyPair {
    SecretKey secret;
    PublicKey public_key; ///< the public half
    static KeyPair generate(Random& random);
    static KeyPair from(const SecretKey& secret);
};

/// X25519; empty for a public key of small order, whose product would be known to everybody.
std::optional<SymmetricKey> diffie_hellman(const SecretKey& ours, const PublicKey& theirs);

Digest sha256(std::string_view first, std::string_view second = {});
/// The first 8 bytes of it, little-endian.
std::uint64_t short_digest(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104).
Digest hmac(std::string_view key, std::string_view first, std::string_view second = {});

/// Keyed BLAKE2b (RFC 7693) of 16 bytes: only a holder of the key can make it, and check it.
std::array<std::uint8_t, 16> short_mac(const SymmetricKey& key, std::string_view bytes);

/// 80 bits of the key's BLAKE2b, for people to compare.
wire::Fingerprint fingerprint_of(const PublicKey& key);
/// A fingerprint as text, in base 32 without look-alikes: "K7QX-2M4D-9TWA-HF3V".
std::string fingerprint(const wire::Fingerprint& fingerprint);
std::string fingerprint(const PublicKey& key);
/// Reads a fingerprint as people type it: also in small letters, with dashes anywhere or none, I and L for 1
/// and O for 0. Empty if it does not have 16 digits.
std::optional<wire::Fingerprint> parse_fingerprint(std::string_view typed);

/// Compares secrets in constant time.
bool is_equal(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b);

/// A sealed message is so many bytes longer.
inline constexpr std::size_t seal_overhead = 16;

/// ChaCha20-Poly1305 (RFC 8439) with the nonce that Noise makes of a number: 4 zero bytes, then it
/// little-endian. Appends to `out`.
void seal(const SymmetricKey& key, std::uint64_t nonce, std::string_view associated, std::string_view plain,
          std::string& out);
/// Seals in place all that comes after the first `header` bytes of `packet`; they are the associated data.
void seal_behind(const SymmetricKey& key, std::uint64_t nonce, std::string& packet, std::size_t header);
/// Opens what seal() made: appends to `out` and returns true, or leaves `out` alone and returns false.
bool open(const SymmetricKey& key, std::uint64_t nonce, std::string_view associated, std::string_view sealed,
          std::string& out);

} // namespace session
