// SPDX-License-Identifier: MIT
// A room's key: the password that whoever joins must know. Both sides of a handshake turn it into its
// pre-shared key, and the host proves that it knows it, too, before the client says who it is.
#pragma once

#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/session/cpace.hpp"
#include "common/session/crypto.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace session {

/// A room's key as it was typed, made comparable (NFC, no line end). Nothing if it is empty, longer than 256
/// bytes or no UTF-8.
std::optional<SecretText> room_key(std::string_view typed);

/// The key in the first line of `file`; see files::read_named_secret(). Throws std::runtime_error with a
/// sentence.
SecretText read_room_password(const std::filesystem::path& file);

/// One side of the exchange, CPace between a HELLO and its HOST.
class RoomPasswordExchange {
  public:
    /// `prologue` is the handshake's.
    RoomPasswordExchange(std::string_view key, std::string_view prologue, Random& random);

    const CpacePoint& share() const { return cpace_.share(); }

    using Proof = std::array<std::uint8_t, 16>;
    struct Agreed {
        SymmetricKey pre_shared;
        Proof proof{}; ///< what the host shows to have the same
    };
    /// Nothing for a share that is no good.
    std::optional<Agreed> finish(Cpace::Role role, const CpacePoint& theirs) const;

  private:
    Cpace cpace_;
};

} // namespace session
