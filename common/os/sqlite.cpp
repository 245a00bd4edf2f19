// SPDX-License-Identifier: MIT
#include "common/os/sqlite.hpp"

#include "common/os/private_file.hpp"

#include <sqlite3.h>

#include <utility>

namespace sqlite {
namespace {

[[noreturn]] void fail(sqlite3* database, int code) {
    auto kind = Error::Kind::other;
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: kind = Error::Kind::busy; break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: kind = Error::Kind::damaged; break;
    default: break;
    }
    throw Error(kind, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

} // namespace

Statement::Statement(sqlite3* database, std::string_view sql)
    : database_(database) {
    const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (code != SQLITE_OK) fail(database_, code);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_)
    , statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(statement_);
    if (code == SQLITE_DONE) return false;
    fail(database_, code);
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Statement::reset() {
    sqlite3_reset(statement_);
}

void Statement::bind(int index, std::int64_t value) {
    sqlite3_bind_int64(statement_, index, value);
}

void Statement::bind(int index, std::string_view value) {
    sqlite3_bind_blob64(statement_, index, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT);
}

void Statement::bind(int index, std::nullptr_t) {
    sqlite3_bind_null(statement_, index);
}

Database::Database(const std::filesystem::path& file) {
    const auto checked = [&] {
        try {
            return files::prepare_database(file);
        } catch (const std::runtime_error& error) {
            throw Error(Error::Kind::refused, error.what());
        }
    }();
    const int code =
        sqlite3_open_v2(checked.c_str(), &database_,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
    if (code != SQLITE_OK) {
        const std::string words = sqlite3_errstr(code);
        sqlite3_close(database_);
        throw Error(Error::Kind::other, words);
    }
    sqlite3_extended_result_codes(database_, 1);
}

Database::~Database() {
    sqlite3_close(database_);
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(database_, code);
}

void Database::roll_back() {
    // There may be no transaction any more: SQLite ends it by itself for some errors.
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

} // namespace sqlite
