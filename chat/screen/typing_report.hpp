// SPDX-License-Identifier: MIT
// Whether the others are to be told that the user types: while there is a line that is being changed.
#pragma once

#include "common/base/time.hpp"

#include <optional>
#include <string_view>

namespace chat {

class TypingReport {
  public:
    /// The line was changed.
    void note_edit(Instant now) { edited_ = now; }
    /// Whether the others think so now, which has an end.
    bool is_told() const { return is_told_; }
    /// What to tell them now, if anything. `line` is what is typed; `is_wanted` by the user.
    std::optional<bool> poll(std::string_view line, bool is_wanted, Instant now);

  private:
    bool is_told_ = false;
    Instant told_{};
    Instant edited_{};
};

} // namespace chat
