// SPDX-License-Identifier: MIT
// What the input of the target sealed_link is made of.
#pragma once

#include <cstdint>

namespace fuzz {

/// What a hostile host does, and what its client's user does meanwhile.
enum class LinkOperation : std::uint8_t {
    connect,     ///< all of it as it should be: the handshake, a WELCOME, an empty roster
    room,        ///< boot id, name: the answer to the last probe
    host,        ///< whether the session's id is in it, any bytes: the answer to the last HELLO
    welcome,     ///< head, start, last command, name
    frames,      ///< any bytes, sealed, with the next number
    frames_at,   ///< the same with any number
    events,      ///< first, how many of these bytes
    part,        ///< number, offset, total, bytes
    roster,      ///< as of, offset, total, bytes
    found,       ///< number, offset, total, bytes
    result,      ///< number, whether it is accepted, sequence or reason
    close,       ///< code, words
    acknowledge, ///< first, last, delay
    answer,      ///< as an honest host would
    restarted,   ///< boot id
    garbage,     ///< any bytes as a datagram
    repeat,      ///< the last datagram
    pass,        ///< time: 5 ms, 100 ms, 1 s, 20 s, 3 h
    say,         ///< the user does
    find,
    type,
    new_network,
    port_closed,
    quit,
    count
};

} // namespace fuzz
