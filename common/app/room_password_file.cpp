// SPDX-License-Identifier: MIT
#include "common/app/room_password_file.hpp"

#include "common/os/private_file.hpp"
#include "common/session/room_password.hpp"

#include <stdexcept>

namespace session {

SecretText read_room_password(const std::filesystem::path& file) {
    constexpr std::size_t line_end = 2;
    const auto password =
        parse_room_password(files::read_named_secret(file, max_room_password + line_end).view());
    if (!password)
        throw std::runtime_error("the file '" + file.string() +
                                 "' holds no room key: its first line has to be 1 to 256 bytes of text");
    return *password;
}

} // namespace session
