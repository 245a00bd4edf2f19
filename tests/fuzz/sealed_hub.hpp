// SPDX-License-Identifier: MIT
// What the input of the target sealed_hub is made of.
#pragma once

#include <cstdint>

namespace fuzz {

/// Of three hostile members: the operation, then who does it, then its arguments.
enum class HubOperation : std::uint8_t {
    greet,        ///< probes and begins a handshake
    join,         ///< well-formed: name, outbox, attempt, cursor, mark, history
    join_payload, ///< any bytes as the payload
    frames,       ///< any bytes, sealed, with the next number
    frames_at,    ///< the same with any number
    command,      ///< any bytes, as the next command
    parts,        ///< number, offset, total, bytes: a part of a command
    acknowledge,  ///< first, last, delay
    answer,       ///< as an honest member would
    search,       ///< so many FINDs
    move,         ///< to one of eight addresses
    together,     ///< what so many operations send comes in one turn
    repeat,       ///< the last datagram, from where one is now
    change_key,   ///< to another of three
    garbage,      ///< any bytes as a datagram
    pass,         ///< time: 5 ms, 100 ms, 1 s, 20 s, 1 min, 6 min
    talk,         ///< the honest member says a line
    count
};

} // namespace fuzz
