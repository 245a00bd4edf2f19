// SPDX-License-Identifier: MIT
// The connection that the screen and plain mode use from the join on: the network thread, how far the events
// have been shown, and the known names of this room.
#pragma once

#include "chat/network/network.hpp"
#include "chat/state/name_store.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chat {

class Conversation {
  public:
    /// Looks `host` up and starts the thread. Signals must be blocked by now.
    Conversation(const net::HostPort& host, LinkMaker make_link, NameStore names);

    Network& network() { return network_; }
    NameStore& names() { return names_; }
    const net::HostPort& host() const { return host_; }
    /// The host as it is shown, with its port: "10.0.0.5:9000", "[::1]:9000".
    std::string shown_host() const;
    /// The name that the user joined with.
    const std::string& name() const { return name_; }

    /// The user is in the room; `early` are events from before, of which the user has not been told.
    void begin(std::string name, std::vector<TimedEvent> early);
    /// Before begin(): what the user is to know from the start.
    void warn(std::string words) { warnings_.push_back(std::move(words)); }
    const std::vector<std::string>& warnings() const { return warnings_; }
    /// The events since the last call.
    std::vector<TimedEvent> drain_heard();
    /// All of them have been shown.
    void tell_seen();

  private:
    net::HostPort host_;
    NameStore names_;
    std::string name_;
    std::vector<std::string> warnings_;
    std::vector<TimedEvent> early_;
    std::optional<wire::Sequence> unseen_; ///< the last event that drain_heard() gave, until it is told
    Network network_;
};

} // namespace chat
