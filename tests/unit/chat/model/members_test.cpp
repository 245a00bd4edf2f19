// SPDX-License-Identifier: MIT
#include "chat/model/members.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using chat::Members;

namespace {

text::Name name(const char* typed) {
    return *text::Name::parsed(typed);
}

chat::RoomEvent event(wire::Sequence sequence, wire::EventBody what, bool is_own = false) {
    return {{sequence, {}, std::move(what)}, is_own};
}

Members annas() {
    Members members;
    members.own_name = "anna";
    members.handle(chat::RosterKnown{
        {text::Text::from_untrusted("lunch"), {{name("anna"), false, true}, {name("bob")}}}, 10});
    return members;
}

} // namespace

TEST_CASE("the roster says who is here, and events after it change that") {
    auto members = annas();
    CHECK(members.is_whole());
    CHECK(members.is_away);
    CHECK(members.topic == "lunch");
    members.handle(event(10, wire::Left{{}, name("bob")}));
    CHECK(members.roster().contains("bob")); // the roster has that already
    members.handle(event(11, wire::AwaySet{{}, name("bob"), true, {}}));
    members.handle(chat::PresenceKnown{"bob", true});
    members.handle(event(12, wire::Renamed{{}, name("bob"), name("rob")}));
    CHECK(members.roster().at("rob") == chat::MemberStatus{false, true, true});
    CHECK_FALSE(members.roster().contains("bob"));
    members.handle(event(13, wire::AwaySet{{}, name("anna"), false, {}}, true));
    CHECK_FALSE(members.is_away);
    members.handle(event(14, wire::Kicked{{}, name("rob"), {}}));
    CHECK(members.roster().size() == 1);
    members.handle(chat::PresenceKnown{"zoe", true}); // who is not here
    CHECK(members.roster().size() == 1);
}

TEST_CASE("where no roster is told, members are those that are heard of") {
    Members members;
    members.handle(test::joined("bob"));
    members.handle(test::said("carl", "hi"));
    members.handle(test::left("bob"));
    CHECK_FALSE(members.is_whole());
    CHECK(members.roster() == std::map<std::string, chat::MemberStatus>{{"carl", {}}});
    for (std::size_t i = 0; i < Members::max_known + 10; ++i) members.meet("user" + std::to_string(i));
    CHECK(members.roster().size() == Members::max_known);
}

TEST_CASE("only a host with a log tells who is the user") {
    const auto members = annas();
    CHECK(members.is_own(event(1, wire::Left{{}, name("anna")}).event, name("anna")));
    CHECK_FALSE(members.is_own(test::said("anna", "hi").event, name("anna")));
    CHECK_FALSE(members.has_seen(test::left("bob")));
}

TEST_CASE("names that begin alike come by who spoke last, and oneself never") {
    auto members = annas();
    for (const auto* who : {"Annabel", "anton"}) members.meet(who);
    using Names = std::vector<std::string>;
    CHECK(members.like("AN") == Names{"Annabel", "anton"});
    members.note_speaker("Annabel");
    members.note_speaker("anton");
    CHECK(members.like("an") == Names{"anton", "Annabel"});
    CHECK(members.spoke("bob") == 0);
}

TEST_CASE("a whisper may be answered under the name that its author has by then") {
    auto members = annas();
    const auto hi = text::Text::from_untrusted("hi");
    members.handle(event(11, wire::Whispered{{}, name("bob"), {}, name("anna"), hi}));
    members.handle(event(12, wire::Renamed{{}, name("bob"), name("rob")}));
    CHECK(members.last_whisperer() == "rob");
    members.handle(event(13, wire::Whispered{{}, name("anna"), {}, name("zoe"), hi}, true));
    CHECK(members.last_whisperer() == "rob");
}
