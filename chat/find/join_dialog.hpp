// SPDX-License-Identifier: MIT
// What the screen and plain mode have in common: the network thread, the first join with its questions, and
// the words for what goes wrong.
#pragma once

#include "chat/find/prompts.hpp"
#include "chat/network/network.hpp"
#include "chat/state/known_rooms.hpp"
#include "chat/state/name_store.hpp"
#include "common/os/signals.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace chat {

/// "10.0.0.5:9000", "[::1]:9000"
std::string in_words(const net::HostPort& host);

/// What the user is told while one waits to be let in, which may take long.
std::optional<std::string> word_before_joining(const LinkEvent& event);

/// A name that may be asked for, in NFC, or a Failure (EX_USAGE) that says what is wrong with it.
std::string checked_name(const std::string& typed);

/// A conversation with a host: joined, or failed with a sentence.
class Conversation {
  public:
    /// Looks `host` up and starts the thread. Signals must be blocked by now.
    Conversation(const net::HostPort& host, LinkMaker make_link, KnownRooms known_rooms, NameStore names);

    /// Joins; asks for another name, or a key, until there is no answer (EX_NOPERM). Throws Failure.
    /// `signals` ends it with EX_UNAVAILABLE. What has a word_before_joining() is told at once by `tell`.
    using Tell = std::function<void(const TimedEvent&)>;
    void join(JoinAs join, os::SignalDescriptor& signals, const Prompts& questions, const Tell& tell);

    Network& network() { return network_; }
    NameStore& names() { return names_; }
    const std::string& name() const { return join_.name; }
    /// The host as it is shown, with its port.
    std::string shown_host() const;
    /// What was heard between the OK and now.
    std::vector<TimedEvent> drain_heard();
    /// All of that has been shown.
    void tell_seen();

  private:
    /// What was heard on the way to the room.
    void handle(TimedEvent heard, const Prompts& questions, const Tell& tell);

    net::HostPort host_;
    KnownRooms known_rooms_;
    NameStore names_;
    JoinAs join_;
    bool is_online_ = false;
    std::vector<TimedEvent> early_;
    wire::Sequence taken_ = 0; ///< the last event that drain_heard() gave
    wire::Sequence seen_ = 0;
    Network network_;
};

} // namespace chat
