// SPDX-License-Identifier: MIT
// What comes of each command, and who is in the room then.
#include "chatd/room/room.hpp"

#include "common/session/crypto.hpp"
#include "tests/support/test_room.hpp"

#include <doctest/doctest.h>

using test::rooms::a_day;
using test::rooms::ann;
using test::rooms::bob;
using test::rooms::hi;
using test::rooms::KeepingRoom;
using test::rooms::key;
using test::rooms::kim;
using test::rooms::name;
using test::rooms::ten_minutes;
using test::rooms::TestRoom;
using test::rooms::zoe;

TEST_CASE("two joins of one name are resolved by their order in the log") {
    TestRoom test;
    CHECK(test.event<wire::Joined>(ann, wire::Join{name("sam"), true}).name.view() == "sam");
    CHECK(test.refusal(bob, wire::Join{name("Sam"), true}) == wire::Refusal::Reason::name_taken);
    CHECK(test.room.roster().size() == 1);
    CHECK(test.event<wire::Left>(ann, wire::Leave{}).name.view() == "sam");
    CHECK(test.event<wire::Joined>(bob, wire::Join{name("Sam"), true}).name.view() == "Sam");
}

TEST_CASE("a member under a name that is let in no more is in the room that is saved, and is left alone") {
    TestRoom test;
    const auto old = *text::Name::recorded("anna\u1039");
    wire::MemberId key;
    key.bytes.fill(7);
    test.event<wire::Joined>(key, wire::Join{old, false});
    TestRoom other;
    REQUIRE(other.room.load(test.room.save()));
    REQUIRE(other.room.find(key) != nullptr);
    CHECK(other.room.find(key)->name == old);
}

TEST_CASE("a member is in the room once, under a name that is not the host's") {
    TestRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("ann"), true});
    CHECK(test.refusal(ann, wire::Join{name("other"), true}) == wire::Refusal::Reason::is_member);
    CHECK(test.refusal(bob, wire::Join{name("аdmin"), true}) == wire::Refusal::Reason::name_reserved);
}

TEST_CASE("only members talk and leave, and a leave frees every key of the name") {
    TestRoom test;
    const auto hello = text::Text::from_untrusted("hello");
    CHECK(test.refusal(ann, wire::Say{hello}) == wire::Refusal::Reason::no_member);
    CHECK(test.refusal(ann, wire::Leave{}) == wire::Refusal::Reason::no_member);
    test.event<wire::Joined>(ann, wire::Join{name("Ivan"), true});
    CHECK(test.event<wire::Said>(ann, wire::Say{hello}).text == hello);
    CHECK(test.room.find_like(name("lvan")) == ann);
    CHECK(test.room.find_like(name("ivan")) == ann);
    test.event<wire::Left>(ann, wire::Leave{});
    CHECK_FALSE(test.room.find_like(name("lvan")));
    CHECK_FALSE(test.room.find_like(name("ivan")));
}

TEST_CASE("a kick removes at once, and a second one finds nobody") {
    TestRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("ann"), true});
    const auto reason = text::Text::from_untrusted("spam");
    CHECK(test.event<wire::Kicked>(wire::host_id, wire::Kick{ann, reason}).reason == reason);
    CHECK(test.refusal(wire::host_id, wire::Kick{ann, reason}) == wire::Refusal::Reason::no_member);
    CHECK(test.refusal(ann, wire::Say{reason}) == wire::Refusal::Reason::no_member);
}

TEST_CASE("a free name is offered, short enough to be one") {
    TestRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("bob"), true});
    CHECK(test.room.free_name_like(name("bob"))->view() == "bob2");
    test.event<wire::Joined>(bob, wire::Join{name("bob2"), true});
    CHECK(test.room.free_name_like(name("bob"))->view() == "bob3");
    const auto longest = name("abcdefghijklmnopqrstuvwx");
    const auto offered = test.room.free_name_like(longest);
    REQUIRE(offered);
    CHECK(offered->view() == "abcdefghijklmnopqrstuv2");
}

