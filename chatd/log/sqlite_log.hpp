// SPDX-License-Identifier: MIT
// A log in a SQLite file. A thread commits, in one transaction, all that came meanwhile, so the room never
// waits for the disk. The thread keeps what it can't save and tries again. There is one connection, which has
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
    /// Commits what is still waiting, if the disk lets it.
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
    /// Tries until the batch is saved, or until the log is to end.
    void commit(PendingBatch& batch);
    /// Adds it to waiting_; true if that gives the thread something to do. The caller holds the mutex.
    bool accept(LogBatch batch);
    bool accept(const LogTime& as_of);
    /// When there is something to write, or to do at all, if nothing more comes. The caller holds the mutex.
    Instant write_deadline() const;
    Instant next_deadline() const;
    /// The caller holds the mutex.
    void drain_queries();
    /// See PageReader::read_on().
    void serve_queries(bool are_all_written);
    void prune();
    void tell(std::vector<wire::CommittedEntry> committed, std::vector<LogPage> pages);

    const Retention retention_;
    const LogId id_;
    const std::unique_ptr<sqlite::Database> database_;
    BatchWriter writer_; ///< only the thread uses it
    PageReader reader_;  ///< only the thread uses it
    std::atomic<wire::Sequence> first_;
    wire::Sequence last_written_;
    wire::Sequence snapshot_sequence_; ///< only the thread uses it
    Instant next_prune_{};             ///< only the thread uses it

    std::mutex mutex_;
    std::condition_variable work_;
    PendingBatch waiting_;                   ///< bounded by what the room accepts while there is a fault
    std::optional<Instant> paths_due_;       ///< when the paths in waiting_ are written if no entry comes
    std::deque<LogQuery> queries_;           ///< at most a run and a search of each member
    LogNews fresh_;                          ///< until drain_news() gives it; its fault stays
    std::optional<WallTime> time_at_origin_; ///< the room's time less what os::monotonic_now() says
    bool is_prune_due_ = false;
    bool is_stopping_ = false;
    os::Wakeup news_;
    std::thread thread_;
};

} // namespace chatd
