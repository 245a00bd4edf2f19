// SPDX-License-Identifier: MIT
#include "chat/model.hpp"

#include <doctest/doctest.h>

using chat::Line;
using chat::Model;
namespace classic = wire::classic;

namespace {

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
    CHECK(model.roster() == std::map<std::string, bool>{{"ann", false}, {"bob", false}, {"carl", false}});
    model.apply(classic::LeaveNotice{"bob", ""}, {});
    CHECK(model.roster() == std::map<std::string, bool>{{"ann", false}, {"carl", false}});
    model.apply(chat::Offline{}, {});
    CHECK(model.roster().empty());
}

TEST_CASE("an encrypted room's roster outlives an outage") {
    auto model = joined();
    model.apply(chat::RoomKnown{"deck-3", "K7QX"}, {});
    model.apply(chat::RosterKnown{{{*text::Name::parsed("ann"), false}, {*text::Name::parsed("bob"), true}}},
                {});
    model.apply(chat::Offline{}, {});
    model.apply(chat::Online{}, {});
    CHECK(model.roster() == std::map<std::string, bool>{{"ann", false}, {"bob", true}});
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
