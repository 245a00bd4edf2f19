// SPDX-License-Identifier: MIT
// Writes to a log's file what waits for it.
#pragma once

#include "chatd/room/room_log.hpp"
#include "common/os/sqlite.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chatd {

/// All that one transaction writes.
struct PendingBatch {
    std::vector<wire::CommittedEntry> entries;
    std::vector<KeptEvent> events;
    std::optional<LogSnapshot> snapshot;
    std::map<wire::MemberId, std::string> paths; ///< each member's newest
    bool is_empty() const { return entries.empty() && events.empty() && !snapshot && paths.empty(); }
};

class BatchWriter {
  public:
    /// `database` must outlive it.
    explicit BatchWriter(sqlite::Database& database);
    /// Writes all of it, or nothing if it throws sqlite::Error.
    void write(const PendingBatch& batch);

  private:
    void write(const std::vector<wire::CommittedEntry>& entries);
    void write(const std::vector<KeptEvent>& events);
    void write(const std::map<wire::MemberId, std::string>& paths);
    void write(const LogSnapshot& snapshot);

    sqlite::Database& database_;
    sqlite::Statement insert_entry_;
    sqlite::Statement insert_event_;
};

} // namespace chatd
