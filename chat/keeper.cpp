// SPDX-License-Identifier: MIT
#include "chat/keeper.hpp"

#include "chat/identity.hpp"

#include <string_view>

namespace chat {

std::unique_ptr<sqlite::Database> open_conversations(const std::filesystem::path& file) {
    auto database = std::make_unique<sqlite::Database>(file);
    database->execute("PRAGMA busy_timeout=1000"); // another chat of the same user
    database->execute("PRAGMA journal_mode=WAL");
    database->execute("PRAGMA synchronous=NORMAL");
    // By the label of our key, which is called `name` since it was the name that one had.
    database->execute(
        "CREATE TABLE IF NOT EXISTS conversation (fingerprint BLOB NOT NULL, name BLOB NOT NULL, "
        "kept BLOB NOT NULL, PRIMARY KEY (fingerprint, name)) WITHOUT ROWID");
    return database;
}

FileKeeper::FileKeeper(const std::filesystem::path& file, const session::SecretKey& secret)
    : secret_(secret) {
    try {
        database_ = open_conversations(file);
        names_.emplace(*database_);
    } catch (const sqlite::Error&) {
        names_.reset();
        database_.reset();
    }
}

session::KeyPair FileKeeper::key_for(const std::string& fingerprint, const std::string& name) {
    label_ = name;
    try {
        if (names_) label_ = names_->label_of(fingerprint, name);
    } catch (const sqlite::Error&) {
        // It is as if nothing had been kept.
    }
    return key_of(secret_, label_);
}

void FileKeeper::remember(const std::string& fingerprint, const std::string& name) {
    try {
        if (names_) names_->remember({fingerprint, name, label_});
    } catch (const sqlite::Error&) {
        // A full disk: the next welcome says it again.
    }
}

std::optional<std::string> FileKeeper::load(const std::string& fingerprint) {
    if (!database_) return std::nullopt;
    try {
        auto row = database_->prepare("SELECT kept FROM conversation WHERE fingerprint = ? AND name = ?");
        row.with(std::string_view(fingerprint), std::string_view(label_));
        if (row.step()) return std::string(row.bytes(0));
    } catch (const sqlite::Error&) {
        // It is as if nothing had been kept.
    }
    return std::nullopt;
}

void FileKeeper::save(const std::string& fingerprint, const std::string& bytes) {
    if (!database_) return;
    try {
        database_->prepare("INSERT OR REPLACE INTO conversation VALUES (?, ?, ?)")
            .with(std::string_view(fingerprint), std::string_view(label_), std::string_view(bytes))
            .run();
    } catch (const sqlite::Error&) {
        // A full disk: the next change is tried again.
    }
}

} // namespace chat
