// SPDX-License-Identifier: MIT
// A log in a SQLite file. A thread of its own commits, one transaction for all that came meanwhile, so that
// the room never waits for the disk; what it can't save it keeps and tries again. One connection, which has
// the file for itself: a second chatd is refused.
#pragma once

#include "chatd/log/batch_writer.hpp"
#include "chatd/log/log_file.hpp"
#include "chatd/log/page_reader.hpp"
#include "chatd/log/retention.hpp"
#include "common/base/random.hpp"
#include "common/os/clock.hpp"
#include "common/os/event_loop.hpp"
#include "common/os/sqlite.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace chatd {

class SqliteLog final : public RoomLog {
  public:
    /// Opens `file`, or begins it; see open_log_file().
    SqliteLog(const std::filesystem::path& file, Retention retention, Random& random);
    /// Commits what has been written, if the disk lets it.
    ~SqliteLog() override;
    SqliteLog(const SqliteLog&) = delete;
    SqliteLog& operator=(const SqliteLog&) = delete;

    LogStart restore(std::size_t newest) const override;
    void write(LogBatch batch) override;
    void ask(LogQuery query) override;
    LogNews drain_news() override;
    int fd() const override { return news_.fd(); }

  private:
    SqliteLog(LogFile file, Retention retention);
    void run();
    /// Until it is done, or the end has come and it can't be.
    void commit(PendingBatch& batch);
    /// Takes it over into waiting_; true if the thread has something to do because of that. The mutex is
    /// held.
    bool accept(LogBatch batch);
    bool accept(const LogTime& as_of);
    /// When there is something to write, or to do, if nothing comes; the mutex is held.
    Instant write_deadline() const;
    Instant next_deadline() const;
    /// The mutex is held.
    void drain_queries();
    /// Unless all events that are kept `are_all_written`, what is not durable yet is waited for.
    void serve_queries(bool are_all_written);
    void prune();
    void tell(std::vector<wire::CommittedEntry> committed, std::vector<LogPage> pages);

    const Retention retention_;
    const LogId id_;
    const std::unique_ptr<sqlite::Database> database_;
    BatchWriter writer_; ///< the thread's
    PageReader reader_;  ///< the thread's
    std::atomic<wire::Sequence> first_;
    wire::Sequence last_written_;
    wire::Sequence snapshot_sequence_; ///< the thread's
    Instant next_prune_{};             ///< the thread's

    std::mutex mutex_;
    std::condition_variable work_;
    PendingBatch waiting_;                   ///< bounded by what the room accepts while there is a fault
    std::optional<Instant> paths_due_;       ///< when those in waiting_ are written if no entry comes
    std::deque<LogQuery> queries_;           ///< at most a run and a search of each member
    LogNews fresh_;                          ///< until it is taken; its fault stays
    std::optional<WallTime> time_at_origin_; ///< the room's time less what os::monotonic_now() says
    bool is_prune_due_ = false;
    bool is_stopping_ = false;
    os::Wakeup news_;
    std::thread thread_;
};

} // namespace chatd
