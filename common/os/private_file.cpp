// SPDX-License-Identifier: MIT
#include "common/os/private_file.hpp"

#include "common/base/secret_text.hpp"
#include "common/os/descriptor.hpp"
#include "common/os/random.hpp"
#include "common/text/utf8.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace files {
namespace {

using os::Descriptor;
using std::filesystem::path;

constexpr mode_t directory_mode = 0700;
constexpr mode_t file_mode = 0600;
constexpr mode_t others_write = 022;
constexpr mode_t others_anything = 077;

std::string quoted(const path& file) {
    return "'" + text::escaped(file.string()) + "'";
}

[[noreturn]] void fail(const std::string& what, const path& file) {
    const int code = errno;
    throw std::runtime_error("cannot " + what + " " + quoted(file) + ": " + std::strerror(code));
}

bool is_ours(const struct stat& status) {
    return status.st_uid == geteuid() || status.st_uid == 0;
}

void check_owner(const struct stat& status, const path& file) {
    if (!is_ours(status))
        throw Unsafe(quoted(file) + " belongs to another user (number " + std::to_string(status.st_uid) +
                     "): move it away, or chown it");
}

void check_directory(const struct stat& status, const path& directory) {
    if (!S_ISDIR(status.st_mode)) throw Unsafe(quoted(directory) + " is no directory: move it away");
    check_owner(status, directory);
    // A user who can write to it can move our files away; in a sticky directory only their owner can.
    if ((status.st_mode & others_write) != 0 && (status.st_mode & S_ISVTX) == 0)
        throw Unsafe("others can write to the directory " + quoted(directory) +
                     ": look at what is in it, then chmod 700 " + quoted(directory));
}

void check_file(const struct stat& status, const path& file) {
    if (S_ISLNK(status.st_mode))
        throw Unsafe(quoted(file) + " is a symbolic link, which is not followed: put the file itself there");
    if (!S_ISREG(status.st_mode)) throw Unsafe(quoted(file) + " is no regular file: move it away");
    check_owner(status, file);
    if ((status.st_mode & others_write) != 0)
        throw Unsafe("others can write to " + quoted(file) + ": look at what is in it, then chmod 600 " +
                     quoted(file));
}

/// A directory that has been checked, by which its files are named: it can't be exchanged on the way.
struct Place {
    Descriptor directory;
    path name; ///< a file's name in it
    path whole;
};

path without_slash(const path& directory) {
    if (directory.empty()) return ".";
    return directory.has_filename() ? directory : directory.parent_path();
}

/// Empty if it is not there.
std::optional<Descriptor> open_directory(const path& directory) {
    struct stat link {};
    if (::lstat(directory.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) check_owner(link, directory);
    Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened && errno == ENOENT) return std::nullopt;
    if (!opened && errno == ENOTDIR) throw Unsafe(quoted(directory) + " is no directory: move it away");
    if (!opened) fail("open", directory);
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) fail("examine", directory);
    check_directory(status, directory);
    return opened;
}

Descriptor made_directory(const path& wanted) {
    const auto directory = without_slash(wanted);
    if (auto there = open_directory(directory)) return std::move(*there);
    const auto make = [](const auto& self, const path& each) -> void {
        if (::mkdir(each.c_str(), directory_mode) == 0 || errno == EEXIST) return;
        if (errno != ENOENT || !each.has_parent_path()) fail("make the directory", each);
        self(self, each.parent_path());
        if (::mkdir(each.c_str(), directory_mode) != 0 && errno != EEXIST) fail("make the directory", each);
    };
    make(make, directory);
    auto made = open_directory(directory);
    if (!made) fail("open", directory);
    return std::move(*made);
}

std::optional<Place> place_of(const path& file) {
    auto directory = open_directory(without_slash(file.parent_path()));
    if (!directory) return std::nullopt;
    return Place{std::move(*directory), file.filename(), file};
}

Place made_place_of(const path& file) {
    return {made_directory(file.parent_path()), file.filename(), file};
}

