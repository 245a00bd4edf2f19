// SPDX-License-Identifier: MIT
// Writes the author of a line, and the reader of a whisper. No name has a bracket, a blank, '*', '>' or '!'
// in it, so no text and no name makes one kind of line look like another.
#pragma once

#include "chat/model/scrollback.hpp"
#include "common/wire/message.hpp"

#include <string>
#include <vector>

namespace chat {

/// The author on the screen: "bob" says, "[bob]" whispers, "*bob" acts.
std::string author_of(const Line& line);

/// A line for pipes and notifications, a row for each row of its text: "bob: text", "bob -> anna: text",
/// "* bob text", "!admin: text". Each row names the author, so none can pass for another's.
std::vector<std::string> spoken_rows(const Line& line);

/// A line of the user's own that is said again: "text", "[to anna] text", "* text". Empty for another
/// command.
std::string own_words(const wire::Command& command);

/// The kind of a line, for other programs: "say", "whisper", "act" or "shout".
std::string kind_of(const Line& line);

} // namespace chat
