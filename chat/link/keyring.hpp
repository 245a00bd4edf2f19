// SPDX-License-Identifier: MIT
// Finds the key that the user has for a name in a room.
#pragma once

#include "common/session/crypto.hpp"

#include <string>

namespace chat {

class Keyring {
  public:
    virtual ~Keyring() = default;
    /// The key with which to join as `name` on the host with that fingerprint.
    virtual session::KeyPair key_for(const std::string& fingerprint, const std::string& name) = 0;
    /// The room knows the key that key_for() gave last under the name `name`.
    virtual void remember(const std::string& fingerprint, const std::string& name) = 0;
};

} // namespace chat
