// SPDX-License-Identifier: MIT
// The terminal's modes and manners beside what is drawn: they are put back as they were before, however the
// program ends. Goes past ncurses, between two of its drawings.
#pragma once

#include "chat/settings.hpp"

#include <string>
#include <string_view>

namespace chat {

class Terminal {
  public:
    /// Remembers how the terminal is, before ncurses changes that.
    Terminal();

    /// Sees that a crash puts the terminal back. Once ncurses knows what the terminal can do.
    static void prepare_for_crash();
    void take();
    void give_back();

    /// Of the terminal's window, where it has one. `displayable` text.
    void set_title(std::string_view displayable);
    /// Tells the desktop, through the terminal.
    static void pop_up(Settings::Popup how, std::string_view title, std::string_view displayable);
    /// Whether the terminal is one of those that have OSC 8, and nothing stands between it and us.
    static bool is_known_for_links();
    /// Between two drawings.
    static void write(std::string_view bytes);

  private:
    std::string title_;
};

} // namespace chat
