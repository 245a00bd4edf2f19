// SPDX-License-Identifier: MIT
// The one wrapper of ncurses: keys in, cells out, and the terminal as it was before, however the program
// ends. Main thread only.
#pragma once

#include "chat/model/key_press.hpp"
#include "chat/screen/cells.hpp"
#include "chat/settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chat {

class CursesScreen {
  public:
    /// Takes the terminal over. Throws Failure if it cannot show a screen.
    CursesScreen(Settings::Theme theme, Settings::Links links);
    ~CursesScreen();
    CursesScreen(const CursesScreen&) = delete;
    CursesScreen& operator=(const CursesScreen&) = delete;

    /// The terminal's size as it is now.
    Size size() const;
    /// After SIGWINCH.
    void resize();
    /// Gives the terminal to the shell until the user comes back.
    void suspend();
    /// Gives the terminal to `other` for as long as it runs.
    void lend(const std::function<void()>& other);
    void set_theme(Settings::Theme theme);
    void set_links(Settings::Links links);
    /// Of the terminal's window, where it has one. `displayable` text.
    void set_title(std::string_view displayable);
    void ring();
    /// Tells the desktop, through the terminal.
    void pop_up(Settings::Popup how, std::string_view title, std::string_view displayable);
    /// Draws all of it anew with the next draw().
    void forget();
    /// Draws what differs from the last time.
    void draw(const Cells& cells);
    /// The next key that is there; nothing when there are no more.
    std::optional<KeyPress> read_key();
    /// What came with a key of the kind `paste`; unchecked.
    std::string take_paste() { return std::exchange(paste_, {}); }
    /// Whether the terminal has gone away.
    bool is_gone() const { return is_gone_; }

  private:
    void put(int row, int column, const Cell& cell);
    /// What was drawn, over again, as a way to somewhere.
    void put_links(const Cells& cells, bool is_anew);
    void take_terminal();
    void give_terminal_back();
    /// The key behind a code of ncurses; nothing for one that does nothing here.
    std::optional<KeyPress> named_key(unsigned code);
    std::optional<KeyPress> key_behind_escape();

    std::optional<Cells> drawn_;
    std::string paste_;
    bool is_pasting_ = false;
    std::string title_;
    bool has_colours_ = false;
    bool has_links_ = false;
    bool is_gone_ = false;
};

} // namespace chat
