// SPDX-License-Identifier: MIT
// What is on the screen besides the conversation: the line being typed, and what the user is at.
#pragma once

#include "chat/model/calendar.hpp"
#include "chat/model/model.hpp"
#include "chat/screen/completion.hpp"
#include "chat/screen/editor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// Looking for something in the scrollback, as it is typed.
struct Search {
    std::string query;
    std::uint64_t found = 0;                  ///< the line's number; 0 for none
    std::optional<Scrollback::Anchor> before; ///< where the view was
};

/// What came out of the clipboard, and what it would be said as.
struct Paste {
    std::string text; ///< displayable
    std::vector<text::Text> messages;
};
/// Any number of lines, in messages of as many as one takes.
Paste paste_of(std::string_view untrusted);

struct UiState {
    Editor editor;
    std::optional<Search> search;
    std::optional<Completion> completion;
    std::optional<Paste> paste; ///< that the user is asked about
    std::string time_format = "%H:%M";
    Zone zone = utc; ///< that times are shown in
    bool has_roster = true;
    std::string retry_key = "^T"; ///< as it is called
    std::string newest_key = "Alt-End";
};

} // namespace chat
