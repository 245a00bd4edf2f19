// SPDX-License-Identifier: MIT
#include "chat/model/connection.hpp"

#include <doctest/doctest.h>

using chat::Connection;

TEST_CASE("a room that says what it is is encrypted, and its host's name is shown once") {
    Connection connection;
    connection.host = "10.0.0.5:9000";
    CHECK(connection.place() == "10.0.0.5:9000");
    for (int handshake = 0; handshake < 2; ++handshake)
        connection.handle(chat::RoomKnown{"deck-3", "ship", "K7QX", true});
    CHECK(connection.is_encrypted);
    CHECK(connection.has_password);
    CHECK(connection.host == "ship 10.0.0.5:9000");
    CHECK(connection.place() == "deck-3");
}

TEST_CASE("a host that is gone has been silent for so long") {
    Connection connection;
    CHECK_FALSE(connection.is_offline());
    connection.handle(chat::Offline{std::chrono::seconds(4)});
    CHECK(connection.is_offline());
    CHECK(connection.silence == std::chrono::seconds(4));
}
