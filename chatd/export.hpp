// SPDX-License-Identifier: MIT
// A room's log as people and programs read it: "chatd export".
#pragma once

#include "chatd/options.hpp"

#include <optional>
#include <string_view>

namespace chatd {

/// Prints the room's transcript to standard output, less what was whispered. Throws Failure.
void export_log(const Options& options);

/// "2h", "30d", "2026-11-20", "2026-11-20T10:00" (here) as a point in time; nothing for anything else.
std::optional<WallTime> parse_since(std::string_view text, WallTime now);

} // namespace chatd
