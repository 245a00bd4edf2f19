// SPDX-License-Identifier: MIT
#include "chat/state/known_rooms.hpp"

#include "common/app/failure.hpp"
#include "common/os/private_file.hpp"

#include <algorithm>
#include <sstream>

namespace chat {

std::map<std::string, std::string> KnownRooms::load() const {
    std::istringstream lines;
    try {
        lines.str(files::read(file_).value_or(""));
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what()); // whom would one trust then?
    }
    std::map<std::string, std::string> rooms;
    std::string name;
    std::string fingerprint;
    while (lines >> name >> fingerprint) rooms.emplace(name, fingerprint);
    return rooms;
}

std::optional<std::string> KnownRooms::find(const std::string& host) const {
    const auto rooms = load();
    const auto room = rooms.find(host);
    return room == rooms.end() ? std::nullopt : std::optional(room->second);
}

std::optional<std::string> KnownRooms::host_of(const std::string& fingerprint) const {
    const auto rooms = load();
    const auto room =
        std::find_if(rooms.begin(), rooms.end(), [&](const auto& one) { return one.second == fingerprint; });
    return room == rooms.end() ? std::nullopt : std::optional(room->first);
}

bool KnownRooms::knows(const std::string& fingerprint) const {
    return host_of(fingerprint).has_value();
}

bool KnownRooms::is_empty() const {
    return load().empty();
}

void KnownRooms::remember(const std::string& host, const std::string& fingerprint) const {
    try {
        files::append(file_, host + ' ' + fingerprint + '\n');
    } catch (const files::Unsafe& error) {
        throw Failure(EX_CANTCREAT, error.what());
    } catch (const std::runtime_error&) {
        // The next meeting is the first one again.
    }
}

} // namespace chat
