// SPDX-License-Identifier: MIT
#include "chat/model/model.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using chat::Line;
using chat::Model;

namespace {

using Roster = std::map<std::string, chat::MemberStatus>;

text::Name name(const char* typed) {
    return *text::Name::parsed(typed);
}

Model joined() {
    Model model;
    model.members.own_name = "ann";
    model.apply(chat::Online{}, {});
    return model;
}

} // namespace

TEST_CASE("who is seen, and who is gone") {
    auto model = joined();
    model.apply(test::joined("bob"), {});
    model.apply(test::said("carl", "hi"), {});
    CHECK(model.members.roster() == Roster{{"ann", {}}, {"bob", {}}, {"carl", {}}});
    model.apply(test::left("bob"), {});
    CHECK(model.members.roster() == Roster{{"ann", {}}, {"carl", {}}});
    model.apply(chat::Offline{}, {});
    CHECK(model.members.roster().empty());
}

TEST_CASE("an encrypted room's roster outlives an outage") {
    auto model = joined();
    model.apply(chat::RoomKnown{"deck-3", "ship", "K7QX", false}, {});
    model.apply(chat::RosterKnown{{{}, {{name("ann")}, {name("bob"), true}}}}, {});
    model.apply(chat::Offline{}, {});
    model.apply(chat::Online{}, {});
    CHECK(model.members.roster() == Roster{{"ann", {}}, {"bob", {true, false, false}}});
}

TEST_CASE("an own line is sending until it is sent, and never silently vanishes") {
    auto model = joined();
    model.add_own(1, wire::Say{text::Text::from_untrusted("one")}, {});
    model.add_own(2, wire::Say{text::Text::from_untrusted("two")}, {});
    CHECK(model.scrollback.waiting_lines() == 2);
    model.apply(chat::LineSent{1}, {});
    CHECK(model.scrollback.lines()[0].delivery == Line::Delivery::none);
    CHECK(model.scrollback.lines()[1].delivery == Line::Delivery::sending);
    model.scrollback.clear();
    REQUIRE(model.scrollback.lines().size() == 1);
    CHECK(model.scrollback.lines()[0].text == "two");
    model.apply(chat::Closed{}, {});
    CHECK(model.scrollback.lines()[0].delivery == Line::Delivery::not_sent);
    CHECK(model.scrollback.waiting_lines() == 0);
}

TEST_CASE("the host's end of it is told behind the host's reason, which it does not guess at") {
    auto model = joined();
    model.apply(chat::Notice{chat::Notice::From::host, "you were removed by admin: too loud"}, {});
    model.apply(chat::Closed{true}, {});
    const auto& lines = model.scrollback.lines();
    REQUIRE(lines.size() >= 2);
    CHECK(lines[lines.size() - 2].text == "you were removed by admin: too loud");
    CHECK(lines.back().text == "you are no longer in the room");
}

TEST_CASE("the scrollback and the roster have their bounds") {
    auto model = joined();
    for (std::size_t i = 0; i < chat::Scrollback::max_lines + 10; ++i) model.apply(test::noticed("x"), {});
    CHECK(model.scrollback.lines().size() == chat::Scrollback::max_lines);
    for (std::size_t i = 0; i < chat::Members::max_known + 10; ++i)
        model.apply(test::joined("user" + std::to_string(i)), {});
    CHECK(model.members.roster().size() == chat::Members::max_known);
}

TEST_CASE("long lines have their bound in bytes, and the oldest go first") {
    auto model = joined();
    const std::string text(16 * std::size_t{1024}, 'x');
    const auto most = chat::Scrollback::max_size / text.size();
    for (std::size_t i = 0; i < most + 100; ++i) model.apply(test::noticed(text), {});
    CHECK(model.scrollback.lines().size() < most);
    CHECK(model.scrollback.lines().size() > most - most / 10);
    CHECK(model.scrollback.lines().back().number == model.scrollback.newest_number());
    CHECK_FALSE(model.scrollback.oldest()); // there is no room for them
    // Once they are gone there is room again.
    model.scrollback.clear();
    for (std::size_t i = 0; i < 1000; ++i) model.apply(test::noticed("x"), {});
    CHECK(model.scrollback.lines().size() == 1000);
}

