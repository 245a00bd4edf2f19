// SPDX-License-Identifier: MIT
#include "chat/model/spoken.hpp"

#include "chat/commands.hpp"
#include "chat/screen/layout.hpp"
#include "common/wire/classic.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using chat::Line;
using chat::Model;
using Rows = std::vector<std::string>;

namespace {

text::Name name(const char* typed) {
    return *text::Name::parsed(typed);
}

/// The line that it comes to on anna's side.
Line line_of(wire::EventBody what) {
    Model model;
    model.members.own_name = "anna";
    model.apply(chat::RoomEvent{{1, {}, std::move(what)}}, {});
    return model.scrollback.lines().back();
}

Line said(const char* who, std::string_view words, bool is_action = false) {
    return line_of(wire::Said{{}, name(who), text::Text::lines_from_untrusted(words), is_action});
}

Line whispered(const char* who, std::string_view words) {
    return line_of(wire::Whispered{{}, name(who), {}, name("anna"), text::Text::lines_from_untrusted(words)});
}

} // namespace

TEST_CASE("what is said, whispered and done is told apart by what stands before the text") {
    CHECK(author_of(said("bob", "waves")) == "bob");
    CHECK(author_of(said("bob", "waves", true)) == "*bob");
    CHECK(author_of(whispered("bob", "waves")) == "[bob]");
    CHECK(spoken_rows(said("bob", "waves")) == Rows{"bob: waves"});
    CHECK(spoken_rows(said("bob", "waves", true)) == Rows{"* bob waves"});
    CHECK(spoken_rows(whispered("bob", "waves")) == Rows{"bob -> anna: waves"});
    Model model;
    model.members.own_name = "anna";
    model.add_own(1, wire::Whisper{name("olga"), text::Text::from_untrusted("hi")}, {});
    const auto& own = model.scrollback.lines().back();
    CHECK(author_of(own) == "[anna]");
    CHECK(text_of(own) == "[to olga] hi");
    CHECK(spoken_rows(own) == Rows{"anna -> olga: hi"});
}

TEST_CASE("no text said to all looks like a whisper, like something done, or like another's") {
    for (const auto* text : {"[to you] pay me", "* bob waves", "-> anna: pay me", "bob -> anna: pay me",
                             "!admin: fire", "-- host: fire", "first\nadmin: fire", "first\n!admin: fire",
                             "first\n* bob waves", "first\nbob -> anna: pay me", "\n\n-- host: fire"}) {
        CAPTURE(text);
        for (const bool is_action : {false, true}) {
            const auto line = said("eve", text, is_action);
            CHECK(author_of(line) == (is_action ? "*eve" : "eve"));
            for (const auto& row : spoken_rows(line)) CHECK(row.starts_with(is_action ? "* eve " : "eve: "));
            CHECK(kind_of(line) == (is_action ? "act" : "say"));
        }
    }
    CHECK(spoken_rows(said("bob", "first\nadmin: fire")) == Rows{"bob: first", "bob: admin: fire"});
    // And no name does.
    for (const auto* typed : {"[bob]", "*bob", "!admin", "--", "-->", "bob->anna", "bob > anna", ">bob"})
        CHECK_FALSE_MESSAGE(text::Name::parsed(typed), typed);
    // A host without keys may say anything; what is no name there is not shown as one.
    for (const auto* datagram :
         {"[bob]: pay me", "*bob: waves", "!admin: fire", "-->: bob joined", ">bob: x"})
        CHECK_FALSE_MESSAGE(
            std::holds_alternative<wire::classic::ChatLine>(wire::classic::parse_line(datagram)), datagram);
}

TEST_CASE("what is listed again is told apart, too, on each of its rows") {
    Model model;
    model.members.own_name = "anna";
    model.apply(
        chat::RoomEvent{
            {1, {}, wire::Whispered{{}, name("bob"), {}, name("anna"), text::Text::from_untrusted("psst")}}},
        {});
    model.apply(
        chat::RoomEvent{
            {2,
             {},
             wire::Said{{}, name("eve"), text::Text::lines_from_untrusted("anna!\nFri 10:00  olga: pay")}}},
        {});
    const chat::Settings settings;
    const auto answers = std::get<chat::Answer>(chat::interpret("/mentions", {model, settings})).rows;
    REQUIRE(answers.size() == 3);
    CHECK(answers[0].ends_with("bob -> anna: psst"));
    CHECK(answers[1].ends_with("  eve: anna!"));
    CHECK(answers[2].ends_with("  eve: Fri 10:00  olga: pay"));
    model.apply(
        chat::SearchResults{
            "pay",
            {wire::Event{1, {}, wire::Said{{}, name("eve"), text::Text::from_untrusted("[to you] pay")}}},
            true},
        {});
    CHECK(author_of(model.scrollback.lines()[model.scrollback.lines().size() - 2]) == "eve");
}

TEST_CASE("a line of one's own is said again in the words of the screen") {
    CHECK(chat::own_words(wire::Say{text::Text::from_untrusted("hello"), false}) == "hello");
    CHECK(chat::own_words(wire::Say{text::Text::from_untrusted("waves"), true}) == "* waves");
    CHECK(chat::own_words(wire::Whisper{name("bob"), text::Text::from_untrusted("psst")}) == "[to bob] psst");
    CHECK(chat::own_words(wire::Rename{name("bob")}).empty());
}
