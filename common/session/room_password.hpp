// SPDX-License-Identifier: MIT
// The room password, which users call the room's key: a member must know it to join. Both sides of a
// handshake turn it into the pre-shared key, and the host proves first that it knows it too: the client has
// not said who it is by then.
#pragma once

#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/session/cpace.hpp"
#include "common/session/crypto.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace session {

/// No password is longer, in bytes.
inline constexpr std::size_t max_room_password = 256;

/// The first line of `typed`, made comparable (NFC). Empty if there is nothing in it, or it is too long or
/// not UTF-8.
std::optional<SecretText> parse_room_password(std::string_view typed);

/// One side of the exchange: CPace, in a HELLO and the HOST that answers it.
class RoomPasswordExchange {
  public:
    /// `prologue` is the handshake's.
    RoomPasswordExchange(std::string_view password, std::string_view prologue, Random& random);

    const CpacePoint& share() const { return cpace_.share(); }

    using Proof = std::array<std::uint8_t, 16>;
    struct Agreed {
        SymmetricKey pre_shared;
        Proof proof{}; ///< the host shows it, as it knows the password too
    };
    /// Empty if their share is invalid.
    std::optional<Agreed> finish(Cpace::Role role, const CpacePoint& theirs) const;

  private:
    Cpace cpace_;
};

} // namespace session
