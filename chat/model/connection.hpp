// SPDX-License-Identifier: MIT
// Where the user is, and how the way there is: the host, what protects the room, and whether it answers.
#pragma once

#include "chat/link/link.hpp"

#include <optional>
#include <string>

namespace chat {

struct Connection {
    enum class State { joining, online, offline, closed };

    std::string host; ///< as shown in the title
    std::string room; ///< as the host calls it; empty if it does not say
    bool is_encrypted = false;
    bool has_password = false; ///< the room
    State state = State::joining;
    Duration silence{}; ///< of the host, while there is no contact
    std::optional<Duration> round_trip;

    bool is_offline() const { return state == State::offline; }
    bool is_closed() const { return state == State::closed; }
    /// The room, by the name that is known of it.
    const std::string& place() const { return room.empty() ? host : room; }

    /// What the host says of itself. A room that says anything is encrypted.
    void handle(const RoomKnown& known);
    void handle(const Offline& offline);
};

} // namespace chat
