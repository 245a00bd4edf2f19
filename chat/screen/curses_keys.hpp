// SPDX-License-Identifier: MIT
// Keys as a terminal sends them, and what was pasted. ncurses must have the terminal by then.
#pragma once

#include "chat/model/key_press.hpp"

#include <optional>
#include <string>
#include <utility>

namespace chat {

class CursesKeys {
  public:
    /// Tells ncurses of the keys that terminfo has no names for.
    static void define();

    /// The next key that is there; nothing when there are no more.
    std::optional<KeyPress> read();
    /// What came with a key of the kind `paste`; unchecked.
    std::string take_paste() { return std::exchange(paste_, {}); }
    /// Whether the terminal has gone away.
    bool is_gone() const { return is_gone_; }

  private:
    /// The key behind a code of ncurses; nothing for one that does nothing here.
    std::optional<KeyPress> named(unsigned code);
    static std::optional<KeyPress> behind_escape();

    std::string paste_;
    bool is_pasting_ = false;
    bool is_gone_ = false;
};

} // namespace chat
