// SPDX-License-Identifier: MIT
// Datagrams as values, for the cores that have no sockets.
#pragma once

#include "common/net/address.hpp"

#include <string>
#include <string_view>

namespace net {

/// The end of a conversation on this machine: the address that the peer sends to, so that answers come from
/// there, and the interface that its datagrams come in by.
struct LocalEnd {
    unsigned interface_index = 0;
    unsigned socket = 0; ///< which of the owner's sockets
    Address address;     ///< port unused
};

/// Both ends of a conversation.
struct Path {
    Address peer;
    LocalEnd local;
};

struct Datagram {
    Path path;
    std::string_view bytes;
    bool is_cut = false; ///< there was more than a buffer holds
};

/// A datagram with bytes of its own, to send.
struct OwnedDatagram {
    Path path;
    std::string bytes;
    bool is_proven = false; ///< see Outgoing
};

/// A datagram to send; `bytes` must live until it is sent.
struct Outgoing {
    const Path* path = nullptr;
    std::string_view bytes;
    bool is_proven = false; ///< the peer has shown that it is at its address, or can be nowhere else
};

} // namespace net
