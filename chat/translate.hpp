// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace chat {

/// `message`, which is English, in the user's language, with {0}, {1}, … filled in.
std::string tr(const char* message, const std::vector<std::string>& words = {});

} // namespace chat
