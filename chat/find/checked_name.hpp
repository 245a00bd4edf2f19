// SPDX-License-Identifier: MIT
// Checks a name that the user typed, before a host is asked for it.
#pragma once

#include <string>

namespace chat {

/// The name in NFC. Throws Failure (EX_USAGE) that says what is wrong with it, if anything is.
std::string checked_name(const std::string& typed);

} // namespace chat
