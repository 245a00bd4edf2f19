// SPDX-License-Identifier: MIT
// What members look for in the log, one thing each. It goes on in slices, so that whoever runs it has other
// things to do between two of them: events are shown to it from the newest on, until it has enough.
#pragma once

#include "chatd/room/room_log.hpp"

#include <deque>
#include <optional>
#include <string_view>

namespace chatd {

class Searches {
  public:
    /// In place of what was asked for with the same ticket.
    void ask(LogQuery query);
    bool is_empty() const { return searches_.empty(); }

    /// Events before this one are to be shown to the search whose turn it is, newest first.
    wire::Sequence next() const { return searches_.front().next; }
    /// False when the slice is over.
    bool look_at(const KeptEvent& event);
    /// What was found, if that search is done; else it is the next one's turn. `is_all`: there are no earlier
    /// events than what it was shown.
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
