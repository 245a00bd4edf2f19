// SPDX-License-Identifier: MIT
// Calls the user who looks elsewhere: the bell, the desktop, a program of the user's own.
#pragma once

#include "chat/model/scrollback.hpp"
#include "chat/screen/curses_screen.hpp"
#include "chat/settings.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace chat {

class Attention {
  public:
    /// Both must outlive it.
    Attention(CursesScreen& screen, const Settings& settings)
        : screen_(screen)
        , settings_(settings) {}

    /// Whether the user looks at this terminal; before the first time that is not known.
    void look(bool does) { is_looked_at_ = does; }
    /// For a line that somebody said in `place`, as far as the settings want it. A sentence if the user's
    /// program can't be run.
    std::optional<std::string> call(const Line& line, const std::string& place);
    /// Ends what is left of programs that have ended.
    void reap();
    bool has_programs() const { return !programs_.empty(); }

  private:
    CursesScreen& screen_;
    const Settings& settings_;
    std::optional<bool> is_looked_at_; ///< as far as the terminal says
    std::vector<pid_t> programs_;      ///< of the user's, at most most_programs
};

} // namespace chat
