// SPDX-License-Identifier: MIT
// The first join, with its questions: what the host wants to know is asked for, until the user is in the room
// or there is a sentence that says why not.
#pragma once

#include "chat/find/prompts.hpp"
#include "chat/network/conversation.hpp"
#include "chat/state/known_rooms.hpp"
#include "common/os/signals.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace chat {

/// What the user is told while one waits to be let in, which may take long.
std::optional<std::string> word_before_joining(const LinkEvent& event);

class JoinDialog {
  public:
    /// Tells at once what has a word_before_joining().
    using Tell = std::function<void(const TimedEvent&)>;
    /// The references must outlive it.
    JoinDialog(Conversation& conversation, KnownRooms known_rooms, Prompts& prompts, Tell tell);

    /// Joins; asks for another name, or a key, until there is no answer (EX_NOPERM). Throws Failure.
    /// `signals` end it with EX_UNAVAILABLE.
    void join(JoinAs join, os::SignalDescriptor& signals);

  private:
    void handle(TimedEvent heard);
    /// The key is not the one that is known, or typed.
    [[noreturn]] void refuse(const HostKeyChanged& changed) const;
    void ask_trust(const HostUnknown& unknown);
    void ask_password(const PasswordRefused& refused);
    void ask_name(const Refused& refused);
    /// Asks to be let in, once more.
    void try_again();

    Conversation& conversation_;
    KnownRooms known_rooms_;
    Prompts& prompts_;
    Tell tell_;
    const std::string host_; ///< as it is shown
    JoinAs join_;
    bool is_online_ = false;
    std::vector<TimedEvent> early_;
};

} // namespace chat
