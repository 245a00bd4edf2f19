// SPDX-License-Identifier: MIT
#include "common/wire/command_codec.hpp"

#include "common/wire/bytes.hpp"
#include "common/wire/event_codec.hpp"
#include "common/wire/frame.hpp"
#include "common/wire/message.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Why = wire::Unacceptable::Why;

/// Why a client may not ask for it.
Why why_not(std::string_view bytes) {
    const auto command = wire::command_of_client(bytes);
    REQUIRE(std::holds_alternative<wire::Unacceptable>(command));
    return std::get<wire::Unacceptable>(command).why;
}

} // namespace

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

TEST_CASE("every command reads what it writes, and no cut of it") {
    const auto ann = text::Name::parsed("ann").value();
    const auto hi = text::Text::from_untrusted("hi");
    for (const auto& command : std::vector<wire::Command>{
             wire::Join{ann, true}, wire::Join{ann, false}, wire::Leave{}, wire::Say{hi}, wire::Say{hi, true},
             wire::Whisper{ann, hi}, wire::Rename{ann}, wire::SetAway{true, hi}, wire::SetAway{},
             wire::SetTopic{hi}, wire::Shout{hi}, wire::Kick{wire::MemberId::classic(5), hi}, wire::Free{ann},
             wire::Policy{wire::max_names_for}, wire::Unacceptable{Why::name}}) {
        const auto bytes = wire::encode(command);
        const auto again = wire::decode_command(bytes);
        REQUIRE(again);
        CHECK(again->index() == command.index());
        CHECK(wire::encode(*again) == bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            CHECK_FALSE(wire::decode_command(bytes.substr(0, size)));
        CHECK_FALSE(wire::decode_command(bytes + "x"));
    }
}

TEST_CASE("a command is its kind and its fields in this order, for ever: logs have them") {
    const auto ann = text::Name::parsed("ann").value();
    const auto hi = text::Text::from_untrusted("hi");
    CHECK(wire::encode(wire::Join{ann, true}) == "\1\1\3ann");
    CHECK(wire::encode(wire::Leave{}) == "\2");
    CHECK(wire::encode(wire::Say{hi}) == "\3\2hi");
    CHECK(wire::encode(wire::Shout{hi}) == "\4\2hi");
    CHECK(wire::encode(wire::Kick{wire::host_id, hi}) == "\5" + std::string(32, '\0') + "\2hi");
    CHECK(wire::encode(wire::Say{hi, true}) == "\6\2hi");
    CHECK(wire::encode(wire::Whisper{ann, hi}) == "\7\3ann\2hi");
    CHECK(wire::encode(wire::Rename{ann}) == "\x8\3ann");
    CHECK(wire::encode(wire::SetAway{true, hi}) == "\x9\2\2hi");
    CHECK(wire::encode(wire::SetTopic{hi}) == "\xA\2hi");
    CHECK(wire::encode(wire::Free{ann}) == "\xB\3ann");
    CHECK(wire::encode(wire::Policy{std::chrono::seconds(7)}) == "\xC\7");
    CHECK(wire::encode(wire::Unacceptable{Why::name}) == "\xD\1");
}
