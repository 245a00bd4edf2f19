// SPDX-License-Identifier: MIT
#include "chatd/log/sqlite_log.hpp"

#include "chatd/log/log_rows.hpp"
#include "chatd/log/pruning.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_interval = 1s;
constexpr auto prune_interval = 60s;
constexpr auto prune_pause = 20ms; // between two steps of pruning
// Paths are for the next run: not each of them needs a commit of its own, but a host that is killed has to
// know where its members are.
constexpr auto path_patience = 500ms;

} // namespace

SqliteLog::SqliteLog(const std::filesystem::path& file, Retention retention, Random& random)
    : SqliteLog(open_log_file(file, random), retention) {}

SqliteLog::SqliteLog(LogFile file, Retention retention)
    : retention_(retention)
    , id_(file.id)
    , database_(std::move(file.database))
    , writer_(*database_)
    , reader_(*database_, file.events_end)
    , first_(file.first)
    , last_written_(file.last)
    , snapshot_sequence_(file.snapshot) {
    thread_ = std::thread([this] { run(); });
}

SqliteLog::~SqliteLog() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    work_.notify_all();
    if (thread_.joinable()) thread_.join();
}

// ---- the room's side

LogStart SqliteLog::restore(std::size_t newest) const {
    LogStart start{.id = id_, .snapshot = read_snapshot(*database_), .paths = read_paths(*database_)};
    std::tie(start.first, start.last) = read_bounds(*database_);
    const auto behind = start.snapshot ? start.snapshot->sequence : 0;
    read_entries(*database_, behind + 1, start.last - std::min(start.last, behind),
                 [&](wire::CommittedEntry entry) { start.entries.push_back(std::move(entry)); });
    read_events(*database_, start.last >= newest ? start.last - newest + 1 : 1, newest,
                [&](KeptEvent event) { start.events.push_back(std::move(event)); });
    return start;
}

void SqliteLog::write(LogBatch batch) {
    {
        const std::lock_guard lock(mutex_);
        if (!accept(std::move(batch))) return;
    }
    work_.notify_all();
}

bool SqliteLog::accept(LogBatch batch) {
    bool is_work = !batch.entries.empty() || batch.snapshot;
    for (auto& entry : batch.entries) waiting_.entries.push_back({++last_written_, std::move(entry)});
    std::move(batch.events.begin(), batch.events.end(), std::back_inserter(waiting_.events));
    if (batch.snapshot) waiting_.snapshot = std::move(batch.snapshot);
    for (auto& kept : batch.paths) waiting_.paths.insert_or_assign(kept.member, std::move(kept.path));
    if (!batch.paths.empty() && !paths_due_) {
        paths_due_ = os::monotonic_now() + path_patience;
        is_work = true;
    }
    const bool is_prune_news = batch.as_of && accept(*batch.as_of);
    return is_work || is_prune_news;
}

bool SqliteLog::accept(const LogTime& as_of) {
    const auto at_origin =
        as_of.time - std::chrono::floor<std::chrono::milliseconds>(as_of.now.time_since_epoch());
    const bool is_news = !time_at_origin_ || std::chrono::abs(*time_at_origin_ - at_origin) > prune_interval;
    time_at_origin_ = at_origin;
    if (!is_news || !retention_.age) return false;
    is_prune_due_ = true;
    return true;
}

void SqliteLog::ask(LogQuery query) {
    {
        const std::lock_guard lock(mutex_);
        if (query.is_search)
            std::erase_if(queries_, [&](const LogQuery& earlier) {
                return earlier.is_search && earlier.ticket == query.ticket;
            });
        queries_.push_back(std::move(query));
    }
    work_.notify_all();
}

LogNews SqliteLog::drain_news() {
    news_.clear();
    const std::lock_guard lock(mutex_);
    LogNews news{.committed = std::exchange(fresh_.committed, {}),
                 .pages = std::exchange(fresh_.pages, {}),
                 .first = first_,
                 .fault = fresh_.fault};
    return news;
}

// ---- the thread

