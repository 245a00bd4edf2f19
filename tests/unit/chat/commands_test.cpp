// SPDX-License-Identifier: MIT
#include "chat/commands.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

namespace {

chat::Outcome interpret(std::string_view line, const chat::Model& model,
                        const chat::Settings& settings = {}) {
    return chat::interpret(line, {model, settings});
}

/// What the user is answered; the line has to come to no more than that.
std::vector<std::string> answers(std::string_view line, const chat::Model& model) {
    return std::get<chat::Answer>(interpret(line, model)).rows;
}

wire::Command requested(std::string_view line, const chat::Model& model) {
    return std::get<chat::HostCommand>(interpret(line, model)).command;
}

} // namespace

TEST_CASE("text is said, made displayable") {
    const chat::Model model;
    const auto said = [&](const char* typed) {
        return std::string(std::get<wire::Say>(requested(typed, model)).text.view());
    };
    CHECK(said("hello") == "hello");
    CHECK(said("//etc/passwd") == "/etc/passwd");
    CHECK(said("a\tb") == "a b");
    CHECK(answers("", model).empty());
    CHECK(answers("   ", model).empty());
}

TEST_CASE("an unknown command is never said, and the one that was meant is named") {
    const chat::Model model;
    for (const auto* typed : {"/wo", "/xyzzy", "/", "/Quit", "/\x1b[2J"}) {
        const auto told = answers(typed, model);
        REQUIRE(told.size() == 1);
        CHECK(told[0].find('\x1b') == std::string::npos);
    }
    CHECK(answers("/wo", model)[0] == "no command '/wo'; did you mean '/who'?");
}

TEST_CASE("every command does its own") {
    chat::Model model;
    CHECK(std::holds_alternative<chat::Leave>(interpret("/quit", model)));
    CHECK(std::holds_alternative<chat::Clear>(interpret("/clear", model)));
    CHECK(answers("/help", model).size() > chat::commands().size() + 10);
    CHECK(answers("/who", model)[0] == "nobody has been seen yet");
    model.apply(test::joined("bob"), {});
    CHECK(answers("/who", model)[0] == "seen here: bob");
}

TEST_CASE("what a member can do besides talking") {
    chat::Model model;
    const auto command_of = [&](const char* typed) { return requested(typed, model); };
    const auto act = std::get<wire::Say>(command_of("/me waves"));
    CHECK(act.is_action);
    CHECK(act.text.view() == "waves");
    const auto whisper = std::get<wire::Whisper>(command_of("/msg bob  hi there"));
    CHECK(whisper.to.view() == "bob");
    CHECK(whisper.text.view() == "hi there");
    CHECK(std::get<wire::Rename>(command_of("/nick anna")).name.view() == "anna");
    CHECK(std::get<wire::SetAway>(command_of("/away lunch")).reason.view() == "lunch");
    CHECK_FALSE(std::get<wire::SetAway>(command_of("/back")).is_away);
    CHECK(answers("/reply hi", model).size() == 1);
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
        CHECK_MESSAGE(answers(typed, model).size() == 1, typed);
    }
}

TEST_CASE("a change of a setting comes with its words, and the clock is the one that is handed in") {
    chat::Model model;
    const auto ignored = std::get<chat::Change>(interpret("/ignore bob", model));
    CHECK(ignored.name == "ignore");
    CHECK(ignored.value == "bob");
    CHECK(ignored.rows == std::vector<std::string>{"you hear bob no more; /ignore bob ends it"});
    const auto set = std::get<chat::Change>(interpret("/set time %H:%M:%S", model));
    CHECK(set.name == "time");
    CHECK(set.value == "%H:%M:%S");
    CHECK(set.rows.empty());
    const chat::Settings settings;
    const WallTime noon{std::chrono::seconds(1'795'176'000)};
    CHECK(std::get<chat::Answer>(chat::interpret("/time", {model, settings, noon, chat::utc})).rows ==
          std::vector<std::string>{"it is 12:00:00, Fri 20 Nov 2026 here"});
}

TEST_CASE("a setting without a value is shown, with what it takes, and stays as it is") {
    const chat::Model model;
    using Rows = std::vector<std::string>;
    CHECK(answers("/set bell", model) == Rows{"'bell' is mention; /set bell off|mention|all changes it"});
    CHECK(answers("/set time", model) ==
          Rows{"'time' is %H:%M; /set time FORMAT changes it", "/set time '' empties it"});
    CHECK(answers("/set notify", model) == Rows{"'notify' is not set; /set notify PROGRAM sets it"});
    CHECK(answers("/set bel", model) == Rows{"no setting 'bel'; did you mean 'bell'?"});
    const auto emptied = std::get<chat::Change>(interpret("/set time ''", model));
    chat::Settings settings;
    CHECK_FALSE(chat::set(settings, emptied.name, emptied.value));
    CHECK(settings.time_format.empty());
}
