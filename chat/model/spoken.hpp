// SPDX-License-Identifier: MIT
// How a line tells who says it, and to whom. No name has a bracket, a blank, '*', '>' or '!' in it, so that
// no text and no name makes one kind of line look like another.
#pragma once

#include "chat/model/scrollback.hpp"
#include "common/wire/message.hpp"

#include <string>
#include <vector>

namespace chat {

/// The author on the screen: "bob" says, "[bob]" whispers, "*bob" acts.
std::string author_of(const Line& line);

/// What was said in words of its own, a row for each row of the text: "bob: text", "bob -> anna: text",
/// "* bob text", "!admin: text". Each row has the author in it, so that none can pass for another's.
std::vector<std::string> spoken_rows(const Line& line);

/// A line of the user's own that is said again: "text", "[to anna] text", "* text". Empty for another
/// command.
std::string own_words(const wire::Command& command);

/// For other programs: "say", "whisper", "act" or "shout".
std::string kind_of(const Line& line);

} // namespace chat
