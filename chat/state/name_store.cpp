// SPDX-License-Identifier: MIT
#include "chat/state/name_store.hpp"

#include "chat/state/identity.hpp"
#include "chat/state/own_names.hpp"
#include "chat/state/resume_store.hpp"

#include <algorithm>
#include <string_view>

namespace chat {
namespace {

// Of all rooms together, each with KnownNames::most at most.
constexpr std::uint64_t most_rows = 16 * KnownNames::most;

std::string_view bytes_of(const wire::Fingerprint& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

/// Empty for none.
std::string_view bytes_of(const std::optional<wire::Fingerprint>& key) {
    return key ? bytes_of(*key) : std::string_view();
}

std::optional<wire::Fingerprint> key_of(std::string_view bytes) {
    wire::Fingerprint key{};
    if (bytes.size() != key.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), key.begin());
    return key;
}

} // namespace

std::vector<KnownName> NameStore::load(const std::string& fingerprint) {
    fingerprint_ = fingerprint;
    std::vector<KnownName> names;
    if (file_.empty()) return names;
    try {
        if (!database_) {
            database_ = open_conversations(file_);
            database_->execute(
                "CREATE TABLE IF NOT EXISTS known_person (fingerprint BLOB NOT NULL, folded BLOB NOT NULL, "
                "also BLOB NOT NULL, key BLOB NOT NULL, since INTEGER NOT NULL, seen INTEGER NOT NULL, "
                "before BLOB NOT NULL, "
                "PRIMARY KEY (fingerprint, folded)) WITHOUT ROWID");
        }
        auto row = database_->prepare("SELECT folded, also, key, since, seen, before FROM known_person "
                                      "WHERE fingerprint = ? ORDER BY seen - since DESC, seen DESC LIMIT ?");
        row.with(std::string_view(fingerprint), std::uint64_t{KnownNames::most});
        while (row.step())
            if (const auto key = key_of(row.bytes(2)))
                names.push_back({std::string(row.bytes(0)), std::string(row.bytes(1)), *key, row.integer(3),
                                 row.integer(4), key_of(row.bytes(5))});
    } catch (const sqlite::Error&) {
        database_.reset();
    }
    return names;
}

void NameStore::load(const std::string& fingerprint, KnownNames& names) {
    names.begin(load(fingerprint));
    try {
        if (database_ && secret_) load_own(names);
    } catch (const sqlite::Error&) {
        // Then this run does not know what it was called.
    }
}

void NameStore::load_own(KnownNames& names) const {
    for (const auto& own : OwnNames(*database_).all()) {
        const auto name = text::Name::recorded(own.name);
        if (name && own.fingerprint == fingerprint_)
            names.begin_own(*name, session::fingerprint_of(key_of(*secret_, own.label).public_key));
    }
}

void NameStore::save(const std::vector<KnownName>& names) {
    if (!database_ || names.empty()) return;
    try {
        database_->transact([&] {
            auto insert =
                database_->prepare("INSERT OR REPLACE INTO known_person VALUES (?, ?, ?, ?, ?, ?, ?)");
            for (const auto& name : names)
                insert
                    .with(std::string_view(fingerprint_), std::string_view(name.folded),
                          std::string_view(name.also), bytes_of(name.key), name.since, name.seen,
                          bytes_of(name.before))
                    .run();
            // Those that were here for the shortest time go first.
            const std::string worst = " ORDER BY seen - since DESC, seen DESC LIMIT -1 OFFSET ?)";
            database_
                ->prepare("DELETE FROM known_person WHERE fingerprint = ? AND folded IN (SELECT folded FROM "
                          "known_person WHERE fingerprint = ?" +
                          worst)
                .with(std::string_view(fingerprint_), std::string_view(fingerprint_),
                      std::uint64_t{KnownNames::most})
                .run();
            database_
                ->prepare(
                    "DELETE FROM known_person WHERE (fingerprint, folded) IN (SELECT fingerprint, folded "
                    "FROM known_person" +
                    worst)
                .with(most_rows)
                .run();
        });
    } catch (const sqlite::Error&) {
        // A full disk, or another chat that is writing: they are met again.
    }
}

} // namespace chat
