// SPDX-License-Identifier: MIT
#include "chat/model.hpp"

#include <doctest/doctest.h>

using chat::Line;
using chat::Model;
namespace classic = wire::classic;

namespace {

using Roster = std::map<std::string, chat::Presence>;

text::Name name(const char* typed) {
    return *text::Name::parsed(typed);
}

Model joined() {
    Model model;
    model.name = "ann";
    model.apply(chat::Online{}, {});
    return model;
}

} // namespace

TEST_CASE("who is seen, and who is gone") {
    auto model = joined();
    model.apply(classic::JoinNotice{"bob"}, {});
    model.apply(classic::ChatLine{"carl", "hi"}, {});
    CHECK(model.roster() == Roster{{"ann", {}}, {"bob", {}}, {"carl", {}}});
    model.apply(classic::LeaveNotice{"bob", ""}, {});
    CHECK(model.roster() == Roster{{"ann", {}}, {"carl", {}}});
    model.apply(chat::Offline{}, {});
    CHECK(model.roster().empty());
}

TEST_CASE("an encrypted room's roster outlives an outage") {
    auto model = joined();
    model.apply(chat::RoomKnown{"deck-3", "ship", "K7QX", false}, {});
    model.apply(chat::RosterKnown{{{}, {{name("ann")}, {name("bob"), true}}}}, {});
    model.apply(chat::Offline{}, {});
    model.apply(chat::Online{}, {});
    CHECK(model.roster() == Roster{{"ann", {}}, {"bob", {true, false, false}}});
}

TEST_CASE("an own line is sending until it is sent, and never silently vanishes") {
    auto model = joined();
    model.add_own(1, "one", {});
    model.add_own(2, "two", {});
    CHECK(model.waiting_lines() == 2);
    model.apply(chat::LineSent{1}, {});
    CHECK(model.lines()[0].delivery == Line::Delivery::none);
    CHECK(model.lines()[1].delivery == Line::Delivery::sending);
    model.clear();
    REQUIRE(model.lines().size() == 1);
    CHECK(model.lines()[0].text == "two");
    model.apply(chat::Closed{}, {});
    CHECK(model.lines()[0].delivery == Line::Delivery::not_sent);
}

TEST_CASE("the scrollback and the roster have their bounds") {
    auto model = joined();
    for (std::size_t i = 0; i < Model::max_lines + 10; ++i) model.apply(classic::OtherLine{"x"}, {});
    CHECK(model.lines().size() == Model::max_lines);
    for (std::size_t i = 0; i < Model::max_roster + 10; ++i)
        model.apply(classic::JoinNotice{"user" + std::to_string(i)}, {});
    CHECK(model.roster().size() == Model::max_roster);
}

TEST_CASE("what members do besides talking, and how they are") {
    auto model = joined();
    model.apply(chat::RoomKnown{"deck-3", "ship", "K7QX", true}, {});
    model.apply(
        chat::RosterKnown{{text::Text::from_untrusted("drill at 15:00"), {{name("ann")}, {name("bob")}}}},
        {});
    CHECK(model.topic == "drill at 15:00");
    const auto happen = [&](wire::Happening what, bool is_own = false) {
        model.apply(chat::RoomEvent{{1, {}, std::move(what)}, is_own}, {});
        return model.lines().empty() ? Line() : model.lines().back();
    };
    const auto hi = text::Text::from_untrusted("hi");
    CHECK(happen(wire::Said{{}, name("bob"), hi, true}).text == "* hi");
    CHECK(happen(wire::Whispered{{}, name("bob"), {}, name("ann"), hi}).text == "[to you] hi");
    CHECK(model.last_whisperer == "bob");
    CHECK(happen(wire::Renamed{{}, name("bob"), name("rob")}).text == "bob is now called rob");
    CHECK(model.last_whisperer == "rob");
    CHECK(model.roster() == Roster{{"ann", {}}, {"rob", {}}});
    CHECK(happen(wire::AwaySet{{}, name("rob"), true, hi}).text == "rob is away: hi");
    model.apply(chat::PresenceKnown{{name("rob"), false, true, true}}, {});
    CHECK(model.roster().at("rob") == chat::Presence{false, true, true});
    CHECK(happen(wire::AwaySet{{}, name("ann"), true, {}}, true).text == "you are away");
    CHECK(model.is_away);
    CHECK(happen(wire::TopicSet{{}}).text == "the topic is gone");
    // Of somebody who is not here nothing is known.
    model.apply(chat::PresenceKnown{{name("zoe"), false, false, true}}, {});
    CHECK_FALSE(model.roster().contains("zoe"));
}
