// SPDX-License-Identifier: MIT
// What the screen and plain mode talk through, from the join on: the network thread, what was heard and
// shown, and the names of this room that are kept.
#pragma once

#include "chat/network/network.hpp"
#include "chat/state/name_store.hpp"

#include <optional>
#include <string>
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
    /// That the user joined with.
    const std::string& name() const { return name_; }

    /// The user is in the room; `early` was heard on the way there, and nobody was told.
    void begin(std::string name, std::vector<TimedEvent> early);
    /// What was heard since the last time.
    std::vector<TimedEvent> drain_heard();
    /// All of that has been shown.
    void tell_seen();

  private:
    net::HostPort host_;
    NameStore names_;
    std::string name_;
    std::vector<TimedEvent> early_;
    std::optional<wire::Sequence> unseen_; ///< the last event that drain_heard() gave, until it is told
    Network network_;
};

} // namespace chat
