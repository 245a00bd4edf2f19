// SPDX-License-Identifier: MIT
// The one table of what anybody may cost. Each row bounds one thing: for a key, for an address, for all IPv6
// addresses of a link (one machine can have 2^64 of those), for the users of the host's own machine together
// (they come in by its loopback interface), and for everybody together. chat-protocol(7) has the same table.
// A client over a bound waits, or is refused; see Ledger.
#pragma once

#include "common/base/token_bucket.hpp"
#include "common/wire/frame.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace chatd {

template<class Bound>
struct Limit {
    std::optional<Bound> key; ///< empty if no key is known yet, or another limit bounds it
    Bound address;
    Bound link;
    Bound loopback;
    Bound everybody;
};

/// Limits of classic members. A classic address can't prove anything, so all that is sent to it is bounded,
/// whatever comes from there. Loopback is exempt: nobody can forge an address there.
struct ClassicLimits {
    /// Bytes of lines to one address, for all memberships there together.
    Rate lines{16 * 1024, 8 * 1024};
    /// Datagrams of one member that are read. The default flood limit needs 5 a second; the rest is for
    /// pasting.
    Rate datagrams{200, 100};
    /// Joins from one address; more are refused, since everybody is told of each.
    Rate joins{16, 1};
    /// Joins of all classic members together, loopback included.
    Rate all_joins{1024, 50};
    /// Members of one holder (see Source) at a time.
    std::size_t members = 8;
    /// Addresses without a member whose budget is not whole again; that takes 16 seconds at most.
    std::size_t spent_budgets = 4096;
};

struct Limits {
    // These cost something each time.
    /// Joins: everybody is told of each.
    Limit<Rate> joins{Rate{8, 10, std::chrono::minutes(1)}, {32, 2}, {512, 25}, {1024, 100}, {1024, 50}};
    /// Handshakes that are answered: 131 us of CPU each.
    Limit<Rate> handshakes{{}, {64, 8}, {1024, 250}, {2048, 500}, {2048, 500}};
    /// Handshakes in a room with a password, 85 us more each: each is a guess until it has ended well.
    Limit<Rate> guesses{{},
                        {10, 6, std::chrono::minutes(1)},
                        {64, 60, std::chrono::minutes(1)},
                        {64, 60, std::chrono::minutes(1)},
                        {256, 32}};
    /// Commands of all outboxes. Those of one key are held to --flood; with --flood off none of these limits
    /// counts.
    Limit<Rate> commands{{}, {200, 100}, {4000, 2000}, {8000, 4000}, {8000, 4000}};
    /// Searches in the log. Each key has one under way, the newest.
    Limit<Rate> searches{Rate{10, 1}, {20, 4}, {60, 12}, {100, 20}, {100, 20}};

    // These cost something as long as they are there.
    /// Open sessions. A key has one; a newer one takes its place.
    Limit<std::size_t> sessions{1, 128, 3072, 2048, 4096};
    /// Handshakes that have begun and not ended; they last five seconds.
    Limit<std::size_t> half_open{{}, 16, 512, 512, 1024};
    /// Bytes of commands that have come and wait: a key may have all that it may have under way. Over the
    /// bound of an address, or of everybody, a member still has its fair_share.
    Limit<std::size_t> waiting_bytes{32 * wire::max_message, std::size_t{4} << 20, std::size_t{48} << 20,
                                     std::size_t{32} << 20, std::size_t{64} << 20};
    std::size_t fair_share = std::size_t{16} << 10;
    /// Bytes of rosters on their way to newcomers; a join waits while there are more.
    std::size_t roster_bytes = std::size_t{64} << 20;

    // Datagrams of the classic protocol from addresses without a member; loopback is exempt.
    /// Datagrams that are read.
    Rate datagrams_of_address{200, 100};
    Rate datagrams_of_link{4000, 2000};
    /// Refusals that are larger than their request.
    Rate refusals_of_address{1, 1};
    Rate refusals_of_link{64, 16};

    ClassicLimits classic;
};

} // namespace chatd
