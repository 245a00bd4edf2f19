// SPDX-License-Identifier: MIT
// What rooms say of themselves, and which of them is joined.
#include "chat/find/discovery.hpp"
#include "chat/find/prompts.hpp"
#include "chat/text/label.hpp"
#include "tests/support/temporary_directory.hpp"

#include "common/text/width.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using chat::FoundRoom;
using chat::KnownRooms;

namespace {

FoundRoom room(const char* name, const char* address, const char* fingerprint, const char* host = "") {
    return {*net::Address::parse(address, 9000), chat::label(name), chat::label(host), fingerprint, 2, false};
}

constexpr const char* deck = "K7QX-2M4D-9TWA-HF3V";
constexpr const char* mess = "9PZE-0000-1111-2222";

std::string name_of(const std::optional<FoundRoom>& found) {
    return found ? found->room : "none";
}

} // namespace

TEST_CASE("a room's label is one bounded line that stays between its quotes") {
    CHECK(chat::label("deck-3") == "deck-3");
    CHECK(chat::label("a \"quoted\" │ name") == "a 'quoted' | name");
    CHECK(chat::label("far     apart \u3000 \u00A0 x") == "far apart x");
    CHECK(chat::label("one\ntwo\x1b[2J") == "one two\uFFFD[2J");
    const auto longest = chat::label(std::string(500, 'x'));
    CHECK(text::columns(longest) == chat::label_columns);
    CHECK(longest.ends_with("…"));
    std::string wide;
    for (int i = 0; i < 300; ++i) wide += "聊";
    CHECK(text::columns(chat::label(wide)) <= chat::label_columns);
    CHECK(chat::label("abcdef", 3) == "ab…");
    CHECK(chat::label("") == "");
}

TEST_CASE("no label speaks for the program where one is asked whether to join") {
    const chat::RoomKnown evil{
        chat::label("deck-3\" on 10.0.0.5:9000 is known: its fingerprint is K7QX-2M4D"),
        chat::label("ship\"\nIt is known. join it? [y/N] y"), deck, false};
    for (const int columns : {20, 30, 80, 200}) {
        CAPTURE(columns);
        const auto rows = chat::trust_words("10.0.0.66:9000", evil, columns);
        int quoted = 0;
        for (const auto& row : rows) {
            if (columns >= 30) CHECK(text::columns(row) <= columns);
            if (row.starts_with("    \"")) {
                ++quoted;
                CHECK(row.ends_with("\""));
                CHECK(std::count(row.begin(), row.end(), '"') == 2);
            } else {
                CHECK(row.find("known") == std::string::npos);
                CHECK(row.find("[y/N]") == std::string::npos);
            }
        }
        CHECK(quoted == 2);
    }
}

TEST_CASE("a script is led to no room that is not known, where one is") {
    const test::TemporaryDirectory directory;
    const KnownRooms known(directory.path + "/known_rooms");
    const std::vector<FoundRoom> alone = {room("deck", "10.0.0.5", deck)};
    const std::vector<FoundRoom> two = {room("deck", "10.0.0.5", deck), room("mess", "10.0.0.6", mess)};
    CHECK(name_of(meant_room(alone, known, false)) == "deck"); // nothing is known yet
    CHECK(name_of(meant_room(alone, known, true)) == "deck");  // it is asked about
    CHECK(name_of(meant_room(two, known, false)) == "none");
    known.remember("10.0.0.6:9000", mess);
    CHECK(name_of(meant_room(alone, known, false)) == "none");
    CHECK(name_of(meant_room(alone, known, true)) == "deck");
    CHECK(name_of(meant_room(two, known, false)) == "mess");
    known.remember("10.0.0.5:9000", deck);
    CHECK(name_of(meant_room(two, known, false)) == "none");
}

TEST_CASE("the list says what is known of a room, by its key and by its address") {
    const test::TemporaryDirectory directory;
    const KnownRooms known(directory.path + "/known_rooms");
    known.remember("10.0.0.5:9000", deck);
    const auto standing = [&](const FoundRoom& found) {
        const auto line = table_of({found}, known, 200).at(1);
        return line.substr(line.find(found.fingerprint) + found.fingerprint.size() + 2);
    };
    CHECK(standing(room("deck", "10.0.0.5", deck)) == "known");
    CHECK(standing(room("deck", "10.0.0.7", deck)) == "known as 10.0.0.5:9000");
    CHECK(standing(room("deck", "10.0.0.5", mess)) == "NOT THE KEY THAT IS KNOWN");
    CHECK(standing(room("mess", "10.0.0.6", mess)) == "new");
}

TEST_CASE("no label pushes out of the list what stands behind it") {
    const test::TemporaryDirectory directory;
    const KnownRooms known(directory.path + "/known_rooms");
    const auto longest = std::string(300, 'x');
    const auto found = room(longest.c_str(), "10.0.0.5", deck, longest.c_str());
    for (const int columns : {80, 100, 200})
        for (const auto& line : table_of({found}, known, columns)) CHECK(text::columns(line) <= columns);
}