TEST_CASE("a whisper is for one who is here, and whose words nobody else reads") {
    TestRoom test;
    const wire::MemberId keyed{{1}};
    test.event<wire::Joined>(ann, wire::Join{name("ann"), false});
    test.event<wire::Joined>(keyed, wire::Join{name("kim"), false});
    test.event<wire::Joined>(bob, wire::Join{name("bob"), true});
    const auto whispered = test.event<wire::Whispered>(ann, wire::Whisper{name("KIM"), hi});
    CHECK(whispered.recipient == keyed);
    CHECK(whispered.to.view() == "kim");
    CHECK(test.refusal(ann, wire::Whisper{name("bob"), hi}) == wire::Refusal::Reason::not_private);
    CHECK(test.refusal(ann, wire::Whisper{name("zoe"), hi}) == wire::Refusal::Reason::nobody);
}

TEST_CASE("a new name is free, and the old one becomes so") {
    TestRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("ann"), false});
    test.event<wire::Joined>(bob, wire::Join{name("bob"), false});
    CHECK(test.refusal(ann, wire::Rename{name("B0B")}) == wire::Refusal::Reason::name_taken);
    CHECK(test.refusal(ann, wire::Rename{name("Admin")}) == wire::Refusal::Reason::name_reserved);
    CHECK(test.event<wire::Renamed>(ann, wire::Rename{name("Ann")}).new_name.view() == "Ann"); // its own
    CHECK(test.event<wire::Renamed>(ann, wire::Rename{name("anna")}).name.view() == "Ann");
    test.event<wire::Renamed>(bob, wire::Rename{name("ann")});
    CHECK(test.room.find_like(name("anna")) == ann);
}

TEST_CASE("away and topic are the room's state") {
    TestRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("ann"), false});
    test.event<wire::AwaySet>(ann, wire::SetAway{true, {}});
    test.event<wire::Renamed>(ann, wire::Rename{name("anna")});
    CHECK(test.room.find(ann)->is_away);
    test.event<wire::AwaySet>(ann, wire::SetAway{false, {}});
    CHECK_FALSE(test.room.find(ann)->is_away);
    test.event<wire::TopicSet>(wire::host_id, wire::SetTopic{text::Text::from_untrusted("drill")});
    CHECK(test.room.topic().view() == "drill");
    CHECK(test.refusal(bob, wire::SetAway{true, {}}) == wire::Refusal::Reason::no_member);
}

TEST_CASE("what a client may not ask for takes its number, and is refused with the reason") {
    TestRoom test;
    const auto joined = test.event<wire::Joined>(zoe, wire::Join{name("zoe"), false});
    CHECK(joined.fingerprint == session::fingerprint_of({zoe.bytes}));
    CHECK(test.room.find(zoe)->fingerprint == joined.fingerprint);
    using Why = wire::Unacceptable::Why;
    using Reason = wire::Refusal::Reason;
    std::uint64_t number = 0;
    for (const auto& [why, reason] : {std::pair(Why::text, Reason::bad_text),
                                      {Why::name, Reason::bad_name},
                                      {Why::kind, Reason::not_understood}}) {
        const auto result =
            test.room.apply({++test.sequence, {zoe, {}, wire::Unacceptable{why}, 77, ++number}});
        REQUIRE(std::holds_alternative<wire::Refusal>(result));
        CHECK(std::get<wire::Refusal>(result).reason == reason);
        CHECK(test.room.find_outbox(zoe, 77)->last == number);
        CHECK(test.room.find_outbox(zoe, 77)->resolved.back().refusal == reason);
    }
    CHECK(test.room.find(zoe) != nullptr);
    chatd::Room again;
    REQUIRE(again.load(test.room.save()));
    CHECK(again.find_outbox(zoe, 77)->resolved.back().refusal == Reason::not_understood);
    CHECK_FALSE(test.event<wire::Joined>(ann, wire::Join{name("ann"), true}).fingerprint);
}

