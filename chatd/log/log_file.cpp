// SPDX-License-Identifier: MIT
#include "chatd/log/log_file.hpp"

#include "chatd/log/log_rows.hpp"
#include "common/app/failure.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>

namespace chatd {
namespace {

// Each step brings a file from the version of its index to the next one.
constexpr const char* migrations[] = {
    R"(CREATE TABLE log (id BLOB NOT NULL);
       CREATE TABLE entry (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, author BLOB NOT NULL,
                           outbox INTEGER NOT NULL, number INTEGER NOT NULL, command BLOB NOT NULL);
       CREATE TABLE event (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL, reader BLOB, other_reader BLOB);
       CREATE TABLE snapshot (sequence INTEGER NOT NULL, room BLOB NOT NULL);)",
    "CREATE TABLE path (member BLOB PRIMARY KEY, path BLOB NOT NULL) WITHOUT ROWID;",
};
constexpr auto version = static_cast<std::int64_t>(std::size(migrations));

void migrate(sqlite::Database& database, Random& random) {
    std::int64_t found = 0;
    {
        auto statement = database.prepare("PRAGMA user_version");
        statement.step();
        found = statement.integer(0);
    }
    if (found > version) throw sqlite::Error(sqlite::Error::Kind::other, "it was written by a newer chatd");
    if (found == version) return; // a start changes nothing: something may be wrong with the file
    database.transact([&] {
        for (auto at = found; at < version; ++at) database.execute(migrations[at]);
        if (found == 0) {
            LogId id{};
            random.fill(id.data(), id.size());
            database.prepare("INSERT INTO log (id) VALUES (?)")
                .with(std::string_view(reinterpret_cast<const char*>(id.data()), id.size()))
                .run();
        }
        database.execute("PRAGMA user_version = " + std::to_string(version));
    });
}

void describe(LogFile& log) {
    const auto& database = *log.database;
    auto id = database.prepare("SELECT id FROM log");
    if (!id.step() || id.bytes(0).size() != log.id.size())
        throw sqlite::Error(sqlite::Error::Kind::damaged, "it has no id");
    std::copy_n(id.bytes(0).begin(), log.id.size(), log.id.begin());
    std::tie(log.first, log.last) = read_bounds(database);
    auto snapshot = database.prepare("SELECT coalesce(max(sequence), 0) FROM snapshot");
    snapshot.step();
    log.snapshot = snapshot.number(0);
    auto events = database.prepare("SELECT coalesce(max(sequence), 0) FROM event");
    events.step();
    log.events_end = events.number(0) + 1;
}

} // namespace

LogFile open_log_file(const std::filesystem::path& file, Random& random) {
    const auto name = "the log '" + file.string() + "'";
    try {
        LogFile log{.database = std::make_unique<sqlite::Database>(file)};
        // One owner, so that neither a second chatd nor a second connection is ever in it.
        log.database->execute("PRAGMA locking_mode=EXCLUSIVE");
        log.database->execute("PRAGMA journal_mode=WAL");
        log.database->execute("PRAGMA synchronous=FULL");
        migrate(*log.database, random);
        describe(log);
        return log;
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

} // namespace chatd
