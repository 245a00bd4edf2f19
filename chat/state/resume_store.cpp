// SPDX-License-Identifier: MIT
#include "chat/state/resume_store.hpp"

#include "chat/state/identity.hpp"
#include "chat/translate.hpp"

#include <string_view>

namespace chat {

std::unique_ptr<sqlite::Database> open_conversations(const std::filesystem::path& file) {
    auto database = std::make_unique<sqlite::Database>(file);
    database->execute("PRAGMA busy_timeout=1000"); // another chat of the same user
    database->execute("PRAGMA journal_mode=WAL");
    database->execute("PRAGMA synchronous=NORMAL");
    // A host may have several rooms. Before this table there was one without the room's name: which room
    // its lines were for nobody knows, so they are said in none.
    database->execute("DROP TABLE IF EXISTS conversation");
    database->execute(
        "CREATE TABLE IF NOT EXISTS room_conversation (fingerprint BLOB NOT NULL, room BLOB NOT NULL, "
        "label BLOB NOT NULL, kept BLOB NOT NULL, PRIMARY KEY (fingerprint, room, label)) WITHOUT ROWID");
    return database;
}

std::optional<std::string> fault_of_conversations(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return std::nullopt; // a home without: one talks without
    auto kind = sqlite::Error::Kind::damaged;
    std::string why;
    try {
        const auto database = open_conversations(file);
        auto check = database->prepare("PRAGMA quick_check(1)");
        why = check.step() ? std::string(check.bytes(0)) : std::string();
        if (why == "ok") return std::nullopt;
    } catch (const sqlite::Error& error) {
        kind = error.kind();
        why = error.what();
    }
    switch (kind) {
    case sqlite::Error::Kind::busy: return std::nullopt; // another chat of the user
    case sqlite::Error::Kind::damaged:
        return tr(
            "cannot read '{0}': {1}. Nothing is remembered until you remove that file: chat makes a new "
            "one",
            {file.string(), why});
    case sqlite::Error::Kind::refused:
    case sqlite::Error::Kind::other: break;
    }
    return tr("cannot use '{0}': {1}. Nothing is remembered until it can be read and written",
              {file.string(), why});
}

FileResumeStore::FileResumeStore(const std::filesystem::path& file, const session::SecretKey& secret)
    : secret_(secret) {
    try {
        database_ = open_conversations(file);
        names_.emplace(*database_);
    } catch (const sqlite::Error&) {
        names_.reset();
        database_.reset();
    }
}

session::KeyPair FileResumeStore::key_for(const std::string& fingerprint, const std::string& name) {
    label_ = name;
    try {
        if (names_) label_ = names_->label_of(fingerprint, name);
    } catch (const sqlite::Error&) {
        // It is as if nothing had been kept.
    }
    return key_of(secret_, label_);
}

void FileResumeStore::remember(const std::string& fingerprint, const std::string& name) {
    try {
        if (names_) names_->remember({fingerprint, name, label_});
    } catch (const sqlite::Error&) {
        // A full disk: the next welcome says it again.
    }
}

std::optional<std::string> FileResumeStore::load(const RoomId& room) {
    if (!database_) return std::nullopt;
    try {
        auto row = database_->prepare(
            "SELECT kept FROM room_conversation WHERE fingerprint = ? AND room = ? AND label = ?");
        row.with(std::string_view(room.fingerprint), std::string_view(room.name), std::string_view(label_));
        if (row.step()) return std::string(row.bytes(0));
    } catch (const sqlite::Error&) {
        // It is as if nothing had been kept.
    }
    return std::nullopt;
}

void FileResumeStore::save(const RoomId& room, const std::string& bytes) {
    if (!database_) return;
    try {
        database_->prepare("INSERT OR REPLACE INTO room_conversation VALUES (?, ?, ?, ?)")
            .with(std::string_view(room.fingerprint), std::string_view(room.name), std::string_view(label_),
                  std::string_view(bytes))
            .run();
    } catch (const sqlite::Error&) {
        // A full disk: the next change is tried again.
    }
}

} // namespace chat
