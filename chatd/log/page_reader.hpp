// SPDX-License-Identifier: MIT
// What members ask of a log's file, answered a few milliseconds at a time between two commits. It is the
// log's thread's, and knows of no other.
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
    /// When to read on; nothing if nobody asks.
    std::optional<Instant> next_deadline() const;
    /// Something was written: events up to before `events_end`, if any were. Reading may go well again, too.
    void handle_written(std::optional<wire::Sequence> events_end);
    /// Reads on if it is time to. Unless all events that are kept `are_all_written`, what is not durable yet
    /// is waited for.
    std::vector<LogPage> read_on(bool are_all_written);

  private:
    bool is_empty() const { return runs_.empty() && searches_.is_empty(); }
    LogPage page_of(const LogQuery& query) const;
    /// What was found, if it is all.
    std::optional<LogPage> search_on(Instant until);

    const sqlite::Database& database_;
    wire::Sequence events_end_; ///< behind the newest event that is durable
    std::deque<LogQuery> runs_; ///< asked for, at most one of each member
    Searches searches_;
    Instant read_at_{}; ///< not before, after reading has failed
};

} // namespace chatd