TEST_CASE("what members do besides talking, and how they are") {
    auto model = joined();
    model.apply(chat::RoomKnown{"deck-3", "ship", "K7QX", true}, {});
    model.apply(
        chat::RosterKnown{{text::Text::from_untrusted("drill at 15:00"), {{name("ann")}, {name("bob")}}}},
        {});
    CHECK(model.members.topic == "drill at 15:00");
    const auto happen = [&](wire::EventBody what, bool is_own = false) {
        model.apply(chat::RoomEvent{{1, {}, std::move(what)}, is_own}, {});
        return model.scrollback.lines().empty() ? Line() : model.scrollback.lines().back();
    };
    const auto hi = text::Text::from_untrusted("hi");
    CHECK(happen(wire::Said{{}, name("bob"), hi, true}).manner == Line::Manner::acted);
    const auto whispered = happen(wire::Whispered{{}, name("bob"), {}, name("ann"), hi});
    CHECK(whispered.manner == Line::Manner::whispered);
    CHECK(whispered.text == "hi");
    CHECK(whispered.to == "ann");
    CHECK(model.members.last_whisperer() == "bob");
    CHECK(happen(wire::Renamed{{}, name("bob"), name("rob")}).text == "bob is now called rob");
    CHECK(model.members.last_whisperer() == "rob");
    CHECK(model.members.roster() == Roster{{"ann", {}}, {"rob", {}}});
    CHECK(happen(wire::AwaySet{{}, name("rob"), true, hi}).text == "rob is away: hi");
    model.apply(chat::PresenceKnown{"rob", true}, {});
    CHECK(model.members.roster().at("rob") == chat::MemberStatus{false, true, true});
    CHECK(happen(wire::AwaySet{{}, name("ann"), true, {}}, true).text == "you are away");
    CHECK(model.members.is_away);
    CHECK(happen(wire::TopicSet{{}}).text == "the topic is gone");
    // Of somebody who is not here nothing is known.
    model.apply(chat::PresenceKnown{"zoe", true}, {});
    CHECK_FALSE(model.members.roster().contains("zoe"));
}

TEST_CASE("what the roster has already is told and changes nothing") {
    auto model = joined();
    const wire::Roster roster{text::Text::from_untrusted("lunch"),
                              {{name("ann"), false, true}, {name("rob"), false, false, true}}};
    model.apply(chat::RosterKnown{roster, 10}, {});
    CHECK(model.members.is_away);
    const auto happen = [&](wire::Sequence sequence, wire::EventBody what) {
        model.apply(chat::RoomEvent{{sequence, {}, std::move(what)}}, {});
    };
    const auto before = model.members.roster();
    happen(5, wire::Joined{{}, name("zoe"), false});
    happen(6, wire::Renamed{{}, name("bob"), name("rob")});
    happen(7, wire::AwaySet{{}, name("rob"), true, {}});
    happen(8, wire::TopicSet{text::Text::from_untrusted("breakfast")});
    CHECK(model.scrollback.lines().back().text == "the topic is now: breakfast");
    happen(10, wire::Left{{}, name("rob")});
    CHECK(model.members.roster() == before);
    CHECK(model.members.topic == "lunch");
    happen(11, wire::Joined{{}, name("zoe"), false});
    happen(12, wire::Left{{}, name("rob")});
    CHECK(model.members.roster().contains("zoe"));
    CHECK_FALSE(model.members.roster().contains("rob"));
}

