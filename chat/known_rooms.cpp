// SPDX-License-Identifier: MIT
#include "chat/known_rooms.hpp"

#include <fstream>
#include <system_error>

namespace chat {

std::optional<std::string> KnownRooms::find(const std::string& host) const {
    std::ifstream lines(file_);
    std::string name;
    std::string fingerprint;
    while (lines >> name >> fingerprint)
        if (name == host) return fingerprint;
    return std::nullopt;
}

bool KnownRooms::knows(const std::string& wanted) const {
    std::ifstream lines(file_);
    std::string name;
    std::string fingerprint;
    while (lines >> name >> fingerprint)
        if (fingerprint == wanted) return true;
    return false;
}

void KnownRooms::remember(const std::string& host, const std::string& fingerprint) const {
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error);
    std::ofstream(file_, std::ios::app) << host << ' ' << fingerprint << '\n';
}

} // namespace chat
