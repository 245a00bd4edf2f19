// SPDX-License-Identifier: MIT
// A disk for SQLite that is in memory, and can fail as a real one does: no room, a sync that does not come
// through, a power cut after which any part of what was not synced is there and any other is not.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace test {

class CrashDisk {
  public:
    /// Is SQLite's disk until it is destroyed.
    CrashDisk();
    ~CrashDisk();
    CrashDisk(const CrashDisk&) = delete;
    CrashDisk& operator=(const CrashDisk&) = delete;

    /// The power goes with the `operation`th write, truncation or sync from now: from then on nothing works.
    void cut_power_at(std::uint64_t operation);
    /// Power is back. Of what was not synced each sector is there, or is not.
    void restore_power(std::uint64_t seed);
    bool has_power();

    enum class Fault { none, full, failing_sync };
    void set_fault(Fault fault);

  private:
    struct Write {
        std::uint64_t offset = 0;
        std::string bytes;
        bool is_truncation = false; ///< to offset
    };
    struct Content {
        std::string synced;
        std::string now;
        std::vector<Write> unsynced;
    };
    struct File {
        sqlite3_file base;
        CrashDisk* disk;
        Content* content;
    };
    static constexpr std::size_t sector = 512;

    static CrashDisk& of(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }
    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
    static void apply(std::string& bytes, const Write& write);
    /// What stands in the way of an operation that changes something.
    int begin_change();

    int open(const char* name, sqlite3_file* file);
    int write(Content& content, Write write);
    int sync(Content& content);

    sqlite3_vfs vfs_{};
    sqlite3_io_methods methods_{};
    sqlite3_vfs* previous_ = nullptr;
    std::mutex mutex_;
    std::map<std::string, Content> files_;
    std::uint64_t operations_ = 0;
    std::uint64_t cut_at_ = 0; ///< 0 for never
    bool has_power_ = true;
    Fault fault_ = Fault::none;
};

} // namespace test
