// SPDX-License-Identifier: MIT
// Looks for rooms: asks every network of this machine, and the machine itself, for hosts. The answers are
// claims; a handshake proves them.
#pragma once

#include "chat/state/known_rooms.hpp"
#include "common/net/address.hpp"
#include "common/os/descriptor.hpp"
#include "common/os/event_loop.hpp"
#include "common/os/signals.hpp"
#include "common/wire/packet.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chat {

struct FoundRoom {
    net::Address address; ///< the first that answered; this machine's and IPv4 ones go before others
    std::string room;     ///< a label(), as is `host`
    std::string host;
    std::string fingerprint;
    unsigned members = 0;
    bool has_password = false;
};

/// Asks for rooms at a port: by broadcast on every IPv4 network, by multicast on every IPv6 link, and on
/// loopback. A room that is reached in several ways is one.
class Finder {
  public:
    /// `loop` watches its sockets, and must outlive it.
    Finder(std::uint16_t port, os::EventLoop& loop);
    ~Finder();
    Finder(const Finder&) = delete;
    Finder& operator=(const Finder&) = delete;

    void ask();
    /// The rooms that have answered since then, by name.
    std::vector<FoundRoom> rooms(Instant since) const;

  private:
    struct Answer {
        FoundRoom room;
        Instant at{};
    };
    void receive(const os::Descriptor& socket);
    void take(const wire::RoomAnswer& answer, const net::Address& address);

    os::EventLoop& loop_;
    std::vector<net::Address> targets_;
    std::array<os::Descriptor, 2> sockets_;
    wire::Probe probe_;
    std::map<wire::HostKey, Answer> found_;
};

/// Looks for a second. Throws Failure when one of `signals` comes.
std::vector<FoundRoom> find_rooms(std::uint16_t port, os::SignalDescriptor& signals);

/// The room that is meant if no host is named: the only known one; or the only one, if the user can be asked
/// about it or knows no room yet. So a script is never led from a known room to an unknown one. Empty if it
/// is not clear which room is meant.
std::optional<FoundRoom> meant_room(const std::vector<FoundRoom>& rooms, const KnownRooms& known_rooms,
                                    bool may_ask);

/// A heading and a line for each room, in columns; labels are cut so that all of it is at most `columns`
/// wide, as far as that goes.
std::vector<std::string> table_of(const std::vector<FoundRoom>& rooms, const KnownRooms& known_rooms,
                                  int columns);

} // namespace chat