void SqliteLog::run() {
    for (;;) {
        PendingBatch batch;
        {
            std::unique_lock lock(mutex_);
            // Events are written with the next entries, before a search, or once in a while: they can be made
            // again, so a line need not wait for the disk twice. Paths are written likewise, but sooner.
            const auto has_work = [&] {
                return is_stopping_ || is_prune_due_ || !waiting_.entries.empty() || waiting_.snapshot ||
                       !queries_.empty();
            };
            for (auto now = os::monotonic_now(); !has_work() && now < next_deadline();
                 now = os::monotonic_now())
                work_.wait_for(lock, next_deadline() - now);
            if (is_stopping_ && waiting_.is_empty()) return;
            // All that came while the last commit was under way goes into this one.
            if (has_work() || os::monotonic_now() >= write_deadline()) {
                std::swap(batch, waiting_);
                paths_due_.reset();
                drain_queries(); // the batch has the events that came before them
            }
            if (std::exchange(is_prune_due_, false)) next_prune_ = {};
        }
        if (!batch.is_empty()) commit(batch);
        serve_queries(true);
        if (os::monotonic_now() >= next_prune_) prune();
    }
}

Instant SqliteLog::write_deadline() const {
    return std::min(next_prune_, paths_due_.value_or(next_prune_));
}

Instant SqliteLog::next_deadline() const {
    return std::min(write_deadline(), reader_.next_deadline().value_or(write_deadline()));
}

void SqliteLog::commit(PendingBatch& batch) {
    for (;;) {
        try {
            writer_.write(batch);
            break;
        } catch (const sqlite::Error& error) {
            const std::lock_guard lock(mutex_);
            fresh_.fault = error.what();
            news_.signal();
        }
        const auto again_at = os::monotonic_now() + retry_interval;
        while (os::monotonic_now() < again_at) {
            bool is_all_written = batch.events.empty();
            {
                const std::lock_guard lock(mutex_);
                if (is_stopping_) return; // no member has been told that it is saved
                is_all_written = is_all_written && waiting_.events.empty();
                drain_queries();
            }
            serve_queries(is_all_written);
            std::unique_lock lock(mutex_);
            const auto next = std::min(again_at, reader_.next_deadline().value_or(again_at));
            work_.wait_for(lock, next - os::monotonic_now(),
                           [&] { return is_stopping_ || !queries_.empty(); });
        }
    }
    if (batch.snapshot) snapshot_sequence_ = batch.snapshot->sequence;
    reader_.handle_written(batch.events.empty() ? std::nullopt
                                                : std::optional(batch.events.back().sequence + 1));
    {
        const std::lock_guard lock(mutex_);
        fresh_.fault.reset();
    }
    tell(std::move(batch.entries), {});
}

void SqliteLog::drain_queries() {
    for (auto& query : std::exchange(queries_, {})) reader_.ask(std::move(query));
}

void SqliteLog::serve_queries(bool are_all_written) {
    if (auto pages = reader_.read_on(are_all_written); !pages.empty()) tell({}, std::move(pages));
}

void SqliteLog::prune() {
    const auto now = os::monotonic_now();
    next_prune_ = now + prune_interval;
    std::optional<WallTime> time;
    {
        const std::lock_guard lock(mutex_);
        if (time_at_origin_)
            time = *time_at_origin_ + std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
    }
    try {
        const auto pruned = chatd::prune(*database_, retention_, time, first_, snapshot_sequence_);
        first_ = pruned.first;
        if (!pruned.is_all) next_prune_ = os::monotonic_now() + prune_pause;
    } catch (const sqlite::Error&) {
        // It will be tried again; if the disk is full, the next commit says so.
    }
}

void SqliteLog::tell(std::vector<wire::CommittedEntry> committed, std::vector<LogPage> pages) {
    const std::lock_guard lock(mutex_);
    std::move(committed.begin(), committed.end(), std::back_inserter(fresh_.committed));
    std::move(pages.begin(), pages.end(), std::back_inserter(fresh_.pages));
    news_.signal();
}

} // namespace chatd
