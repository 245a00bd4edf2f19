// SPDX-License-Identifier: MIT
// Long-term keys, kept in a file that only its owner reads.
#pragma once

#include "common/base/random.hpp"
#include "common/session/crypto.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace session {

/// The key in `file`; empty if the file is not there. Throws std::runtime_error with a sentence if it cannot
/// be read, is no key, or is not private.
std::optional<KeyPair> load_identity(const std::filesystem::path& file);
/// The same; made, with the directories, if it is not there.
KeyPair load_or_make_identity(const std::filesystem::path& file, Random& random);

/// A directory of the user's by the XDG base directory specification: $`variable`, or `fallback` in the home
/// directory.
std::filesystem::path user_directory(const char* variable, std::string_view fallback);

} // namespace session
