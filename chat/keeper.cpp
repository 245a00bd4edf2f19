// SPDX-License-Identifier: MIT
#include "chat/keeper.hpp"

#include <string_view>
#include <utility>

namespace chat {

FileKeeper::FileKeeper(const std::filesystem::path& file, std::string name)
    : name_(std::move(name)) {
    try {
        database_ = std::make_unique<sqlite::Database>(file);
        database_->execute("PRAGMA busy_timeout=1000"); // another chat of the same user
        database_->execute("PRAGMA journal_mode=WAL");
        database_->execute("PRAGMA synchronous=NORMAL");
        database_->execute(
            "CREATE TABLE IF NOT EXISTS conversation (fingerprint BLOB NOT NULL, name BLOB NOT NULL, "
            "kept BLOB NOT NULL, PRIMARY KEY (fingerprint, name)) WITHOUT ROWID");
    } catch (const sqlite::Error&) {
        database_.reset();
    }
}

std::optional<std::string> FileKeeper::load(const std::string& fingerprint) {
    if (!database_) return std::nullopt;
    try {
        auto row = database_->prepare("SELECT kept FROM conversation WHERE fingerprint = ? AND name = ?");
        row.with(std::string_view(fingerprint), std::string_view(name_));
        if (row.step()) return std::string(row.bytes(0));
    } catch (const sqlite::Error&) {
        database_.reset();
    }
    return std::nullopt;
}

void FileKeeper::save(const std::string& fingerprint, const std::string& bytes) {
    if (!database_) return;
    try {
        database_->prepare("INSERT OR REPLACE INTO conversation VALUES (?, ?, ?)")
            .with(std::string_view(fingerprint), std::string_view(name_), std::string_view(bytes))
            .run();
    } catch (const sqlite::Error&) {
        // A full disk: the next change is tried again.
    }
}

} // namespace chat
