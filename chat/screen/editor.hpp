// SPDX-License-Identifier: MIT
// What is being typed: actions in, text and a cursor out, readline's way. What a line means and how it is
// drawn are others' matters.
#pragma once

#include "chat/model/keymap.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace chat {

class Editor {
  public:
    /// No line is longer, in bytes: what a room takes as one text.
    static constexpr std::size_t max_bytes = 8192;
    /// Lines remembered.
    static constexpr std::size_t max_history = 1000;

    enum class Outcome {
        ignored, ///< not the editor's
        edited,  ///< text, cursor or neither changed
    };
    /// `character` is what is typed, where that is the action.
    Outcome handle(Action action, char32_t character = 0);

    /// Valid UTF-8, with line feeds between its lines.
    std::string_view text() const { return text_; }
    /// In bytes, between grapheme clusters.
    std::size_t cursor() const { return cursor_; }

    /// The line, which leaves the editor for the history.
    std::string take_line();
    void clear();
    /// Puts `text` where the cursor is; displayable, with line feeds.
    void insert(std::string_view text);
    /// Puts `text` in the place of what is between the offsets.
    void replace(std::size_t begin, std::size_t end, std::string_view text);
    /// Lines typed before, oldest first.
    void remember(std::deque<std::string> lines);

  private:
    Outcome apply(Action action, char32_t character);
    void recall_earlier();
    void recall_later();
    std::size_t previous_cluster() const;
    std::size_t next_cluster() const;
    std::size_t previous_word() const;
    std::size_t next_word() const;
    /// Of the line that the cursor is in.
    std::size_t line_begin() const;
    std::size_t line_end() const;
    /// To the line above or below, as far to the right; false at the ends.
    bool move_line(bool is_up);
    /// Cuts from `first` to `last` out; into the kill buffer if `is_kill`.
    void erase(std::size_t first, std::size_t last, bool is_kill);
    void recall(std::size_t index);
    /// Moves the cursor out of a cluster, to its end.
    void settle_cursor();

    std::string text_;
    std::size_t cursor_ = 0;
    std::string killed_;
    std::deque<std::string> history_;
    std::size_t recalled_ = 0; ///< index into history_; its size for the line being typed
    std::string unfinished_;   ///< the line being typed while another is recalled
};

} // namespace chat
