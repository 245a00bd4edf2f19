// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// `pattern` with words for its places {0}, {1}, …; a place without a word stays.
std::string filled(std::string_view pattern, const std::vector<std::string>& words);

} // namespace chat
