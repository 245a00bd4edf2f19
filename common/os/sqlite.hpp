// SPDX-License-Identifier: MIT
// The one wrapper of SQLite: a database that closes itself, statements that are bound and stepped, errors as
// exceptions with SQLite's own words. It does not know what the tables mean.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sqlite {

class Error : public std::runtime_error {
  public:
    enum class Kind {
        busy,    ///< another program has it open
        damaged, ///< or it is no database at all
        refused, ///< it was not opened; the words are a whole sentence
        other,   ///< the disk is full, the file can't be read or written, …
    };
    Error(Kind kind, const std::string& words)
        : std::runtime_error(words)
        , kind_(kind) {}
    Kind kind() const { return kind_; }

  private:
    Kind kind_;
};

/// One prepared statement. Bound values are copied.
class Statement {
  public:
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;

    /// Begins anew, with these values.
    template<class... Values>
    Statement& with(const Values&... values) {
        reset();
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }
    /// The next row; false when there are no more. Throws Error.
    bool step();
    void run() {
        while (step()) {
        }
    }
    std::int64_t integer(int column) const;
    std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    /// Valid until the next step.
    std::string_view bytes(int column) const;
    bool is_null(int column) const;
    void reset();

  private:
    void bind(int index, std::int64_t value);
    void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, std::string_view value); ///< as a blob
    void bind(int index, std::nullptr_t value);

    sqlite3* database_;
    sqlite3_stmt* statement_ = nullptr;
};

class Database {
  public:
    /// Makes the file and its directories, all private, if they are not there. Throws Error, also if they are
    /// there and not private.
    explicit Database(const std::filesystem::path& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const std::string& sql);
    Statement prepare(std::string_view sql) const { return {database_, sql}; }
    /// Runs `work` in a transaction: all of it, or nothing if it throws.
    template<class Work>
    void transact(Work work) {
        execute("BEGIN IMMEDIATE");
        try {
            work();
            execute("COMMIT");
        } catch (...) {
            roll_back();
            throw;
        }
    }

  private:
    void roll_back();

    sqlite3* database_ = nullptr;
};

} // namespace sqlite
