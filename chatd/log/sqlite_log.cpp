// SPDX-License-Identifier: MIT
#include "chatd/log/sqlite_log.hpp"

#include "common/app/failure.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// Each brings a file from the version of its place to the next one.
constexpr const char* migrations[] = {
    R"(CREATE TABLE log (id BLOB NOT NULL);
       CREATE TABLE entry (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, author BLOB NOT NULL,
                           outbox INTEGER NOT NULL, number INTEGER NOT NULL, command BLOB NOT NULL);
       CREATE TABLE event (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL, reader BLOB, other_reader BLOB);
       CREATE TABLE snapshot (sequence INTEGER NOT NULL, room BLOB NOT NULL);)",
    "CREATE TABLE path (member BLOB PRIMARY KEY, path BLOB NOT NULL) WITHOUT ROWID;",
};
constexpr auto version = static_cast<std::int64_t>(std::size(migrations));

constexpr auto retry_interval = 1s;
constexpr auto prune_interval = 60s;
constexpr auto prune_pause = 20ms; // between two steps of what is to be thrown away
// Paths are for the run after this one: they need not cost a commit of their own each, but a host that is
// killed has to know where its members are.
constexpr auto path_patience = 500ms;
// A commit waits no longer behind what members read, and as long again behind what one looks for.
constexpr auto reading_slice = 2ms;
// Nor for long behind what is thrown away.
constexpr std::int64_t pruned_at_once = 2000;

