// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace chatd {

/// Figures since the room was opened, for the admin.
struct Counters {
    std::uint64_t lines_in = 0;
    std::uint64_t lines_out = 0;  ///< datagrams with room traffic
    std::uint64_t ignored = 0;    ///< datagrams that are no request; ICMP errors that quote nothing sent
    std::uint64_t refused = 0;    ///< requests that were
    std::uint64_t held_back = 0;  ///< datagrams past a source's rate, unread
    std::uint64_t delayed = 0;    ///< classic members' lines over the flood limit that waited
    std::uint64_t withheld = 0;   ///< lines skipped for classic members over their budget
    std::uint64_t limits_met = 0; ///< classic joins refused, and members that lines began to be withheld from
    std::uint64_t unreachable = 0; ///< ICMP port unreachable of members
    std::uint64_t unsent = 0;      ///< datagrams that the network interface did not take
    std::size_t peak_members = 0;
};

} // namespace chatd
