// SPDX-License-Identifier: MIT
#include "chat/state/own_names.hpp"

#include "common/text/name.hpp"

#include <optional>
#include <string_view>

namespace chat {
namespace {

std::string_view view(const std::string& bytes) {
    return bytes;
}

} // namespace

OwnNames::OwnNames(sqlite::Database& database)
    : database_(database) {
    // A name is found by each of the keys under which no other one may be held.
    database_.execute(
        "CREATE TABLE IF NOT EXISTS own_name (fingerprint BLOB NOT NULL, likeness BLOB NOT NULL, "
        "name BLOB NOT NULL, label BLOB NOT NULL, PRIMARY KEY (fingerprint, likeness)) WITHOUT ROWID");
}

std::string OwnNames::label_of(const std::string& fingerprint, const std::string& name) const {
    const auto parsed = text::Name::recorded(name);
    if (!parsed) return name;
    auto rows =
        database_.prepare("SELECT name, label FROM own_name WHERE fingerprint = ? AND likeness IN (?, ?)");
    rows.with(view(fingerprint), view(parsed->keys()[0]), view(parsed->keys()[1]));
    std::optional<std::string> found;
    while (rows.step())
        // Of two that are like it the one that is it.
        if (!found || rows.bytes(0) == name) found.emplace(rows.bytes(1));
    return found.value_or(name);
}

void OwnNames::remember(const OwnName& own) {
    const auto parsed = text::Name::recorded(own.name);
    if (!parsed) return;
    auto same =
        database_.prepare("SELECT count(*) FROM own_name WHERE fingerprint = ? AND likeness IN (?, ?) "
                          "AND name = ? AND label = ?");
    same.with(view(own.fingerprint), view(parsed->keys()[0]), view(parsed->keys()[1]), view(own.name),
              view(own.label));
    same.step();
    const auto wanted = parsed->keys()[0] == parsed->keys()[1] ? 1 : 2;
    if (same.integer(0) == wanted) return;
    same.reset();
    database_.transact([&] {
        for (const auto& likeness : parsed->keys())
            database_.prepare("INSERT OR REPLACE INTO own_name VALUES (?, ?, ?, ?)")
                .with(view(own.fingerprint), view(likeness), view(own.name), view(own.label))
                .run();
    });
}

std::vector<OwnName> OwnNames::all() const {
    std::vector<OwnName> names;
    auto rows = database_.prepare(
        "SELECT DISTINCT fingerprint, name, label FROM own_name ORDER BY fingerprint, name");
    while (rows.step())
        names.push_back({std::string(rows.bytes(0)), std::string(rows.bytes(1)), std::string(rows.bytes(2))});
    return names;
}

} // namespace chat