std::string_view view_of(const wire::MemberId& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

wire::MemberId id_in(std::string_view bytes) {
    wire::MemberId id;
    if (bytes.size() != id.bytes.size())
        throw sqlite::Error(sqlite::Error::Kind::damaged, "an id of a wrong size");
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

wire::CommittedEntry entry_in(const sqlite::Statement& row) {
    auto command = wire::decode_command(row.bytes(5));
    if (!command) throw sqlite::Error(sqlite::Error::Kind::damaged, "an entry that is none");
    return {row.number(0),
            {id_in(row.bytes(2)), WallTime(std::chrono::milliseconds(row.integer(1))), std::move(*command),
             row.number(3), row.number(4)}};
}

KeptEvent event_in(const sqlite::Statement& row) {
    KeptEvent event{row.number(0), std::string(row.bytes(1))};
    if (!row.is_null(2)) event.only_for.emplace(id_in(row.bytes(2)), id_in(row.bytes(3)));
    return event;
}

} // namespace

SqliteLog::SqliteLog(std::filesystem::path file, Retention retention, Random& random)
    : file_(std::move(file))
    , retention_(retention) {
    random.fill(id_.data(), id_.size()); // unless it has one
    const auto name = "the log '" + file_.string() + "'";
    try {
        open();
    } catch (const sqlite::Error& error) {
        switch (error.kind()) {
        case sqlite::Error::Kind::busy:
            throw sqlite::Error(
                error.kind(),
                name + " is in use: is another chatd hosting this room? (--room names another one)");
        case sqlite::Error::Kind::damaged:
            throw sqlite::Error(
                error.kind(),
                name + " is damaged (" + error.what() +
                    "): put a copy of it back, or move it away to begin a new one; it was left as it is");
        case sqlite::Error::Kind::refused: throw;
        case sqlite::Error::Kind::other: break;
        }
        throw sqlite::Error(error.kind(), "cannot open " + name + ": " + error.what());
    }
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

void SqliteLog::open() {
    database_ = std::make_unique<sqlite::Database>(file_);
    // One owner, so that neither a second chatd nor a second connection is ever in it.
    database_->execute("PRAGMA locking_mode=EXCLUSIVE");
    database_->execute("PRAGMA journal_mode=WAL");
    database_->execute("PRAGMA synchronous=FULL");
    migrate();
    insert_entry_.emplace(database_->prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)"));
    insert_event_.emplace(database_->prepare("INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?)"));
    auto id = database_->prepare("SELECT id FROM log");
    if (!id.step() || id.bytes(0).size() != id_.size())
        throw sqlite::Error(sqlite::Error::Kind::damaged, "it has no id");
    std::copy_n(id.bytes(0).begin(), id_.size(), id_.begin());
    auto bounds =
        database_->prepare("SELECT coalesce(min(sequence), 1), coalesce(max(sequence), 0) FROM entry");
    bounds.step();
    first_ = bounds.number(0);
    last_ = last_appended_ = bounds.number(1);
    auto snapshot = database_->prepare("SELECT coalesce(max(sequence), 0) FROM snapshot");
    snapshot.step();
    snapshot_sequence_ = snapshot.number(0);
    auto events = database_->prepare("SELECT coalesce(max(sequence), 0) FROM event");
    events.step();
    events_end_ = events.number(0) + 1;
}

void SqliteLog::migrate() {
    std::int64_t found = 0;
    {
        auto statement = database_->prepare("PRAGMA user_version");
        statement.step();
        found = statement.integer(0);
    }
    if (found > version) throw sqlite::Error(sqlite::Error::Kind::other, "it was written by a newer chatd");
    if (found == version) return; // a start changes nothing, in case that something is wrong with the file
    database_->transact([&] {
        for (auto at = found; at < version; ++at) database_->execute(migrations[at]);
        if (found == 0)
            database_->prepare("INSERT INTO log (id) VALUES (?)")
                .with(std::string_view(reinterpret_cast<const char*>(id_.data()), id_.size()))
                .run();
        database_->execute("PRAGMA user_version = " + std::to_string(version));
    });
}

// ---- the room's side

void SqliteLog::append(std::vector<wire::Entry> batch) {
    {
        const std::lock_guard lock(mutex_);
        for (auto& entry : batch) waiting_.entries.push_back({++last_appended_, std::move(entry)});
    }
    work_.notify_all();
}

std::vector<wire::CommittedEntry> SqliteLog::committed() {
    news_.clear();
    const std::lock_guard lock(mutex_);
    if (!committed_.empty()) last_ = committed_.back().sequence;
    return std::exchange(committed_, {});
}

void SqliteLog::read(wire::Sequence first, std::size_t count,
                     const std::function<void(const wire::CommittedEntry&)>& handle) const {
    auto rows = database_->prepare("SELECT sequence, time, author, outbox, number, command FROM entry "
                                   "WHERE sequence >= ? ORDER BY sequence LIMIT ?");
    rows.with(first, static_cast<std::uint64_t>(count));
    while (rows.step()) handle(entry_in(rows));
}

void SqliteLog::read_events(wire::Sequence first, std::size_t count,
                            const std::function<void(const KeptEvent&)>& handle) const {
    auto rows = database_->prepare("SELECT sequence, bytes, reader, other_reader FROM event "
                                   "WHERE sequence >= ? ORDER BY sequence LIMIT ?");
    rows.with(first, static_cast<std::uint64_t>(count));
    while (rows.step()) handle(event_in(rows));
}

std::optional<LogSnapshot> SqliteLog::snapshot() const {
    auto rows = database_->prepare("SELECT sequence, room FROM snapshot ORDER BY sequence DESC LIMIT 1");
    if (!rows.step()) return std::nullopt;
    return LogSnapshot{rows.number(0), std::string(rows.bytes(1))};
}

void SqliteLog::keep(std::vector<KeptEvent> events) {
    const std::lock_guard lock(mutex_);
    std::move(events.begin(), events.end(), std::back_inserter(waiting_.events));
}

void SqliteLog::keep(LogSnapshot snapshot) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.snapshot = std::move(snapshot);
    }
    work_.notify_all();
}

void SqliteLog::keep(std::vector<KeptPath> paths) {
    {
        const std::lock_guard lock(mutex_);
        for (auto& kept : paths) waiting_.paths.insert_or_assign(kept.member, std::move(kept.path));
        if (paths_due_) return;
        paths_due_ = os::monotonic_now() + path_patience;
    }
    work_.notify_all();
}

