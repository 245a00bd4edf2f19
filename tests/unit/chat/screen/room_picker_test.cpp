// SPDX-License-Identifier: MIT
#include "chat/screen/room_picker.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("the list of rooms marks one, and keeps it on the screen") {
    std::vector<std::string> table = {"ROOM  HOST", "deck  10.0.0.5:9000", "mess  10.0.0.6:9000"};
    CHECK("\n" + chat::draw_rooms(table, 1, {6, 50}).to_text() == R"(
  ROOM  HOST
  deck  10.0.0.5:9000
> mess  10.0.0.6:9000


Up and Down choose, Enter joins, Esc leaves
)");
    for (int i = 0; i < 30; ++i) table.push_back("room " + std::to_string(i));
    for (std::size_t chosen = 0; chosen + 1 < table.size(); ++chosen)
        CHECK(chat::draw_rooms(table, chosen, {8, 50}).to_text().find("> " + table[chosen + 1] + "\n") !=
              std::string::npos);
    CHECK(chat::draw_rooms({"ROOM"}, 0, {5, 50}).to_text().find("no room answers") != std::string::npos);
    for (int rows = 1; rows < 8; ++rows)
        for (int columns = 1; columns < 30; ++columns)
            CHECK(chat::draw_rooms(table, 5, {rows, columns}).size() == chat::Size{rows, columns});
}
