// SPDX-License-Identifier: MIT
// The screen by ncurses: keys in, cells out, and the terminal as it was before, however the program ends.
// Main thread only.
#pragma once

#include "chat/screen/cells.hpp"
#include "chat/screen/curses_keys.hpp"
#include "chat/screen/terminal.hpp"
#include "chat/settings.hpp"

#include <functional>
#include <optional>

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
    Terminal& terminal() { return terminal_; }
    CursesKeys& keys() { return keys_; }
    void ring();
    /// Draws all of it anew with the next draw().
    void forget();
    /// Draws what differs from the last time.
    void draw(const Cells& cells);

  private:
    void put(int row, int column, const Cell& cell);
    void give_back();

    Terminal terminal_;
    CursesKeys keys_;
    std::optional<Cells> drawn_;
    bool has_colours_ = false;
    bool has_links_ = false;
};

} // namespace chat
