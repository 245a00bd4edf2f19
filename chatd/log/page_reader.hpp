// SPDX-License-Identifier: MIT
// Answers what members ask of a log's file, for a few milliseconds at a time between two commits. Only the
// log's thread uses it.
#pragma once

#include "chatd/log/searches.hpp"
#include "common/base/time.hpp"
#include "common/os/sqlite.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace chatd {

class PageReader {
  public:
    /// `database` must outlive it; its events up to before `events_end` are durable.
    PageReader(const sqlite::Database& database, wire::Sequence events_end)
        : database_(database)
        , events_end_(events_end) {}

    void ask(LogQuery query);
    /// When to read on; empty if nobody asks.
    std::optional<Instant> next_deadline() const;
    /// The log was written to. If events were among it, all before `events_end` are durable now. After a
    /// fault reading may succeed again.
    void handle_written(std::optional<wire::Sequence> events_end);
    /// Reads on if it is time to. An answer that needs events beyond the durable ones waits for them, unless
    /// `are_all_written`: then there are no more to come.
    std::vector<LogPage> read_on(bool are_all_written);

  private:
    bool is_empty() const { return runs_.empty() && searches_.is_empty(); }
    LogPage page_of(const LogQuery& query) const;
    /// Goes on with a search. The answer, if it is whole now.
    std::optional<LogPage> search_on(Instant until);

    const sqlite::Database& database_;
    wire::Sequence events_end_; ///< one more than the newest durable event's sequence
    std::deque<LogQuery> runs_; ///< queries for runs; at most one of each member
    Searches searches_;
    Instant read_at_{}; ///< after reading has failed, not before this
};

} // namespace chatd
