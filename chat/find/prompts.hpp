// SPDX-License-Identifier: MIT
// What a user is asked at the terminal before the screen is there: a name, a key, whether a host is the one
// that is meant. Nobody is asked where there is no terminal.
#pragma once

#include "chat/hidden_input.hpp"
#include "chat/link/link.hpp"
#include "common/base/secret_text.hpp"
#include "common/os/signals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chat {

/// What there is to know of a room that is new here, in rows of at most `columns`. What the room says of
/// itself stands in quotes on rows of its own.
std::vector<std::string> trust_words(const std::string& where, const RoomKnown& room, int columns);

/// From the first question on nothing is shown that is typed, except for the answers that may be seen: a
/// person who waits for the next question may type a key.
class Prompts {
  public:
    /// `signals` end a question with a Failure.
    Prompts(bool may_ask, os::SignalDescriptor& signals)
        : may_ask_(may_ask)
        , signals_(signals) {}

    bool may_ask() const { return may_ask_; }
    /// Something that the user is not asked about.
    static void tell(const std::string& words);
    /// `why` is what was wrong with the last one. Nothing for no answer.
    std::optional<std::string> ask_name(const std::string& why);
    /// Typed unseen.
    std::optional<SecretText> ask_key(bool was_wrong);
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