/// The status of the file itself, never of a link's target. Empty if it is not there.
std::optional<struct stat> status_of(const Place& place) {
    struct stat status {};
    if (::fstatat(place.directory.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return status;
    if (errno != ENOENT) fail("examine", place.whole);
    return std::nullopt;
}

/// Opens and checks a file, without following a link or waiting for a reader or writer. No descriptor if it
/// is not there and `flags` do not make it.
Descriptor open_file(const Place& place, int flags) {
    Descriptor opened(::openat(place.directory.get(), place.name.c_str(),
                               flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, file_mode));
    if (!opened) {
        const int code = errno;
        if (code == ENOENT && (flags & O_CREAT) == 0) return {};
        // The kind of the file says more than the error does.
        if (const auto status = status_of(place); status) check_file(*status, place.whole);
        errno = code;
        fail("open", place.whole);
    }
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) fail("examine", place.whole);
    check_file(status, place.whole);
    return opened;
}

/// Opens a file that the user named, perhaps by a link.
Descriptor open_named(const path& file) {
    return Descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

/// Keeps others from reading it. A file of root's stays as it is; that is for root to decide.
void close_file_to_others(const Descriptor& file) {
    struct stat status {};
    if (::fstat(file.get(), &status) == 0 && (status.st_mode & others_anything) != 0)
        ::fchmod(file.get(), file_mode);
}

/// Hands `take` all bytes up to the first `most`.
template<class Take>
void read_all(const Descriptor& file, const path& shown, std::size_t most, Take take) {
    std::array<char, 4096> bytes{};
    while (most > 0) {
        const auto got = ::read(file.get(), bytes.data(), std::min(bytes.size(), most));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", shown);
        if (got == 0) break;
        take(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
        most -= static_cast<std::size_t>(got);
    }
    wipe(bytes.data(), bytes.size());
}

std::string content_of(const Descriptor& file, const path& shown) {
    std::string content;
    read_all(file, shown, content.max_size(), [&](std::string_view bytes) { content += bytes; });
    return content;
}

SecretText secret_in(const Descriptor& file, const path& shown, std::size_t most) {
    SecretText secret;
    read_all(file, shown, most, [&](std::string_view bytes) { secret.append(bytes); });
    return secret;
}

void write_all(const Descriptor& file, std::string_view bytes, const path& shown) {
    while (!bytes.empty()) {
        const auto written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", shown);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// A new file beside the one that it is to replace, so that a full disk leaves no half of it. The destructor
/// removes it, unless it was moved.
class Draft {
  public:
    Draft(const Place& place, std::string_view bytes)
        : place_(place) {
        os::SystemRandom random;
        name_ = "." + place.name.string() + "." + std::to_string(random.u64());
        const Descriptor file(::openat(place.directory.get(), name_.c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode));
        if (!file) fail("write", place.whole);
        try {
            write_all(file, bytes, place.whole);
            if (::fsync(file.get()) != 0) fail("write", place.whole);
        } catch (...) {
            remove();
            throw;
        }
    }
    ~Draft() { remove(); }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    bool link() const {
        return ::linkat(place_.directory.get(), name_.c_str(), place_.directory.get(), place_.name.c_str(),
                        0) == 0 &&
               is_durable();
    }
    bool rename() const {
        return ::renameat(place_.directory.get(), name_.c_str(), place_.directory.get(),
                          place_.name.c_str()) == 0 &&
               is_durable();
    }

  private:
    bool is_durable() const { return ::fsync(place_.directory.get()) == 0 || errno == EINVAL; }
    void remove() const { ::unlinkat(place_.directory.get(), name_.c_str(), 0); }

    const Place& place_;
    std::string name_;
};

bool is_credential(const path& file) {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr || *directory != '/') return false;
    std::error_code error;
    const auto above = std::filesystem::canonical(directory, error);
    if (error) return false;
    const auto real = std::filesystem::canonical(file, error);
    return !error && std::mismatch(above.begin(), above.end(), real.begin(), real.end()).first == above.end();
}

} // namespace

void make_directory(const path& directory) {
    made_directory(directory);
}

void make_directory_of_our_own(const path& directory) {
    const auto made = made_directory(directory);
    struct stat status {};
    if (::fstat(made.get(), &status) == 0 && (status.st_mode & others_anything) != 0)
        ::fchmod(made.get(), directory_mode);
}

std::optional<std::string> read(const path& file) {
    const auto place = place_of(file);
    const auto opened = place ? open_file(*place, O_RDONLY) : Descriptor();
    if (!opened) return std::nullopt;
    close_file_to_others(opened);
    return content_of(opened, file);
}

std::optional<SecretText> read_secret(const path& file, std::size_t most) {
    const auto place = place_of(file);
    const auto opened = place ? open_file(*place, O_RDONLY) : Descriptor();
    if (!opened) return std::nullopt;
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) fail("examine", file);
    if ((status.st_mode & others_anything) != 0)
        throw Unsafe("others can read the secret in " + quoted(file) + ", and so may know it: chmod 600 " +
                     quoted(file) + ", or remove it for a new one");
    return secret_in(opened, file, most);
}

std::optional<std::string> read_named(const path& file) {
    const auto opened = open_named(file);
    if (!opened && errno == ENOENT) return std::nullopt;
    if (!opened) fail("read", file);
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) fail("examine", file);
    check_file(status, file);
    return content_of(opened, file);
}

SecretText read_named_secret(const path& file, std::size_t most) {
    const auto opened = open_named(file);
    if (!opened) fail("read", file);
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) fail("examine", file);
    if (!S_ISREG(status.st_mode)) throw Unsafe(quoted(file) + " is no regular file");
    if (!is_credential(file)) {
        check_owner(status, file);
        if ((status.st_mode & others_anything) != 0)
            throw Unsafe("others can read or write the secret in " + quoted(file) + ": chmod 600 " +
                         quoted(file));
    }
    return secret_in(opened, file, most);
}

