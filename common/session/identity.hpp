// SPDX-License-Identifier: MIT
// Long-term keys: kept in a file that only its owner reads, and shown to people as fingerprints.
#pragma once

#include "common/session/crypto.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace session {

/// What a person compares: 80 bits of the key's BLAKE2b in base 32 without look-alikes,
/// "K7QX-2M4D-9TWA-LF3V".
std::string fingerprint(const PublicKey& key);

/// The key in `file`, which is made, with mode 0600 and its directories, if it is not there. Throws
/// std::runtime_error with a sentence if it cannot be read, made, or is none.
KeyPair load_or_make_identity(const std::filesystem::path& file, Random& random);

/// A directory of the user's by the XDG base directory specification: $`variable`, or `fallback` in the home
/// directory.
std::filesystem::path user_directory(const char* variable, std::string_view fallback);

} // namespace session
