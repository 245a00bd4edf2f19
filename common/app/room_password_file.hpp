// SPDX-License-Identifier: MIT
// The room password in a file that the user names.
#pragma once

#include "common/base/secret_text.hpp"

#include <filesystem>

namespace session {

/// The password in the first line of `file`; see files::read_named_secret(). Throws std::runtime_error with a
/// sentence.
SecretText read_room_password(const std::filesystem::path& file);

} // namespace session
