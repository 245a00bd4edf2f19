// SPDX-License-Identifier: MIT
// The one wrapper of libedit: a line edited on the terminal, key by key, and text shown above it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// Writes all of it to standard output, waiting as long as that takes. A reader that is gone is no error.
void write_to_terminal(std::string_view bytes);

/// Takes the terminal over while it lives. One thread's.
class LineEditor {
  public:
    /// Tab completes `first_words` at the front of a line and `later_words` behind; both may change.
    LineEditor(const std::vector<std::string>& first_words, const std::vector<std::string>& later_words);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    struct Line {
        std::string text;
        bool is_secret = false; ///< typed unseen
    };
    /// Takes in the key that is there; gives the line that it finished.
    std::optional<Line> read_key();
    /// The next line is typed unseen, and kept in no history.
    void begin_secret();
    /// Whether the user typed Ctrl-D on an empty line.
    bool is_ended() const;
    /// Writes whole lines above what is being typed.
    void show_above(std::string_view lines);
    /// Takes what is being typed off the terminal.
    void erase();
    /// The terminal is another job's until take_terminal(): its mode is left as it is, also by the end of
    /// this. Only is_ended() may be asked meanwhile.
    void leave_terminal();
    /// Shows what is being typed again.
    void take_terminal();
    /// The window's size has changed.
    void resize();

  private:
    std::optional<Line> read_secret();

    struct State;
    std::unique_ptr<State> state_;
};

} // namespace chatd