TEST_CASE("a rename is refused if any look-alike of the new name is another member's") {
    TestRoom test;
    const auto eve = wire::MemberId::classic(3);
    test.event<wire::Joined>(ann, wire::Join{name("alice"), false});
    test.event<wire::Joined>(bob, wire::Join{name("aiice"), false});
    // aIice looks like aiice, which is its author's own, and like alice, which is not.
    CHECK(test.refusal(bob, wire::Rename{name("aIice")}) == wire::Refusal::Reason::name_taken);
    CHECK(test.refusal(eve, wire::Join{name("aIice"), true}) == wire::Refusal::Reason::name_taken);
    test.event<wire::Renamed>(bob, wire::Rename{name("rob")});
    CHECK(test.room.find_like(name("alice")) == ann);
    CHECK(test.refusal(eve, wire::Join{name("alice"), true}) == wire::Refusal::Reason::name_taken);
}

TEST_CASE("a member that was removed stays out for a minute, and so does its name") {
    KeepingRoom test;
    using Reason = wire::Refusal::Reason;
    test.event<wire::Joined>(kim, wire::Join{name("kim"), false});
    test.event<wire::Joined>(zoe, wire::Join{name("zoe"), false});
    test.event<wire::Kicked>(wire::host_id, wire::Kick{kim, {}});
    CHECK(test.refusal(kim, wire::Join{name("kim"), false}) == Reason::was_removed);
    CHECK(test.refusal(kim, wire::Join{name("other"), false}) == Reason::was_removed);
    CHECK(test.refusal(ann, wire::Join{name("KIM"), true}) == Reason::was_removed);
    CHECK(test.refusal(zoe, wire::Rename{name("kіm")}) == Reason::was_removed);
    CHECK(test.room.fault_of_join(name("kim"), test.time) == Reason::was_removed);
    test.pass(std::chrono::seconds(60) - std::chrono::milliseconds(1));
    CHECK(test.refusal(kim, wire::Join{name("kim"), false}) == Reason::was_removed);
    chatd::Room again;
    REQUIRE(again.load(test.room.save()));
    CHECK(again.fault_of_join(name("kim"), test.time) == Reason::was_removed);
    test.pass(std::chrono::milliseconds(1));
    CHECK_FALSE(again.fault_of_join(name("kim"), test.time)); // before anything else has happened there
    test.event<wire::Joined>(kim, wire::Join{name("kim"), false});
}

TEST_CASE("the room's time never goes back") {
    KeepingRoom test;
    test.stay(kim, "kim", ten_minutes);
    const auto latest = test.time;
    CHECK(test.room.time() == latest);
    test.pass(-a_day);
    test.event<wire::Shouted>(wire::host_id, wire::Shout{hi});
    CHECK(test.room.time() == latest);
    CHECK_FALSE(test.is_free("kim"));
    test.time = WallTime::max(); // as a damaged log might have it
    test.event<wire::Shouted>(wire::host_id, wire::Shout{hi});
    CHECK(chatd::Room().load(test.room.save()));
}

TEST_CASE("a key has eight outboxes, and the one that was used least recently goes first") {
    TestRoom test;
    test.event<wire::Joined>(kim, wire::Join{name("kim"), false});
    const auto said = [&](std::uint64_t outbox, std::uint64_t number) {
        return test.room.apply({++test.sequence, {kim, test.time, wire::Say{hi}, outbox, number}});
    };
    for (std::uint64_t outbox = 1; outbox <= 8; ++outbox) said(outbox, 1);
    said(1, 2);
    said(9, 1);
    CHECK(test.room.find_outbox(kim, 1)->last == 2);
    CHECK(test.room.find_outbox(kim, 2) == nullptr);
    CHECK(test.room.find_outbox(kim, 3)->last == 1);
    CHECK(std::get<wire::Refusal>(said(1, 2)).reason == wire::Refusal::Reason::not_next);
}
