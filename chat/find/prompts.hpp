// SPDX-License-Identifier: MIT
// Asks the user at the terminal before there is a screen: for a name, for the room's password, and whether a
// host is the one that is meant. Without a terminal it asks nothing.
#pragma once

#include "chat/hidden_input.hpp"
#include "chat/link/link.hpp"
#include "common/base/secret_text.hpp"
#include "common/os/signals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chat {

/// All that is known of a room that is new here, in rows of at most `columns`. Words of the room about itself
/// stand in quotes, on rows of their own.
std::vector<std::string> trust_words(const std::string& where, const RoomKnown& room, int columns);

/// From the first question on nothing is shown that is typed, except for the answers that may be seen: a
/// person who waits for the next question may type a key.
class Prompts {
  public:
    /// One of `signals` ends a question with a Failure.
    Prompts(bool may_ask, os::SignalDescriptor& signals)
        : may_ask_(may_ask)
        , signals_(signals) {}

    bool may_ask() const { return may_ask_; }
    /// Shows words that need no answer.
    static void tell(const std::string& words);
    /// `why` says what was wrong with the last name. Empty if there is no answer.
    std::optional<std::string> ask_name(const std::string& why);
    /// The room password, which is not shown. Empty if there is no answer.
    std::optional<SecretText> ask_password(bool was_wrong);
    /// Whether the room at `where` is the one that is meant.
    bool ask_trust(const std::string& where, const RoomKnown& room);
    /// No more questions: the terminal is as it was before the first one.
    void end() { hidden_.reset(); }

  private:
    std::optional<SecretText> ask(const std::string& prompt, bool is_shown = true);
    std::optional<SecretText> read_line(const std::string& prompt);

    bool may_ask_;
    os::SignalDescriptor& signals_;
    std::optional<HiddenInput> hidden_; ///< from the first question on
};

} // namespace chat
