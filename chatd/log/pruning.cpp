// SPDX-License-Identifier: MIT
#include "chatd/log/pruning.hpp"

#include <algorithm>
#include <cstdint>

namespace chatd {
namespace {

// Entries in one step; commits wait for it.
constexpr std::int64_t pruned_at_once = 2000;

/// The last entry that is too old.
wire::Sequence last_too_old(const sqlite::Database& database, const Retention& retention,
                            std::optional<WallTime> time, wire::Sequence snapshot) {
    wire::Sequence until = 0;
    if (retention.entries) {
        auto newest = database.prepare("SELECT coalesce(max(sequence), 0) FROM entry");
        newest.step();
        const auto last = newest.number(0);
        if (last > *retention.entries) until = std::max(until, last - *retention.entries);
    }
    if (retention.age && time) {
        const auto oldest = *time - *retention.age;
        auto young = database.prepare("SELECT sequence FROM entry WHERE time >= ? ORDER BY sequence LIMIT 1");
        young.with(static_cast<std::int64_t>(oldest.time_since_epoch().count()));
        until = std::max(until, young.step() ? young.number(0) - 1 : snapshot);
    }
    return std::min(until, snapshot); // the room is rebuilt from the entries after it
}

} // namespace

Pruned prune(sqlite::Database& database, const Retention& retention, std::optional<WallTime> time,
             wire::Sequence first, wire::Sequence snapshot) {
    const auto until = last_too_old(database, retention, time, snapshot);
    if (until < first) return {first, true};
    const auto step = std::min<wire::Sequence>(until, first + pruned_at_once);
    database.transact([&] {
        database.prepare("DELETE FROM entry WHERE sequence <= ?").with(step).run();
        database.prepare("DELETE FROM event WHERE sequence <= ?").with(step).run();
    });
    return {step + 1, step == until};
}

} // namespace chatd
