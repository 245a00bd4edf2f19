// SPDX-License-Identifier: MIT
#include "chat/commands.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

namespace {

chat::Deed interpret(std::string_view line, const chat::Model& model, const chat::Settings& settings = {}) {
    return chat::interpret(line, {model, settings});
}

} // namespace

TEST_CASE("text is said, made displayable") {
    const chat::Model model;
    const auto said = [&](const char* typed) {
        return std::string(std::get<wire::Say>(interpret(typed, model).command.value()).text.view());
    };
    CHECK(said("hello") == "hello");
    CHECK(said("//etc/passwd") == "/etc/passwd");
    CHECK(said("a\tb") == "a b");
    CHECK_FALSE(interpret("", model).command);
    CHECK_FALSE(interpret("   ", model).command);
}

TEST_CASE("an unknown command is never said, and the one that was meant is named") {
    const chat::Model model;
    for (const auto* typed : {"/wo", "/xyzzy", "/", "/Quit", "/\x1b[2J"}) {
        const auto deed = interpret(typed, model);
        CHECK_FALSE(deed.command);
        CHECK_FALSE(deed.quits);
        REQUIRE(deed.answers.size() == 1);
        CHECK(deed.answers[0].find('\x1b') == std::string::npos);
    }
    CHECK(interpret("/wo", model).answers[0] == "no command '/wo'; did you mean '/who'?");
}

TEST_CASE("every command does its own") {
    chat::Model model;
    CHECK(interpret("/quit", model).quits);
    CHECK(interpret("/clear", model).clears);
    CHECK(interpret("/help", model).answers.size() > chat::commands().size() + 10);
    CHECK(interpret("/who", model).answers[0] == "nobody has been seen yet");
    model.apply(test::joined("bob"), {});
    CHECK(interpret("/who", model).answers[0] == "seen here: bob");
}

TEST_CASE("what a member can do besides talking") {
    chat::Model model;
    const auto command_of = [&](const char* typed) { return interpret(typed, model).command.value(); };
    const auto act = std::get<wire::Say>(command_of("/me waves"));
    CHECK(act.is_action);
    CHECK(act.text.view() == "waves");
    const auto whisper = std::get<wire::Whisper>(command_of("/msg bob  hi there"));
    CHECK(whisper.to.view() == "bob");
    CHECK(whisper.text.view() == "hi there");
    CHECK(std::get<wire::Rename>(command_of("/nick anna")).name.view() == "anna");
    CHECK(std::get<wire::SetAway>(command_of("/away lunch")).reason.view() == "lunch");
    CHECK_FALSE(std::get<wire::SetAway>(command_of("/back")).is_away);
    CHECK_FALSE(interpret("/reply hi", model).command);
    model.apply(chat::RoomEvent{{1,
                                 {},
                                 wire::Whispered{{},
                                                 *text::Name::parsed("olga"),
                                                 {},
                                                 *text::Name::parsed("anna"),
                                                 text::Text::from_untrusted("psst")}}},
                {});
    CHECK(std::get<wire::Whisper>(command_of("/reply hi")).to.view() == "olga");
    for (const auto* typed : {"/msg", "/msg bob", "/msg a:b hi", "/me", "/nick", "/nick a b"}) {
        CHECK_FALSE_MESSAGE(interpret(typed, model).command, typed);
        CHECK_MESSAGE(interpret(typed, model).answers.size() == 1, typed);
    }
}
