// SPDX-License-Identifier: MIT
#include "tests/support/crash_vfs.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace test {

CrashDisk::CrashDisk() {
    methods_.iVersion = 1; // without shared memory: a log has its file for itself
    methods_.xClose = [](sqlite3_file*) { return SQLITE_OK; };
    methods_.xRead = [](sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
        const std::lock_guard lock(of(file).disk->mutex_);
        if (!of(file).disk->has_power_) return SQLITE_IOERR_READ;
        const auto& bytes = of(file).content->now;
        const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
        const auto got = std::min(static_cast<std::size_t>(count), bytes.size() - from);
        std::memcpy(out, bytes.data() + from, got);
        std::memset(static_cast<char*>(out) + got, 0, static_cast<std::size_t>(count) - got);
        return got == static_cast<std::size_t>(count) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    };
    methods_.xWrite = [](sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
        const std::string_view view(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
        return of(file).disk->write(*of(file).content,
                                    {static_cast<std::uint64_t>(offset), std::string(view), false});
    };
    methods_.xTruncate = [](sqlite3_file* file, sqlite3_int64 size) {
        return of(file).disk->write(*of(file).content, {static_cast<std::uint64_t>(size), {}, true});
    };
    methods_.xSync = [](sqlite3_file* file, int) { return of(file).disk->sync(*of(file).content); };
    methods_.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
        const std::lock_guard lock(of(file).disk->mutex_);
        *size = static_cast<sqlite3_int64>(of(file).content->now.size());
        return SQLITE_OK;
    };
    methods_.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
    methods_.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
    methods_.xCheckReservedLock = [](sqlite3_file*, int* is_reserved) {
        *is_reserved = 0;
        return SQLITE_OK;
    };
    methods_.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
    methods_.xSectorSize = [](sqlite3_file*) { return static_cast<int>(sector); };
    methods_.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };

    previous_ = sqlite3_vfs_find(nullptr);
    vfs_ = *previous_; // the clock and the randomness
    vfs_.iVersion = 1;
    vfs_.szOsFile = sizeof(File);
    vfs_.zName = "crash";
    vfs_.pAppData = this;
    vfs_.xOpen = [](sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
        if (out_flags != nullptr) *out_flags = flags;
        return of(vfs).open(name, file);
    };
    vfs_.xDelete = [](sqlite3_vfs* vfs, const char* name, int) {
        const std::lock_guard lock(of(vfs).mutex_);
        if (!of(vfs).has_power_) return SQLITE_IOERR_DELETE;
        of(vfs).files_.erase(name);
        return SQLITE_OK;
    };
    vfs_.xAccess = [](sqlite3_vfs* vfs, const char* name, int, int* is_there) {
        const std::lock_guard lock(of(vfs).mutex_);
        *is_there = of(vfs).files_.contains(name) ? 1 : 0;
        return SQLITE_OK;
    };
    vfs_.xFullPathname = [](sqlite3_vfs*, const char* name, int room, char* out) {
        sqlite3_snprintf(room, out, "%s", name);
        return SQLITE_OK;
    };
    sqlite3_vfs_register(&vfs_, 1);
}

CrashDisk::~CrashDisk() {
    sqlite3_vfs_register(previous_, 1);
    sqlite3_vfs_unregister(&vfs_);
}

void CrashDisk::cut_power_at(std::uint64_t operation) {
    const std::lock_guard lock(mutex_);
    cut_at_ = operations_ + operation;
}

void CrashDisk::restore_power(std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    std::mt19937_64 random(seed);
    for (auto& [name, content] : files_) {
        auto bytes = content.synced;
        for (const auto& write : content.unsynced) {
            if (write.is_truncation) {
                if (random() % 2 == 0) apply(bytes, write);
                continue;
            }
            for (std::size_t from = 0; from < write.bytes.size(); from += sector)
                if (random() % 2 == 0)
                    apply(bytes, {write.offset + from, write.bytes.substr(from, sector), false});
        }
        content = {bytes, bytes, {}};
    }
    has_power_ = true;
    cut_at_ = 0;
}

bool CrashDisk::has_power() {
    const std::lock_guard lock(mutex_);
    return has_power_;
}

void CrashDisk::set_fault(Fault fault) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
}

void CrashDisk::apply(std::string& bytes, const Write& write) {
    if (write.is_truncation) {
        bytes.resize(write.offset);
        return;
    }
    bytes.resize(std::max<std::size_t>(bytes.size(), write.offset + write.bytes.size()));
    std::copy(write.bytes.begin(), write.bytes.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(write.offset));
}

int CrashDisk::begin_change() {
    if (++operations_ == cut_at_) has_power_ = false;
    if (!has_power_) return SQLITE_IOERR;
    return SQLITE_OK;
}

int CrashDisk::open(const char* name, sqlite3_file* file) {
    const std::lock_guard lock(mutex_);
    of(file).base.pMethods = nullptr;
    if (!has_power_) return SQLITE_CANTOPEN;
    of(file).base.pMethods = &methods_;
    of(file).disk = this;
    of(file).content = &files_[name == nullptr ? "temporary" : name];
    return SQLITE_OK;
}

int CrashDisk::write(Content& content, Write write) {
    const std::lock_guard lock(mutex_);
    if (const int code = begin_change(); code != SQLITE_OK) {
        content.unsynced.push_back(std::move(write)); // the one under way may be there in part
        return code;
    }
    if (fault_ == Fault::full) return SQLITE_FULL;
    apply(content.now, write);
    content.unsynced.push_back(std::move(write));
    return SQLITE_OK;
}

int CrashDisk::sync(Content& content) {
    const std::lock_guard lock(mutex_);
    if (const int code = begin_change(); code != SQLITE_OK) return code;
    if (fault_ == Fault::failing_sync) return SQLITE_IOERR_FSYNC;
    content.synced = content.now;
    content.unsynced.clear();
    return SQLITE_OK;
}

} // namespace test
