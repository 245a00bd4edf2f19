// SPDX-License-Identifier: MIT
// A log that lives as long as the program: the reference that every other log is held to.
#pragma once

#include "chatd/log/searches.hpp"

#include <deque>
#include <map>

namespace chatd {

class MemoryLog final : public RoomLog {
  public:
    /// Keeps the newest `capacity` entries (at least one).
    explicit MemoryLog(Id id = {}, std::size_t capacity = 65536);

    const Id& id() const override { return id_; }
    void append(std::vector<wire::Entry> batch) override;
    std::vector<wire::CommittedEntry> committed() override;
    void read(wire::Sequence first, std::size_t count,
              const std::function<void(const wire::CommittedEntry&)>& handle) const override;
    wire::Sequence first() const override { return last_ + 1 - entries_.size(); }
    wire::Sequence last() const override { return last_; }
    void keep(std::vector<KeptEvent> events) override;
    void keep(LogSnapshot snapshot) override;
    std::optional<LogSnapshot> snapshot() const override { return snapshot_; }
    void keep(std::vector<KeptPath> paths) override;
    std::vector<KeptPath> paths() const override;
    void read_events(wire::Sequence first, std::size_t count,
                     const std::function<void(const KeptEvent&)>& handle) const override;
    void ask(LogQuery query) override;
    std::vector<LogPage> pages() override;
    bool is_busy() const override { return !runs_.empty() || !searches_.is_empty(); }

    /// What is appended waits for commit() from now on, as it would for a disk.
    void hold_back() { is_held_back_ = true; }
    void commit();
    /// The program ends without a word: what has not been committed has never been.
    void crash();

  private:
    LogPage page_of(const LogQuery& query) const;

    Id id_;
    std::size_t capacity_;
    bool is_held_back_ = false;
    std::vector<wire::Entry> waiting_;
    std::vector<KeptEvent> waiting_events_;
    std::optional<LogSnapshot> waiting_snapshot_;
    std::vector<KeptPath> waiting_paths_;
    std::deque<wire::CommittedEntry> entries_; ///< at most capacity_
    std::vector<wire::CommittedEntry> fresh_;  ///< until committed() takes them
    wire::Sequence last_ = 0;
    std::map<wire::Sequence, KeptEvent> events_; ///< of entries_
    std::optional<LogSnapshot> snapshot_;
    std::map<wire::MemberId, std::string> paths_;
    std::deque<LogQuery> runs_; ///< asked for; at most one of each member
    Searches searches_;
};

} // namespace chatd
