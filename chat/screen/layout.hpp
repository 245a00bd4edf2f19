// SPDX-License-Identifier: MIT
// Where what is on the screen stands: rows of lines and of what is typed, and how the view goes through them.
#pragma once

#include "chat/screen/cells.hpp"
#include "chat/screen/ui_state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

inline constexpr int roster_columns = 16;
inline constexpr int first_message_row = 2; ///< below the title and the day
inline constexpr std::string_view input_prompt = "> ";

/// What is typed, in rows of the screen.
struct InputRows {
    std::vector<std::string_view> rows;
    int cursor_row = 0;
    int cursor_column = 0;
};

/// Where things stand on a screen of one size.
struct Layout {
    Size size;
    bool has_roster = false;
    int time_columns = 0; ///< with the blank behind it
    int name_columns = 0;
    int text_column = 0;
    int messages_end = 0; ///< column behind the messages
    InputRows input;      ///< all of it, however much of it is shown
    int input_rows = 1;
    int paste_rows = 0; ///< with the heading
    std::string time_format;
    Zone zone = utc;
    std::string retry_key;
    /// The last column stays blank beside the roster.
    int text_columns() const { return messages_end - text_column - (has_roster ? 1 : 0); }
    int status_row() const { return size.rows - input_rows - 1; }
    int message_rows() const { return std::max(0, status_row() - paste_rows - first_message_row); }
};

/// What it points to is `ui`'s.
Layout layout_of(const Model& model, const UiState& ui, Size size);

/// One row of the message area.
struct Row {
    const Line* line = nullptr;
    std::string text = {};
    std::size_t offset = 0; ///< of it in the line's text
    std::string mark = {};  ///< at the right edge
    int rows_above_end = 0;
    bool is_first = false;
    bool is_day = false; ///< only the line's day
};

/// What a line says; of one's own whisper, to whom; of a crowd, how many others came and went.
std::string text_of(const Line& line);
/// Up to `count` rows that end where a view stands, last to first.
std::vector<Row> rows_up_from(const Model& model, const std::optional<Scrollback::Anchor>& anchor,
                              const Layout& layout, int count);

/// Rows of messages that a screen of that size shows: what PgUp and PgDn go by.
int message_rows(const Model& model, const UiState& ui, Size size);

/// Whether the oldest line is on the screen.
bool is_at_top(const Model& model, const UiState& ui, Size size);

/// Where the view stands after scrolling up by `rows` (down if negative), never past either end.
std::optional<Scrollback::Anchor> scrolled(const Model& model, const UiState& ui, Size size, int rows);
/// With the oldest line at the top.
std::optional<Scrollback::Anchor> scrolled_to_top(const Model& model, const UiState& ui, Size size);
/// With the line at `index` in the middle, as far as the ends let it.
std::optional<Scrollback::Anchor> scrolled_to(const Model& model, const UiState& ui, Size size,
                                              std::size_t index);

/// The newest line before `index` that holds `folded_needle`; nothing if none does.
std::optional<std::size_t> find_older(const Model& model, std::string_view folded_needle, std::size_t index);
/// The oldest one from `index` on.
std::optional<std::size_t> find_newer(const Model& model, std::string_view folded_needle, std::size_t index);

} // namespace chat
