// SPDX-License-Identifier: MIT
// Looks for rooms: asks every network of this machine, and the machine itself, who hosts one. What it finds
// are claims; a handshake proves them.
#pragma once

#include "common/net/address.hpp"
#include "common/net/event_loop.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chat {

struct FoundRoom {
    net::Address address; ///< that answered first, this machine's and IPv4 ones before others
    std::string room;     ///< displayable, as is `host`
    std::string host;
    std::string fingerprint;
    unsigned members = 0;
    bool has_key = false;
};

/// Asks for rooms at `port`: by broadcast on every IPv4 network, by multicast on every IPv6 link, and on
/// loopback; listens for a second. A room that is reached in several ways is one. Sorted by name. Throws
/// Failure when one of `signals` comes, or when there is no network at all.
std::vector<FoundRoom> find_rooms(std::uint16_t port, net::SignalDescriptor& signals);

} // namespace chat
