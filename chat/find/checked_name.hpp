// SPDX-License-Identifier: MIT
// A name that a user typed, before any host is asked for it.
#pragma once

#include <string>

namespace chat {

/// A name that may be asked for, in NFC, or a Failure (EX_USAGE) that says what is wrong with it.
std::string checked_name(const std::string& typed);

} // namespace chat
