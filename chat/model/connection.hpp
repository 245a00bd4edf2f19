// SPDX-License-Identifier: MIT
// The connection to the room: the host, what protects the room, and whether the host answers.
#pragma once

#include "chat/link/link.hpp"

#include <optional>
#include <string>

namespace chat {

struct Connection {
    enum class State { joining, online, offline, closed };

    std::string host; ///< as the title shows it
    std::string room; ///< as the host calls it; empty if the host gives no name
    bool is_encrypted = false;
    bool has_password = false; ///< the room has one
    State state = State::joining;
    Duration silence{}; ///< for how long the host has not been heard, while it is offline
    std::optional<Duration> round_trip;

    bool is_offline() const { return state == State::offline; }
    bool is_closed() const { return state == State::closed; }
    /// The room's name, or the host's if the room has none.
    const std::string& place() const { return room.empty() ? host : room; }

    /// Takes the host's description. Only an encrypted room has one.
    void handle(const RoomKnown& known);
    void handle(const Offline& offline);
};

} // namespace chat
