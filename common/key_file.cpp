// SPDX-License-Identifier: MIT
#include "common/key_file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace session {
namespace {

/// A descriptor that closes itself.
struct File {
    int fd;
    explicit File(int opened)
        : fd(opened) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd >= 0) ::close(fd);
    }
};

std::optional<KeyPair> read_identity(const std::filesystem::path& file) {
    const File opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.fd < 0) {
        if (errno == ENOENT) return std::nullopt;
        throw std::runtime_error("cannot read the key in '" + file.string() + "': " + std::strerror(errno));
    }
    struct stat status {};
    if (fstat(opened.fd, &status) == 0 && (status.st_mode & 077) != 0)
        throw std::runtime_error(
            "the key in '" + file.string() +
            "' can be read by others, and so may be known: chmod 600 it, or remove it for a new one");
    std::array<char, SecretKey::size + 1> bytes{};
    const auto count = ::read(opened.fd, bytes.data(), bytes.size());
    const auto secret = SecretKey::from({bytes.data(), static_cast<std::size_t>(count < 0 ? 0 : count)});
    wipe(bytes.data(), bytes.size());
    if (!secret)
        throw std::runtime_error("the file '" + file.string() + "' holds no key: remove it for a new one");
    return KeyPair::from(*secret);
}

} // namespace

KeyPair load_or_make_identity(const std::filesystem::path& file, Random& random) {
    if (const auto known = read_identity(file)) return *known;
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    const auto made = KeyPair::generate(random);
    // Written beside it and then moved: a full disk leaves no half of a key, and of two starts at once one
    // wins.
    auto draft = file;
    draft += "." + std::to_string(getpid());
    {
        const File opened(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        const bool is_written =
            opened.fd >= 0 &&
            ::write(opened.fd, made.secret.data.data(), SecretKey::size) == SecretKey::size &&
            ::fsync(opened.fd) == 0;
        if (!is_written) {
            const std::string why = std::strerror(errno);
            ::unlink(draft.c_str());
            throw std::runtime_error("cannot write a key to '" + file.string() + "': " + why);
        }
    }
    const bool is_first = ::link(draft.c_str(), file.c_str()) == 0;
    ::unlink(draft.c_str());
    if (is_first) return made;
    if (const auto others = read_identity(file)) return *others;
    throw std::runtime_error("cannot write a key to '" + file.string() + "'");
}

std::filesystem::path user_directory(const char* variable, std::string_view fallback) {
    if (const char* value = std::getenv(variable); value != nullptr && *value == '/') return value;
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') {
        const auto* user = getpwuid(getuid());
        home = user == nullptr ? "/" : user->pw_dir;
    }
    return std::filesystem::path(home) / fallback;
}

} // namespace session
