// SPDX-License-Identifier: MIT
// A log in a SQLite file. A thread of its own commits, one transaction for all that came meanwhile, so that
// the room never waits for the disk; what it can't save it keeps and tries again. One connection, which has
// the file for itself: a second chatd is refused.
#pragma once

#include "chatd/log/searches.hpp"
#include "common/base/random.hpp"
#include "common/os/clock.hpp"
#include "common/os/event_loop.hpp"
#include "common/os/sqlite.hpp"
#include "common/session/crypto.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace chatd {

class SqliteLog final : public RoomLog {
  public:
    /// What is kept of what is old.
    struct Retention {
        std::optional<std::chrono::seconds> age = {};
        std::optional<std::uint64_t> entries = {};
    };

    /// Opens `file`, or begins it. Throws sqlite::Error with a sentence if it is damaged, in use, of a newer
    /// version, or can't be read or written; then nothing has changed in it.
    SqliteLog(std::filesystem::path file, Retention retention, Random& random);
    /// Commits what has been appended, if the disk lets it.
    ~SqliteLog() override;
    SqliteLog(const SqliteLog&) = delete;
    SqliteLog& operator=(const SqliteLog&) = delete;

    const Id& id() const override { return id_; }
    void append(std::vector<wire::Entry> batch) override;
    std::vector<wire::CommittedEntry> committed() override;
    void read(wire::Sequence first, std::size_t count,
              const std::function<void(const wire::CommittedEntry&)>& handle) const override;
    wire::Sequence first() const override { return first_; }
    wire::Sequence last() const override { return last_; }
    void keep(std::vector<KeptEvent> events) override;
    void keep(LogSnapshot snapshot) override;
    std::optional<LogSnapshot> snapshot() const override;
    void keep(std::vector<KeptPath> paths) override;
    std::vector<KeptPath> paths() const override;
    void read_events(wire::Sequence first, std::size_t count,
                     const std::function<void(const KeptEvent&)>& handle) const override;
    void ask(LogQuery query) override;
    std::vector<LogPage> pages() override;
    void set_time(WallTime time, Instant now) override;
    std::optional<std::string> fault() const override;
    int fd() const override { return news_.fd(); }

  private:
    /// What is to be written in one transaction.
    struct Batch {
        std::vector<wire::CommittedEntry> entries;
        std::vector<KeptEvent> events;
        std::optional<LogSnapshot> snapshot;
        std::map<wire::MemberId, std::string> paths; ///< each member's newest
        bool is_empty() const { return entries.empty() && events.empty() && !snapshot && paths.empty(); }
    };
    void open();
    void migrate();
    void run();
    /// Until it is done, or the end has come and it can't be.
    void commit(Batch& batch);
    void write(Batch& batch);
    /// When there is something to write, or to do, if nothing comes; the mutex is held.
    Instant write_deadline() const;
    Instant next_deadline() const;
    bool has_queries() const { return !runs_.empty() || !searches_.is_empty(); }
    /// The mutex is held.
    void drain_queries();
    /// For a few milliseconds, between two commits. Who asks for what is not written yet waits.
    void serve_queries(bool is_all_written);
    LogPage page_of(const LogQuery& query) const;
    /// What was found, if it is all.
    std::optional<LogPage> search_on(Instant until);
    void prune();
    void tell(std::vector<wire::CommittedEntry> committed, std::vector<LogPage> pages);

    const std::filesystem::path file_;
    const Retention retention_;
    Id id_{};
    std::unique_ptr<sqlite::Database> database_;
    std::optional<sqlite::Statement> insert_entry_;
    std::optional<sqlite::Statement> insert_event_;
    std::atomic<wire::Sequence> first_ = 1;
    wire::Sequence last_ = 0; ///< that committed() has told
    wire::Sequence last_appended_ = 0;
    wire::Sequence snapshot_sequence_ = 0; ///< the thread's
    Instant next_prune_{};                 ///< the thread's
    wire::Sequence events_end_ = 1;        ///< the thread's; behind the newest event that is durable
    std::deque<LogQuery> runs_;            ///< the thread's; asked for, at most one of each member
    Searches searches_;                    ///< the thread's
    Instant read_at_{};                    ///< the thread's; not before, after reading has failed

    mutable std::mutex mutex_;
    std::condition_variable work_;
    Batch waiting_;                    ///< bounded by what the room accepts while there is a fault
    std::optional<Instant> paths_due_; ///< when those in waiting_ are written if no entry comes
    std::deque<LogQuery> queries_;     ///< at most a run and a search of each member
    std::vector<wire::CommittedEntry> committed_;
    std::vector<LogPage> pages_;
    std::optional<std::string> fault_;
    std::optional<WallTime> time_at_origin_; ///< the room's time less what os::monotonic_now() says
    bool is_prune_due_ = false;
    bool is_stopping_ = false;
    os::Wakeup news_;
    std::thread thread_;
};

/// What a program ends with that could not open its log.
int exit_status_of(const sqlite::Error& error);

} // namespace chatd
