// SPDX-License-Identifier: MIT
// The first join, with its questions. It asks the user for what the host wants to know, until the user is in
// the room or a sentence says why not.
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

/// A sentence for the user about an event before the join, which may take long; empty if there is none.
std::optional<std::string> word_before_joining(const LinkEvent& event);

class JoinDialog {
  public:
    /// Tells the user at once of an event that has a word_before_joining().
    using Tell = std::function<void(const TimedEvent&)>;
    /// The references must outlive it.
    JoinDialog(Conversation& conversation, KnownRooms known_rooms, Prompts& prompts, Tell tell);

    /// Joins; asks for another name or password as long as the user answers. Throws Failure: EX_NOPERM
    /// without an answer, EX_UNAVAILABLE when one of `signals` comes.
    void join(JoinAs join, os::SignalDescriptor& signals);

  private:
    void handle(TimedEvent heard);
    /// Throws: the host's key is not the one that is known, or was typed.
    [[noreturn]] void refuse(const HostKeyChanged& changed) const;
    void ask_trust(const HostUnknown& unknown);
    void ask_password(const PasswordRefused& refused);
    void ask_name(const Refused& refused);
    /// Joins again, with what has been asked.
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
