// SPDX-License-Identifier: MIT
// What of a log's file is thrown away because it is old.
#pragma once

#include "chatd/log/retention.hpp"
#include "common/base/time.hpp"
#include "common/os/sqlite.hpp"
#include "common/wire/event.hpp"

#include <optional>

namespace chatd {

/// What a step came to.
struct Pruned {
    wire::Sequence first = 1; ///< the oldest entry now
    bool is_all = true;       ///< nothing else is to be thrown away at present
};

/// Throws away some of what is too old at `time`, if that is known: so much that a commit does not wait long.
/// `first` is the oldest entry; what is behind the room's snapshot stays. Throws sqlite::Error.
Pruned prune(sqlite::Database& database, const Retention& retention, std::optional<WallTime> time,
             wire::Sequence first, wire::Sequence snapshot);

} // namespace chatd
