// SPDX-License-Identifier: MIT
// Noise_XXpsk3_25519_ChaChaPoly_SHA256 (The Noise Protocol Framework, revision 34): three messages after
// which both sides know each other's long-term key and share two directions' keys that nobody else has. It
// knows the messages only; what carries them, and how often, is others' matter.
//
//   -> e      <- e, ee, s, es      -> s, se, psk
#pragma once

#include "common/session/crypto.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace session {

/// Each side's keys once the handshake is over.
struct TrafficKeys {
    SymmetricKey send;
    SymmetricKey receive;
};

class Handshake {
  public:
    enum class Role { initiator, responder };

    /// What each message is longer than its payload by.
    static constexpr std::size_t overhead_1 = 32 + 16;
    static constexpr std::size_t overhead_2 = 32 + 48 + 16;
    static constexpr std::size_t overhead_3 = 48 + 16;

    /// Both sides must give the same `prologue`.
    Handshake(Role role, const KeyPair& identity, const KeyPair& ephemeral, std::string_view prologue);

    /// The initiator's, before the third message is written: until then it has not been used, and the peer is
    /// known by then.
    void set_identity(const KeyPair& identity);
    /// Before the third message is written or read.
    void set_pre_shared_key(const SymmetricKey& key) { pre_shared_ = key; }

    /// The next message with `payload` in it; the payload of the first is not encrypted.
    /// Nothing if the other side's key is no good.
    std::optional<std::string> write(std::string_view payload);
    /// The payload of the other side's next message. Nothing, and the handshake as it was, if it is not
    /// genuine.
    std::optional<std::string> read(std::string_view message);

    bool is_finished() const { return messages_ == 3; }
    /// After the third message.
    TrafficKeys keys() const;
    /// The other side's long-term key: after the second message for the initiator, the third for the
    /// responder.
    const PublicKey& peer() const { return peer_identity_; }
    /// The same on both sides, and on no others (section 11.2).
    const Digest& hash() const { return hash_; }

  private:
    void mix_hash(std::string_view bytes);
    void mix_key(std::string_view input);
    void mix_key_and_hash(std::string_view input);
    bool mix_product(const SecretKey& ours, const PublicKey& theirs);
    void put_sealed(std::string_view plain, std::string& out);
    bool take_sealed(std::string_view sealed, std::string& out);
    std::optional<std::string> read_message(std::string_view message);

    Role role_;
    KeyPair identity_;
    KeyPair ephemeral_;
    PublicKey peer_identity_;
    PublicKey peer_ephemeral_;
    SymmetricKey pre_shared_{};
    Digest hash_;
    Digest chaining_key_;
    std::optional<SymmetricKey> key_;
    std::uint64_t nonce_ = 0;
    int messages_ = 0;
};

} // namespace session
