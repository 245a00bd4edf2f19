// SPDX-License-Identifier: MIT
// What the screen and plain mode have in common: the network thread, the first join with its questions, and
// the words for what goes wrong.
#pragma once

#include "chat/known_rooms.hpp"
#include "chat/network.hpp"
#include "chat/options.hpp"
#include "common/net/event_loop.hpp"

#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace chat {

/// "10.0.0.5:9000", "[::1]:9000"
std::string in_words(const net::HostPort& host);

/// The calendar's time here.
std::tm local_time(WallTime time);

/// A name that may be asked for, in NFC, or a Failure (EX_USAGE) that says what is wrong with it.
std::string checked_name(const std::string& typed);

/// A conversation with a host: joined, or failed with a sentence.
class Conversation {
  public:
    /// Looks the host up and starts the thread. Signals must be blocked by now.
    Conversation(const Options& options, LinkMaker make_link, KnownRooms known_rooms);

    /// Joins; asks `ask_name` for another name with the host's reason, until it gives none (EX_NOPERM).
    /// Throws Failure. `signals` ends it with EX_UNAVAILABLE.
    void join(std::string name, net::SignalDescriptor& signals,
              const std::function<std::optional<std::string>(const std::string& why)>& ask_name);

    Network& network() { return network_; }
    const std::string& name() const { return name_; }
    /// The host as it is shown, with its port.
    std::string shown_host() const;
    /// What was heard between the OK and now.
    std::vector<Heard> take_heard();

  private:
    net::HostPort host_;
    KnownRooms known_rooms_;
    std::string name_;
    std::vector<Heard> early_;
    Network network_;
};

} // namespace chat
