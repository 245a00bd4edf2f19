// SPDX-License-Identifier: MIT
#include "common/app/identity_file.hpp"

#include "common/os/private_file.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace session {

std::optional<KeyPair> load_identity(const std::filesystem::path& file) {
    const auto bytes = files::read_secret(file, SecretKey::size + 1);
    if (!bytes) return std::nullopt;
    const auto secret = SecretKey::from(bytes->view());
    if (!secret)
        throw std::runtime_error("the file '" + file.string() + "' holds no key: remove it for a new one");
    return KeyPair::from(*secret);
}

KeyPair load_or_make_identity(const std::filesystem::path& file, Random& random) {
    if (const auto known = load_identity(file)) return *known;
    auto made = KeyPair::generate(random);
    // Of two starts at once one wins.
    if (files::create(file, made.secret.view())) return made;
    if (const auto others = load_identity(file)) return *others;
    throw std::runtime_error("cannot keep a key in '" + file.string() + "': it is there, and then it is not");
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
