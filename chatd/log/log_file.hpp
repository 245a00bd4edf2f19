// SPDX-License-Identifier: MIT
// The SQLite file that a room's log is in: how it is opened, its tables and their versions. It knows nothing
// of threads, nor of what the rows mean.
#pragma once

#include "chatd/room/room_log.hpp"
#include "common/base/random.hpp"
#include "common/os/sqlite.hpp"

#include <filesystem>
#include <memory>

namespace chatd {

/// An open log file, and the extent of its tables.
struct LogFile {
    std::unique_ptr<sqlite::Database> database;
    LogId id{};
    wire::Sequence first = 1;      ///< the oldest entry; last + 1 if there are none
    wire::Sequence last = 0;       ///< the newest one
    wire::Sequence snapshot = 0;   ///< the last entry that the room's snapshot knows; 0 if there is none
    wire::Sequence events_end = 1; ///< one more than the newest event's sequence
};

/// Opens `file`, or begins it as a log with an id of its own, and brings it to this version. No other program
/// can open it meanwhile. Throws sqlite::Error with a sentence if it is damaged, in use, of a newer version,
/// or can't be read or written; then nothing has changed in it.
LogFile open_log_file(const std::filesystem::path& file, Random& random);

/// The exit status of a program that can't open its log.
int exit_status_of(const sqlite::Error& error);

} // namespace chatd
