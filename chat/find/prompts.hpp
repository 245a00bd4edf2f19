// SPDX-License-Identifier: MIT
// What a user is asked at the terminal before the screen is there: a name, a key, whether a host is the one
// that is meant. Nobody is asked where there is no terminal.
#pragma once

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
    std::optional<std::string> ask_name(const std::string& why) const;
    /// Typed unseen.
    std::optional<SecretText> ask_password(bool was_wrong) const;
    /// Whether the room at `where` is the one that is meant.
    bool ask_trust(const std::string& where, const RoomKnown& room) const;

  private:
    std::optional<SecretText> ask(const std::string& prompt, bool is_shown = true) const;

    bool may_ask_;
    os::SignalDescriptor& signals_;
};

} // namespace chat
