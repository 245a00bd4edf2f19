// SPDX-License-Identifier: MIT
#include "chat/model/connection.hpp"

namespace chat {

void Connection::handle(const RoomKnown& known) {
    is_encrypted = true;
    room = known.room;
    if (!known.host.empty() && host.find(known.host) == std::string::npos) host = known.host + " " + host;
    has_password = known.has_password;
}

void Connection::handle(const Offline& offline) {
    state = State::offline;
    silence = offline.silence;
}

} // namespace chat
