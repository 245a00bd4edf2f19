// SPDX-License-Identifier: MIT
// Deletes old entries from a log's file.
#pragma once

#include "chatd/log/retention.hpp"
#include "common/base/time.hpp"
#include "common/os/sqlite.hpp"
#include "common/wire/event.hpp"

#include <optional>

namespace chatd {

/// The result of one step.
struct Pruned {
    wire::Sequence first = 1; ///< the oldest entry now
    bool is_all = true;       ///< nothing more is to be deleted at present
};

/// Deletes some of the entries that are too many, or too old at `time` if that is known: so few that a commit
/// does not wait long. `first` is the oldest entry; entries after the room's snapshot stay. Throws
/// sqlite::Error.
Pruned prune(sqlite::Database& database, const Retention& retention, std::optional<WallTime> time,
             wire::Sequence first, wire::Sequence snapshot);

} // namespace chatd