std::vector<KeptPath> SqliteLog::paths() const {
    std::vector<KeptPath> kept;
    auto rows = database_->prepare("SELECT member, path FROM path");
    while (rows.step()) kept.push_back({id_in(rows.bytes(0)), std::string(rows.bytes(1))});
    return kept;
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

std::vector<LogPage> SqliteLog::pages() {
    const std::lock_guard lock(mutex_);
    return std::exchange(pages_, {});
}

void SqliteLog::set_time(WallTime time, Instant now) {
    const auto at_origin = time - std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
    {
        const std::lock_guard lock(mutex_);
        const bool is_news =
            !time_at_origin_ || std::chrono::abs(*time_at_origin_ - at_origin) > prune_interval;
        time_at_origin_ = at_origin;
        if (!is_news || !retention_.age) return;
        is_prune_due_ = true;
    }
    work_.notify_all();
}

std::optional<std::string> SqliteLog::fault() const {
    const std::lock_guard lock(mutex_);
    return fault_;
}

// ---- the thread

void SqliteLog::run() {
    for (;;) {
        Batch batch;
        {
            std::unique_lock lock(mutex_);
            // Events go with the next entries, before somebody looks for them, or once in a while: they can
            // be made again, and are no reason to wait for the disk twice for a line. So do paths, soon.
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
                drain_queries(); // what was kept before them is in the batch
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
    return has_queries() ? std::min(write_deadline(), read_at_) : write_deadline();
}

void SqliteLog::commit(Batch& batch) {
    for (;;) {
        try {
            database_->transact([&] { write(batch); });
            break;
        } catch (const sqlite::Error& error) {
            const std::lock_guard lock(mutex_);
            fault_ = error.what();
            news_.signal();
        }
        const auto again_at = os::monotonic_now() + retry_interval;
        while (os::monotonic_now() < again_at) {
            bool is_all_written = batch.events.empty();
            {
                const std::lock_guard lock(mutex_);
                if (is_stopping_) return; // nobody was told that it is saved
                is_all_written = is_all_written && waiting_.events.empty();
                drain_queries();
            }
            serve_queries(is_all_written);
            std::unique_lock lock(mutex_);
            const auto next = has_queries() ? std::min(read_at_, again_at) : again_at;
            work_.wait_for(lock, next - os::monotonic_now(),
                           [&] { return is_stopping_ || !queries_.empty(); });
        }
    }
    read_at_ = {};
    if (batch.snapshot) snapshot_sequence_ = batch.snapshot->sequence;
    if (!batch.events.empty()) events_end_ = batch.events.back().sequence + 1;
    {
        const std::lock_guard lock(mutex_);
        fault_.reset();
    }
    tell(std::move(batch.entries), {});
}

void SqliteLog::write(Batch& batch) {
    for (const auto& [sequence, what] : batch.entries)
        insert_entry_
            ->with(sequence, static_cast<std::int64_t>(what.time.time_since_epoch().count()),
                   view_of(what.author), what.outbox, what.number,
                   std::string_view(wire::encode(what.command)))
            .run();
    for (const auto& kept : batch.events) {
        if (kept.only_for)
            insert_event_->with(kept.sequence, std::string_view(kept.bytes), view_of(kept.only_for->first),
                                view_of(kept.only_for->second));
        else
            insert_event_->with(kept.sequence, std::string_view(kept.bytes), nullptr, nullptr);
        insert_event_->run();
    }
    for (const auto& [member, path] : batch.paths) {
        if (path.empty())
            database_->prepare("DELETE FROM path WHERE member = ?").with(view_of(member)).run();
        else
            database_->prepare("INSERT OR REPLACE INTO path VALUES (?, ?)")
                .with(view_of(member), std::string_view(path))
                .run();
    }
    if (batch.snapshot) {
        database_->execute("DELETE FROM snapshot");
        database_->prepare("INSERT INTO snapshot VALUES (?, ?)")
            .with(batch.snapshot->sequence, std::string_view(batch.snapshot->room))
            .run();
    }
}

void SqliteLog::drain_queries() {
    for (auto& query : std::exchange(queries_, {})) {
        if (query.is_search)
            searches_.ask(std::move(query));
        else
            runs_.push_back(std::move(query));
    }
}

void SqliteLog::serve_queries(bool is_all_written) {
    const auto begin = os::monotonic_now();
    if (!has_queries() || begin < read_at_) return;
    const auto until = begin + reading_slice;
    std::vector<LogPage> pages;
    try {
        // Whoever is behind goes before whoever looks for something.
        for (auto left = runs_.size(); left > 0 && os::monotonic_now() < until; --left) {
            if (is_all_written || runs_.front().first < events_end_)
                pages.push_back(page_of(runs_.front()));
            else
                runs_.push_back(runs_.front()); // it waits for what can't be written yet
            runs_.pop_front();
        }
        if (pages.empty() && searches_.is_empty()) read_at_ = until + retry_interval;
        if (!searches_.is_empty())
            if (auto found = search_on(os::monotonic_now() + reading_slice))
                pages.push_back(std::move(*found));
    } catch (const sqlite::Error&) {
        // It will be tried again; commits tell the admin what is wrong.
        read_at_ = os::monotonic_now() + retry_interval;
        if (!runs_.empty()) { // the others' turn
            runs_.push_back(std::move(runs_.front()));
            runs_.pop_front();
        }
    }
    if (!pages.empty()) tell({}, std::move(pages));
}

LogPage SqliteLog::page_of(const LogQuery& query) const {
    // What came later may not be kept yet.
    LogPage page{query.ticket, false, query.first,
                 std::max(query.first, std::min(query.first + query.count, events_end_))};
    auto rows = database_->prepare("SELECT sequence, bytes, reader, other_reader FROM event "
                                   "WHERE sequence >= ? AND sequence < ? ORDER BY sequence");
    rows.with(page.first, page.end);
    for (std::size_t bytes = 0; rows.step();) {
        auto event = event_in(rows);
        bytes += event.bytes.size();
        if (bytes > max_page_bytes && !page.events.empty()) {
            page.end = event.sequence;
            break;
        }
        page.events.push_back(std::move(event));
    }
    return page;
}

std::optional<LogPage> SqliteLog::search_on(Instant until) {
    auto rows = database_->prepare("SELECT sequence, bytes, reader, other_reader FROM event "
                                   "WHERE sequence < ? ORDER BY sequence DESC");
    rows.with(searches_.next());
    bool is_all = false;
    for (bool goes_on = true; goes_on && os::monotonic_now() < until;) {
        is_all = !rows.step();
        goes_on = !is_all && searches_.look_at(event_in(rows));
    }
    return searches_.end_slice(is_all);
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
    wire::Sequence until = 0;
    try {
        if (retention_.entries) {
            auto newest = database_->prepare("SELECT coalesce(max(sequence), 0) FROM entry");
            newest.step();
            const auto last = newest.number(0);
            if (last > *retention_.entries) until = std::max(until, last - *retention_.entries);
        }
        if (retention_.age && time) {
            const auto oldest = *time - *retention_.age;
            auto young =
                database_->prepare("SELECT sequence FROM entry WHERE time >= ? ORDER BY sequence LIMIT 1");
            young.with(static_cast<std::int64_t>(oldest.time_since_epoch().count()));
            until = std::max(until, young.step() ? young.number(0) - 1 : snapshot_sequence_);
        }
        until = std::min(until, snapshot_sequence_); // what the room is rebuilt from stays
        if (until < first_) return;
        const auto step = std::min<wire::Sequence>(until, first_ + pruned_at_once);
        database_->transact([&] {
            database_->prepare("DELETE FROM entry WHERE sequence <= ?").with(step).run();
            database_->prepare("DELETE FROM event WHERE sequence <= ?").with(step).run();
        });
        first_ = step + 1;
        if (step < until) next_prune_ = os::monotonic_now() + prune_pause;
    } catch (const sqlite::Error&) {
        // It will be tried again; a disk that is full says so with the next commit.
    }
}

int exit_status_of(const sqlite::Error& error) {
    switch (error.kind()) {
    case sqlite::Error::Kind::busy: return EX_UNAVAILABLE;
    case sqlite::Error::Kind::damaged: return EX_DATAERR;
    case sqlite::Error::Kind::refused:
    case sqlite::Error::Kind::other: break;
    }
    return EX_CANTCREAT;
}

void SqliteLog::tell(std::vector<wire::CommittedEntry> committed, std::vector<LogPage> pages) {
    const std::lock_guard lock(mutex_);
    std::move(committed.begin(), committed.end(), std::back_inserter(committed_));
    std::move(pages.begin(), pages.end(), std::back_inserter(pages_));
    news_.signal();
}

} // namespace chatd
