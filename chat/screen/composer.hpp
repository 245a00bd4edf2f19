// SPDX-License-Identifier: MIT
// How the line that is being typed becomes what the user means: by keys, completion, a paste, or another
// editor. A long paste waits in the UiState until the user has said what to do with it.
#pragma once

#include "chat/child_process.hpp"
#include "chat/screen/own_lines.hpp"
#include "chat/screen/typing_report.hpp"
#include "chat/screen/ui_state.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace chat {

class Composer {
  public:
    /// All of them must outlive it.
    Composer(Model& model, UiState& ui, OwnLines& own_lines, TypingReport& typing)
        : model_(model)
        , ui_(ui)
        , own_lines_(own_lines)
        , typing_(typing) {}

    /// An action of the editor's; others do nothing.
    void edit(Action action, char32_t character, Instant now);
    /// Completes the word at the cursor, the next time with the next candidate, or with the one before.
    void complete_word(bool is_back, Instant now);
    void paste(std::string_view untrusted, Instant now);
    /// While there is a paste that the user is asked about.
    void answer_paste(Action action, char32_t character, WallTime now);
    /// What came of another editor, in place of the line.
    void replace(const std::variant<std::string, EditorFault>& outcome, WallTime now);

  private:
    Model& model_;
    UiState& ui_;
    OwnLines& own_lines_;
    TypingReport& typing_;
};

} // namespace chat
