// SPDX-License-Identifier: MIT
// What makes web addresses on a screen lead there, by OSC 8, which ncurses knows nothing of.
#pragma once

#include "chat/screen/cells.hpp"

#include <optional>
#include <string>

namespace chat {

/// What has to be written once `now` is drawn, where `before` was, if anything. It leaves the cursor and the
/// terminal's attributes as they were. Nothing is written outside of `terminal`.
std::string link_bytes(const Cells& now, const std::optional<Cells>& before, Size terminal);

} // namespace chat
