// SPDX-License-Identifier: MIT
// A terminal that does not show what is typed, between a program's questions too: what a person types ahead
// may be a secret. It is as it was before, whatever ends or stops the program.
#pragma once

namespace chat {

/// Hides while it lives. There is one at a time.
class HiddenInput {
  public:
    /// Does nothing if `fd` is no terminal.
    explicit HiddenInput(int fd);
    /// What was typed and not read is dropped: neither a screen nor a shell shall take it for its own.
    ~HiddenInput();
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;

    bool is_terminal() const { return is_terminal_; }
    /// Drops what was typed before the question; the answer is shown, or not.
    void begin_question(bool is_shown);
    void end_question();
    /// Whether the program was stopped and goes on: what it wrote before may have scrolled away.
    bool take_continued();

  private:
    bool is_terminal_ = false;
};

} // namespace chat
