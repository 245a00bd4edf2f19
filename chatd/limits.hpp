// SPDX-License-Identifier: MIT
// What anybody may cost: the one table of it. Each row bounds a thing for one key, for one address, for the
// users of the host's own machine together (who come in by its loopback interface), and for everybody
// together. chat-protocol(7) has the same table. Who is over a bound waits, or is refused; see Ledger.
#pragma once

#include "common/token_bucket.hpp"
#include "common/wire/frame.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace chatd {

template<class Bound>
struct Limit {
    std::optional<Bound> key; ///< nothing where no key is known yet, or it is bounded otherwise
    Bound address;
    Bound loopback;
    Bound everybody;
};

/// Encrypted sessions; classic members have their own below.
struct Limits {
    /// Sessions that are open. A key has one; a newer one takes its place.
    Limit<std::size_t> sessions{1, 128, 2048, 4096};

    // What costs something each time.
    /// To become a member: everybody is told.
    Limit<Rate> joins{Rate{8, 10, std::chrono::minutes(1)}, {32, 2}, {1024, 100}, {1024, 50}};
    /// Handshakes that are answered: 131 us of CPU each. A key is not known yet.
    Limit<Rate> handshakes{{}, {64, 8}, {2048, 500}, {2048, 500}};
    /// The same in a room with a key, where each is a guess at it until it has ended well; 85 us more.
    Limit<Rate> guesses{{}, {10, 6, std::chrono::minutes(1)}, {10, 6, std::chrono::minutes(1)}, {256, 32}};
    /// Commands, in whatever outbox they are; those of a key are held to --flood. With --flood off nobody is
    /// held to these.
    Limit<Rate> commands{{}, {200, 100}, {8000, 4000}, {8000, 4000}};
    /// Questions to the log. Of each key one is under way, the newest.
    Limit<Rate> searches{Rate{10, 1}, {20, 4}, {100, 20}, {100, 20}};

    // What is kept in memory.
    /// Handshakes that have begun and not ended, for five seconds.
    Limit<std::size_t> half_open{{}, 16, 512, 1024};
    /// Bytes of commands that came and have not been taken yet: all that one may have under way. Over the
    /// bound of an address, or of everybody, a member has fair_share still.
    Limit<std::size_t> waiting_bytes{32 * wire::max_message, std::size_t{4} << 20, std::size_t{32} << 20,
                                     std::size_t{64} << 20};
    std::size_t fair_share = std::size_t{16} << 10;
    /// Bytes of rosters on their way to newcomers; over it a join waits.
    std::size_t roster_bytes = std::size_t{64} << 20;
    /// Bytes of a page out of the log that a member reads, and of an answer to a search: at least one event.
    static constexpr std::size_t page_bytes = wire::max_found;
};

} // namespace chatd
