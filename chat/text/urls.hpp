// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace chat {

/// Where web addresses are in `text`, begins and ends in bytes: http and https, in printable ASCII, without
/// the punctuation of the sentence around them.
std::vector<std::pair<std::size_t, std::size_t>> urls_in(std::string_view text);

} // namespace chat