void append(const path& file, std::string_view bytes) {
    const auto opened = open_file(made_place_of(file), O_WRONLY | O_APPEND | O_CREAT);
    close_file_to_others(opened);
    write_all(opened, bytes, file);
}

void replace(const path& file, std::string_view bytes) {
    const auto place = made_place_of(file);
    const Draft draft(place, bytes);
    if (!draft.rename()) fail("write", file);
}

bool create(const path& file, std::string_view bytes) {
    const auto place = made_place_of(file);
    const Draft draft(place, bytes);
    if (draft.link()) return true;
    if (errno != EEXIST) fail("write", file);
    return false;
}

bool create_named(const path& file, std::string_view bytes) {
    const Descriptor opened(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode));
    if (!opened && errno == EEXIST) return false;
    if (!opened) fail("write", file);
    try {
        write_all(opened, bytes, file);
        if (::fsync(opened.get()) != 0) fail("write", file);
    } catch (...) {
        ::unlink(file.c_str());
        throw;
    }
    return true;
}

std::string keep_beside(const path& file, const IsFree& is_free) {
    const auto place = place_of(file);
    for (int number = 1; place; ++number) {
        auto suffix = ".old" + (number > 1 ? std::to_string(number) : std::string());
        if (!is_free(suffix)) continue;
        if (::linkat(place->directory.get(), place->name.c_str(), place->directory.get(),
                     (place->name.string() + suffix).c_str(), 0) == 0)
            return suffix;
        if (errno != EEXIST) break;
    }
    fail("keep", file);
}

path prepare_database(const path& file) {
    auto place = made_place_of(file);
    // An existing file is not opened: closing it would drop the locks that a connection of this program has.
    if (!status_of(place)) open_file(place, O_RDWR | O_CREAT);
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        place.name = file.filename().string() + suffix;
        place.whole = file.string() + suffix;
        const auto status = status_of(place);
        if (!status) continue;
        check_file(*status, place.whole);
        if ((status->st_mode & others_anything) != 0)
            ::fchmodat(place.directory.get(), place.name.c_str(), file_mode, 0);
    }
    std::error_code error;
    const auto directory = std::filesystem::canonical(without_slash(file.parent_path()), error);
    if (error) throw std::runtime_error("cannot open " + quoted(file) + ": " + error.message());
    return directory / file.filename();
}

} // namespace files
