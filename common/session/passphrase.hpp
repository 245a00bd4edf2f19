// SPDX-License-Identifier: MIT
// What a person keeps or carries away under a passphrase: Argon2id (RFC 9106) makes a key of it, slowly and
// in much memory, so that guessing costs; XChaCha20-Poly1305 seals with that. And the text that it travels
// as.
#pragma once

#include "common/base/random.hpp"
#include "common/base/secret_text.hpp"
#include "common/session/crypto.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace session {

/// A passphrase as it was typed, made comparable (NFC, no line end). Nothing if it is empty, longer than 1024
/// bytes or no UTF-8.
std::optional<SecretText> passphrase(std::string_view typed);

/// `plain`, sealed with a salt and a nonce of its own; `associated` is not in it, and has to be the same for
/// open_with_passphrase(). Throws std::runtime_error if there is not enough memory.
std::string seal_with_passphrase(const SecretText& passphrase, std::string_view associated,
                                 const SecretText& plain, Random& random);
/// Nothing for another passphrase, or other bytes.
std::optional<SecretText> open_with_passphrase(const SecretText& passphrase, std::string_view associated,
                                               std::string_view sealed);

/// Base 64 (RFC 4648, section 4).
std::string to_base64(std::string_view bytes);
/// White space in it does not count. Nothing if it is no base 64.
std::optional<std::string> from_base64(std::string_view text);

} // namespace session
