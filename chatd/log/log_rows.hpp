// SPDX-License-Identifier: MIT
// The rows of a log's file as values. They may wait for the disk, and throw sqlite::Error.
#pragma once

#include "chatd/room/room_log.hpp"
#include "common/os/sqlite.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace chatd {

/// The bytes of `id`, as they stand in a row.
std::string_view view_of(const wire::MemberId& id);

/// The event in a row with the columns sequence, bytes, reader, other_reader.
KeptEvent event_in(const sqlite::Statement& row);

/// The sequences of the oldest entry and of the newest; 1 and 0 if there are none.
std::pair<wire::Sequence, wire::Sequence> read_bounds(const sqlite::Database& database);
/// Hands on up to `count` entries from `first`, or from the oldest kept if that is later.
void read_entries(const sqlite::Database& database, wire::Sequence first, std::size_t count,
                  const std::function<void(wire::CommittedEntry)>& handle);
/// Hands on up to `count` kept events in the same way.
void read_events(const sqlite::Database& database, wire::Sequence first, std::size_t count,
                 const std::function<void(KeptEvent)>& handle);
std::optional<LogSnapshot> read_snapshot(const sqlite::Database& database);
std::vector<KeptPath> read_paths(const sqlite::Database& database);

} // namespace chatd
