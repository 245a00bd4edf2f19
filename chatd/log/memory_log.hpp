// SPDX-License-Identifier: MIT
// A log that lives as long as the program: the reference that every other log is held to.
#pragma once

#include "chatd/log/searches.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chatd {

class MemoryLog final : public RoomLog {
  public:
    /// Keeps the newest `capacity` entries (at least one).
    explicit MemoryLog(LogId id = {}, std::size_t capacity = 65536);

    LogStart restore(std::size_t newest) const override;
    void write(LogBatch batch) override;
    void ask(LogQuery query) override;
    LogNews drain_news() override;
    bool is_busy() const override { return !runs_.empty() || !searches_.is_empty(); }

    const LogId& id() const { return id_; }
    /// The entries that are durable and still kept.
    const std::deque<wire::CommittedEntry>& entries() const { return entries_; }
    wire::Sequence first() const { return last_ + 1 - entries_.size(); }
    wire::Sequence last() const { return last_; }

    /// From now on a write waits for commit(), as it would wait for a disk.
    void hold_back() { is_held_back_ = true; }
    void commit();
    /// Makes it say that it can't save, although it can.
    void set_fault(std::optional<std::string> fault) { fault_ = std::move(fault); }
    /// Behaves as if the program had been killed: all that was not committed is gone.
    void crash();

  private:
    std::vector<LogPage> read_on();
    LogPage page_of(const LogQuery& query) const;

    LogId id_;
    std::size_t capacity_;
    bool is_held_back_ = false;
    std::optional<std::string> fault_;
    LogBatch waiting_;
    std::deque<wire::CommittedEntry> entries_; ///< at most capacity_
    std::vector<wire::CommittedEntry> fresh_;  ///< until drain_news() gives them
    wire::Sequence last_ = 0;
    std::map<wire::Sequence, KeptEvent> events_; ///< by the sequence of their entries
    std::optional<LogSnapshot> snapshot_;
    std::map<wire::MemberId, std::string> paths_;
    std::deque<LogQuery> runs_; ///< queries for runs; at most one of each member
    Searches searches_;
};

} // namespace chatd
