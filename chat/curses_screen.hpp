// SPDX-License-Identifier: MIT
// The one wrapper of ncurses: keys in, cells out, and the terminal as it was before, however the program
// ends. Main thread only.
#pragma once

#include "chat/cells.hpp"
#include "chat/key.hpp"

#include <optional>

namespace chat {

class CursesScreen {
  public:
    /// Takes the terminal over. Throws Failure if it cannot show a screen.
    CursesScreen();
    ~CursesScreen();
    CursesScreen(const CursesScreen&) = delete;
    CursesScreen& operator=(const CursesScreen&) = delete;

    /// The terminal's size as it is now.
    Size size() const;
    /// After SIGWINCH.
    void resize();
    /// Gives the terminal to the shell until the user comes back.
    void suspend();
    /// Draws all of it anew with the next draw().
    void forget();
    /// Draws what differs from the last time.
    void draw(const Cells& cells);
    /// The next key that is there; nothing when there are no more.
    std::optional<Key> read_key();
    /// Whether the terminal has gone away.
    bool is_gone() const { return is_gone_; }

  private:
    void put(int row, int column, const Cell& cell);

    std::optional<Cells> drawn_;
    bool is_gone_ = false;
};

} // namespace chat
