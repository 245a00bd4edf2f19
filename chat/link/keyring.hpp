// SPDX-License-Identifier: MIT
// Which of the user's keys is for a name in a room.
#pragma once

#include "common/session/crypto.hpp"

#include <string>

namespace chat {

class Keyring {
  public:
    virtual ~Keyring() = default;
    /// The key to join as `name` with, where the host has that fingerprint.
    virtual session::KeyPair key_for(const std::string& fingerprint, const std::string& name) = 0;
    /// That room calls the holder of the key that key_for() gave last `name`.
    virtual void remember(const std::string& fingerprint, const std::string& name) = 0;
};

} // namespace chat
