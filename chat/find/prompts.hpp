// SPDX-License-Identifier: MIT
// Asks the user at the terminal before there is a screen: for a name, for the room's password, and whether a
// host is the one that is meant. Without a terminal it asks nothing.
#pragma once

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
    std::optional<std::string> ask_name(const std::string& why) const;
    /// The room password, which is not shown. Empty if there is no answer.
    std::optional<SecretText> ask_password(bool was_wrong) const;
    /// Whether the room at `where` is the one that is meant.
    bool ask_trust(const std::string& where, const RoomKnown& room) const;

  private:
    std::optional<SecretText> ask(const std::string& prompt, bool is_shown = true) const;

    bool may_ask_;
    os::SignalDescriptor& signals_;
};

} // namespace chat
