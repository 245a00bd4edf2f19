// SPDX-License-Identifier: MIT
#include "common/wire/message.hpp"

#include "common/session/crypto.hpp"
#include "common/wire/bytes.hpp"

#include <doctest/doctest.h>

namespace {

using Why = wire::Unacceptable::Why;

text::Name name(std::string_view bytes) {
    return *text::Name::parsed(bytes);
}

const wire::Fingerprint print = {1, 2, 3, 4, 5, 6, 7, 8, 9, 255};

/// Why a client may not ask for it.
Why why_not(std::string_view bytes) {
    const auto command = wire::command_of_client(bytes);
    REQUIRE(std::holds_alternative<wire::Unacceptable>(command));
    return std::get<wire::Unacceptable>(command).why;
}

wire::RosterEntry only_entry(const std::string& bytes) {
    auto roster = wire::decode_roster(bytes);
    REQUIRE(roster);
    REQUIRE(roster->entries.size() == 1);
    return std::move(roster->entries.front());
}

} // namespace

TEST_CASE("a join tells the key's fingerprint, and is read without one as older versions wrote it") {
    const auto bytes = wire::encode(wire::Event{7, WallTime{}, wire::Joined{{}, name("kim"), false, print}});
    CHECK(bytes == std::string("\1\0\x8\3kim", 7) + "\1\2\3\4\5\6\7\x8\x9\xFF");
    const auto event = wire::decode_event(7, bytes);
    REQUIRE(event);
    CHECK(std::get<wire::Joined>(event->what).fingerprint == print);
    CHECK_FALSE(std::get<wire::Joined>(event->what).is_classic);
    CHECK_FALSE(wire::decode_event(7, bytes.substr(0, bytes.size() - 1)));

    const auto earlier = wire::decode_event(7, std::string("\1\0\0\3kim", 7));
    REQUIRE(earlier);
    CHECK_FALSE(std::get<wire::Joined>(earlier->what).fingerprint);
}

TEST_CASE("a roster entry has the fingerprint of a key, and none of a classic member") {
    const auto kim = only_entry(wire::encode(wire::Roster{{}, {{name("kim"), false, true, false, print}}}));
    CHECK(kim.fingerprint == print);
    CHECK(kim.is_away);
    CHECK_FALSE(only_entry(wire::encode(wire::Roster{{}, {{name("ann"), true}}})).fingerprint);
}

TEST_CASE("the fingerprint that is sent is the one that people read") {
    session::PublicKey key;
    key.data.fill(5);
    CHECK(session::fingerprint(session::fingerprint_of(key)) == session::fingerprint(key));
    CHECK(session::fingerprint(wire::Fingerprint{}) == "0000-0000-0000-0000");
    CHECK(session::fingerprint(wire::Fingerprint{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1}) ==
          "ZZZZ-ZZZZ-0000-0001");
}

TEST_CASE("what a client may ask for is taken as it is") {
    const auto say = wire::command_of_client("\3\2hi");
    REQUIRE(std::holds_alternative<wire::Say>(say));
    CHECK(std::get<wire::Say>(say).text.view() == "hi");
    CHECK(std::holds_alternative<wire::Whisper>(wire::command_of_client("\7\3kim\2hi")));
    CHECK(std::holds_alternative<wire::Rename>(wire::command_of_client("\x8\3kim")));
    CHECK(std::holds_alternative<wire::SetAway>(wire::command_of_client(std::string("\x9\0\0", 3))));
}

TEST_CASE("what a client may not ask for is named by its fault") {
    CHECK(why_not("\3\1\x1b") == Why::text);
    CHECK(why_not(std::string("\3\0", 2)) == Why::text);
    CHECK(why_not("\3\2\xC3(") == Why::text);
    std::string long_say = "\3";
    wire::Writer(long_say).string(std::string(wire::max_text + 1, 'x'));
    CHECK(why_not(long_say) == Why::text);
    CHECK(why_not("\x8\3a b") == Why::name);
    CHECK(why_not("\7\2a:\2hi") == Why::name);
    CHECK(why_not("\7\2a:\1\x1b") == Why::name); // the first fault
    CHECK(why_not("\7\3kim\1\x1b") == Why::text);
    CHECK(why_not("") == Why::kind);
    CHECK(why_not("\x7F") == Why::kind);
    CHECK(why_not("\3\2hi!") == Why::kind); // a byte too many
    CHECK(why_not("\3\3hi") == Why::kind);  // and one too few
    CHECK(why_not("\x2") == Why::kind);     // a leave: sessions leave otherwise
    CHECK(why_not(std::string("\1\0\3a b", 6)) == Why::kind);
    CHECK(why_not("\4\2hi") == Why::kind);
    CHECK(why_not(std::string("\5") + std::string(32, '\1') + std::string(1, '\0')) == Why::kind);
    CHECK(why_not(std::string("\xD\0", 2)) == Why::kind);
}

TEST_CASE("a name that earlier versions let in is read wherever it is recorded, and nobody new gets it") {
    const std::string old = "anna\xE1\x80\xB9"; // a stacker of Myanmar's, which shows nothing here
    const auto with_name = [&](std::string front) {
        wire::Writer(front).string(old);
        return front;
    };
    CHECK(wire::decode_command(with_name(std::string("\1\1", 2)))); // of a log
    CHECK(wire::decode_command(with_name("\x8")));
    CHECK(wire::decode_event(7, with_name(std::string("\1\0\1", 3))));
    CHECK(wire::decode_roster(with_name(std::string("\0\1", 2))));
    CHECK(std::holds_alternative<wire::Whisper>(wire::command_of_client(with_name("\7") + "\2hi")));
    CHECK(why_not(with_name("\x8")) == Why::name);
}

TEST_CASE("the log keeps what was not acceptable, and why") {
    for (const auto why : {Why::text, Why::name, Why::kind}) {
        const auto again = wire::decode_command(wire::encode(wire::Unacceptable{why}));
        REQUIRE(again);
        CHECK(std::get<wire::Unacceptable>(*again).why == why);
    }
    CHECK_FALSE(wire::decode_command("\xD\3"));
    CHECK_FALSE(wire::decode_command("\x8\3a b"));
    CHECK_FALSE(wire::decode_event(7, std::string("\xD\0\0", 3)));
}
