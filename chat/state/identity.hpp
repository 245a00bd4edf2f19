// SPDX-License-Identifier: MIT
// Who the user is: the secret that the names' keys are made of, and the text in which it is taken to another
// machine.
#pragma once

#include "chat/state/own_names.hpp"
#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/session/crypto.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// The key with that label: two names of one user are two members, and each is its key's.
session::KeyPair key_of(const session::SecretKey& secret, const std::string& label);

struct Identity {
    session::SecretKey secret;
    std::vector<OwnName> names;
};

/// As lines of text that survive a mail, sealed with `passphrase`.
std::string exported(const Identity& identity, const SecretText& passphrase, Random& random);
/// The reverse. Throws Failure: EX_DATAERR for what is none or damaged, EX_NOPERM for another passphrase.
Identity imported(std::string_view text, const SecretText& passphrase);
/// Throws as imported() does for a text that no passphrase opens.
void check_exported(std::string_view text);

} // namespace chat