namespace {

chat::RoomEvent said(wire::Sequence sequence, const char* who, std::string_view words) {
    return {{sequence, {}, wire::Said{{}, name(who), text::Text::lines_from_untrusted(words)}}};
}

std::vector<std::string> texts(const Model& model) {
    std::vector<std::string> all;
    for (const auto& line : model.scrollback.lines()) all.push_back(line.text);
    return all;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("what comes while nobody looks is unread, below a mark, until somebody does") {
    auto model = joined();
    model.apply(said(1, "bob", "seen"), {});
    CHECK(model.scrollback.unread() == 0);
    model.scrollback.look(false);
    CHECK(model.scrollback.mark() == 0); // nothing came yet
    model.apply(said(2, "bob", "one"), {});
    model.apply(test::joined("zoe"), {});
    model.apply(said(3, "bob", "two"), {});
    CHECK(model.scrollback.unread() == 2);
    CHECK(model.scrollback.marked() == 2);
    CHECK(model.scrollback.lines()[model.scrollback.index_of(model.scrollback.mark())].kind ==
          Line::Kind::unread);
    model.scrollback.look(true);
    CHECK(model.scrollback.unread() == 0);
    CHECK(model.scrollback.marked() == 2); // the mark stays, and says how many they were
    model.apply(said(4, "bob", "three"), {});
    CHECK(model.scrollback.marked() == 2);
    const auto before = model.scrollback.mark();
    model.scrollback.look(false);
    model.apply(said(5, "bob", "four"), {});
    CHECK(model.scrollback.mark() > before); // and goes to where one looked away last
    CHECK(model.scrollback.marked() == 1);
    CHECK(std::count_if(model.scrollback.lines().begin(), model.scrollback.lines().end(),
                        [](const Line& line) { return line.kind == Line::Kind::unread; }) == 1);
    model.scrollback.clear();
    CHECK(model.scrollback.mark() == 0);
}

TEST_CASE("who comes back finds what was missed below a mark, and what was before above it") {
    Model model;
    model.members.own_name = "ann";
    model.apply(chat::RoomKnown{"deck-3", "ship", "K7QX", false}, {});
    model.apply(chat::Online{10, 13}, {});
    CHECK(model.scrollback.oldest() == 10);
    model.apply(said(10, "bob", "missed"), {});
    model.apply(said(12, "ann", "own, of the last run"), {});
    model.apply(said(14, "bob", "now"), {});
    CHECK(texts(model) == Texts{"", "missed", "own, of the last run", "now"});
    CHECK(model.scrollback.marked() == 1);
    CHECK(model.scrollback.lines()[2].kind == Line::Kind::own);
    chat::SearchResults found{"", {}, false};
    found.lines.push_back(said(7, "bob", "older").event);
    found.lines.push_back(said(8, "bob", "old").event);
    model.apply(found, {});
    CHECK(texts(model) == Texts{"history", "older", "old", "", "missed", "own, of the last run", "now"});
    CHECK(model.scrollback.oldest() == 7);
    CHECK(model.scrollback.lines()[model.scrollback.index_of(model.scrollback.mark())].kind ==
          Line::Kind::unread);
    found.lines = {said(2, "bob", "oldest").event};
    found.is_all = true;
    model.apply(found, {});
    CHECK(texts(model)[0] == "nothing older is kept");
    CHECK(texts(model)[1] == "oldest");
    CHECK(texts(model)[2] == "older");
    CHECK_FALSE(model.scrollback.oldest());
    for (std::size_t i = 1; i < model.scrollback.lines().size(); ++i)
        CHECK(model.scrollback.lines()[i - 1].number < model.scrollback.lines()[i].number);
    model.scrollback.clear();
    CHECK(model.scrollback.oldest() == 15); // scrolling up gets all of it back
}

TEST_CASE("what was looked for is shown with how much it is") {
    auto model = joined();
    model.scrollback.is_looking = true;
    model.scrollback.anchor = chat::Scrollback::Anchor{1, 0, 1};
    model.apply(chat::SearchResults{"fire", {said(3, "bob", "fire!").event}, true}, {});
    CHECK(texts(model) == Texts{"what was said with \"fire\":", "fire!", "1 found, that is all"});
    CHECK_FALSE(model.scrollback.is_looking);
    CHECK_FALSE(model.scrollback.anchor);
    model.apply(chat::SearchResults{"ice", {}, true}, {});
    CHECK(model.scrollback.lines().back().text ==
          "nothing with \"ice\" was said, as far as the host keeps it");
}

TEST_CASE("a mention is the name as a word, however it is written, and a whisper is one") {
    auto model = joined();
    const auto is_mention = [&](std::string_view words) {
        model.apply(said(1, "bob", words), {});
        return model.scrollback.lines().back().is_mention;
    };
    CHECK(is_mention("ann?"));
    CHECK(is_mention("hello ANN"));
    CHECK(is_mention("@ann: look"));
    CHECK_FALSE(is_mention("annabel"));
    CHECK_FALSE(is_mention("joann"));
    CHECK_FALSE(is_mention("ann_2"));
    model.apply(said(1, "ann", "ann"), {}); // oneself
    CHECK_FALSE(model.scrollback.lines().back().is_mention);
    model.apply(
        chat::RoomEvent{
            {1, {}, wire::Whispered{{}, name("bob"), {}, name("ann"), text::Text::from_untrusted("hi")}}},
        {});
    CHECK(model.scrollback.lines().back().is_mention);
    model.members.own_name = "小明";
    CHECK(is_mention("请小明看一下"));
}

TEST_CASE("a burst of joins and leaves is one line, where that is wanted") {
    auto model = joined();
    model.scrollback.is_one_burst = [](WallTime, WallTime) { return true; };
    for (const auto* who : {"a", "b", "c"}) model.apply(test::joined(who), {});
    model.apply(test::left("b"), {});
    REQUIRE(model.scrollback.lines().size() == 1);
    CHECK(model.scrollback.lines()[0].text == "a joined");
    CHECK(model.scrollback.lines()[0].more_joined == 2);
    CHECK(model.scrollback.lines()[0].more_left == 1);
    model.apply(said(1, "a", "hi"), {});
    model.apply(test::left("c"), {});
    CHECK(model.scrollback.lines().size() == 3);
    CHECK(model.members.roster() == Roster{{"ann", {}}, {"a", {}}});
}

TEST_CASE(
    "the newest line that was not sent is taken back to be sent again, and ignored members are not heard") {
    auto model = joined();
    CHECK_FALSE(model.scrollback.drain_not_sent());
    model.add_own(1, wire::Say{text::Text::from_untrusted("one")}, {});
    model.add_own(2, wire::Say{text::Text::from_untrusted("two")}, {});
    model.apply(chat::LineRefused{1, "no"}, {});
    CHECK(model.scrollback.drain_not_sent() == 1);
    CHECK(texts(model) == Texts{"two", "no"});
    CHECK_FALSE(model.scrollback.drain_not_sent());
    model.ignored = {"bob"};
    model.apply(said(1, "bob", "hi"), {});
    model.apply(test::said("bob", "hi"), {});
    CHECK(model.scrollback.lines().size() == 2);
}
