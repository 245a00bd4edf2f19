// SPDX-License-Identifier: MIT
// What happens, as one JSON object a line, for programs.
#pragma once

#include "chat/link/link.hpp"
#include "common/base/time.hpp"

#include <optional>
#include <string>

namespace chat {

/// The line for something that was heard at `time`, without its line feed; nothing for what is no news to a
/// program. Events of the room have the host's time and a "seq"; "kind" is join, leave, say, act, whisper,
/// shout, topic, rename, kick, notice or status.
std::optional<std::string> json_line(const LinkEvent& event, WallTime time);

/// A word of this program's.
std::string json_notice(const std::string& text, WallTime time);

} // namespace chat
