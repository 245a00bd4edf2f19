// SPDX-License-Identifier: MIT
// The searches of members in the log, one for each member. They go on in slices, so that their owner can do
// other work between two slices: it shows them events, the newest first, until a search has enough.
#pragma once

#include "chatd/room/room_log.hpp"

#include <deque>
#include <optional>
#include <string_view>

namespace chatd {

class Searches {
  public:
    /// Begins a search. It takes the place of an earlier one with the same ticket.
    void ask(LogQuery query);
    bool is_empty() const { return searches_.empty(); }

    /// The search whose turn it is wants the events before this one, the newest first.
    wire::Sequence next() const { return searches_.front().next; }
    /// Looks at an event for that search. False when the slice is over.
    bool look_at(const KeptEvent& event);
    /// The answer, if that search is done; else the next search has its turn. `is_all`: there are no events
    /// earlier than those that it was shown.
    std::optional<LogPage> end_slice(bool is_all);

  private:
    struct Search {
        LogQuery query; ///< its needle is folded
        wire::Sequence next = 0;
        LogPage page = {}; ///< newest first, until it is done
        std::size_t bytes = 0;
        bool is_enough = false;
    };

    std::deque<Search> searches_;      ///< at most as many as members
    std::size_t events_looked_at_ = 0; ///< in this slice
    std::size_t bytes_looked_at_ = 0;
};

} // namespace chatd
