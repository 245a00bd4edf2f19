// SPDX-License-Identifier: MIT
// What a room calls itself, and its host: words that anybody on the network may choose.
#pragma once

#include <string>
#include <string_view>

namespace chat {

/// Columns of a label.
inline constexpr int label_columns = 40;

/// Displayable and on one line, without what stands around labels here (quotes, bars, more than one blank),
/// and cut with an ellipsis at `most` columns.
std::string label(std::string_view untrusted, int most = label_columns);

} // namespace chat
