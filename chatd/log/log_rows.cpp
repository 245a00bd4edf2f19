// SPDX-License-Identifier: MIT
#include "chatd/log/log_rows.hpp"

#include "common/wire/message.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace chatd {
namespace {

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

} // namespace

std::string_view view_of(const wire::MemberId& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

KeptEvent event_in(const sqlite::Statement& row) {
    KeptEvent event{row.number(0), std::string(row.bytes(1))};
    if (!row.is_null(2)) event.only_for.emplace(id_in(row.bytes(2)), id_in(row.bytes(3)));
    return event;
}

std::pair<wire::Sequence, wire::Sequence> read_bounds(const sqlite::Database& database) {
    auto bounds =
        database.prepare("SELECT coalesce(min(sequence), 1), coalesce(max(sequence), 0) FROM entry");
    bounds.step();
    return {bounds.number(0), bounds.number(1)};
}

void read_entries(const sqlite::Database& database, wire::Sequence first, std::size_t count,
                  const std::function<void(wire::CommittedEntry)>& handle) {
    auto rows = database.prepare("SELECT sequence, time, author, outbox, number, command FROM entry "
                                 "WHERE sequence >= ? ORDER BY sequence LIMIT ?");
    rows.with(first, static_cast<std::uint64_t>(count));
    while (rows.step()) handle(entry_in(rows));
}

void read_events(const sqlite::Database& database, wire::Sequence first, std::size_t count,
                 const std::function<void(KeptEvent)>& handle) {
    auto rows = database.prepare("SELECT sequence, bytes, reader, other_reader FROM event "
                                 "WHERE sequence >= ? ORDER BY sequence LIMIT ?");
    rows.with(first, static_cast<std::uint64_t>(count));
    while (rows.step()) handle(event_in(rows));
}

std::optional<LogSnapshot> read_snapshot(const sqlite::Database& database) {
    auto rows = database.prepare("SELECT sequence, room FROM snapshot ORDER BY sequence DESC LIMIT 1");
    if (!rows.step()) return std::nullopt;
    return LogSnapshot{rows.number(0), std::string(rows.bytes(1))};
}

std::vector<KeptPath> read_paths(const sqlite::Database& database) {
    std::vector<KeptPath> kept;
    auto rows = database.prepare("SELECT member, path FROM path");
    while (rows.step()) kept.push_back({id_in(rows.bytes(0)), std::string(rows.bytes(1))});
    return kept;
}

} // namespace chatd
