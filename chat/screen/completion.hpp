// SPDX-License-Identifier: MIT
// What the word at the cursor may become: commands and settings behind a slash, names anywhere.
#pragma once

#include "chat/model/members.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

struct Completion {
    std::size_t begin = 0;               ///< of the word, in bytes
    std::size_t end = 0;                 ///< of what stands there now
    std::vector<std::string> candidates; ///< with what follows them, the likeliest first
    std::size_t chosen = 0;
};

/// Nothing if nothing fits.
std::optional<Completion> complete(std::string_view text, std::size_t cursor, const Members& members);

} // namespace chat
