// SPDX-License-Identifier: MIT
#include "chatd/log/batch_writer.hpp"

#include "chatd/log/log_rows.hpp"
#include "common/wire/message.hpp"

#include <cstdint>
#include <string_view>

namespace chatd {

BatchWriter::BatchWriter(sqlite::Database& database)
    : database_(database)
    , insert_entry_(database.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)"))
    , insert_event_(database.prepare("INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?)")) {}

void BatchWriter::write(const PendingBatch& batch) {
    database_.transact([&] {
        write(batch.entries);
        write(batch.events);
        write(batch.paths);
        if (batch.snapshot) write(*batch.snapshot);
    });
}

void BatchWriter::write(const std::vector<wire::CommittedEntry>& entries) {
    for (const auto& [sequence, what] : entries)
        insert_entry_
            .with(sequence, static_cast<std::int64_t>(what.time.time_since_epoch().count()),
                  view_of(what.author), what.outbox, what.number,
                  std::string_view(wire::encode(what.command)))
            .run();
}

void BatchWriter::write(const std::vector<KeptEvent>& events) {
    for (const auto& kept : events) {
        if (kept.only_for)
            insert_event_.with(kept.sequence, std::string_view(kept.bytes), view_of(kept.only_for->first),
                               view_of(kept.only_for->second));
        else
            insert_event_.with(kept.sequence, std::string_view(kept.bytes), nullptr, nullptr);
        insert_event_.run();
    }
}

void BatchWriter::write(const std::map<wire::MemberId, std::string>& paths) {
    for (const auto& [member, path] : paths) {
        if (path.empty())
            database_.prepare("DELETE FROM path WHERE member = ?").with(view_of(member)).run();
        else
            database_.prepare("INSERT OR REPLACE INTO path VALUES (?, ?)")
                .with(view_of(member), std::string_view(path))
                .run();
    }
}

void BatchWriter::write(const LogSnapshot& snapshot) {
    database_.execute("DELETE FROM snapshot");
    database_.prepare("INSERT INTO snapshot VALUES (?, ?)")
        .with(snapshot.sequence, std::string_view(snapshot.room))
        .run();
}

} // namespace chatd
