// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace chat {

/// `text` in rows of at most `columns`, broken at its line feeds, between words where that can be and between
/// grapheme clusters where not. A cluster that is wider than a row stands in one by itself. White space at a
/// break is on neither side of it. At least one row.
std::vector<std::string_view> wrap(std::string_view text, int columns);

} // namespace chat
