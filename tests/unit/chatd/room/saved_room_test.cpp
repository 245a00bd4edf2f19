// SPDX-License-Identifier: MIT
// A room as bytes: what was saved goes on as it was.
#include "chatd/room/room.hpp"

#include "common/session/crypto.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/test_room.hpp"

#include <doctest/doctest.h>

using test::rooms::ann;
using test::rooms::bob;
using test::rooms::kim;
using test::rooms::name;
using test::rooms::TestRoom;
using test::rooms::zoe;

TEST_CASE("a room that was saved goes on as the one that was not") {
    TestRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("Ann"), true});
    test.event<wire::Joined>(zoe, wire::Join{name("zoe"), false});
    test.event<wire::AwaySet>(zoe, wire::SetAway{true, text::Text::from_untrusted("tea")});
    test.event<wire::TopicSet>(wire::host_id, wire::SetTopic{text::Text::from_untrusted("drill at 15:00")});
    const auto said = [&](std::uint64_t number) {
        return test.room.apply({++test.sequence,
                                {zoe, WallTime(std::chrono::seconds(7)),
                                 wire::Say{text::Text::from_untrusted("hello")}, 77, number}});
    };
    for (std::uint64_t number = 1; number <= 40; ++number)
        CHECK(std::holds_alternative<wire::Event>(said(number)));

    const auto saved = test.room.save();
    TestRoom other;
    other.sequence = test.sequence;
    REQUIRE(other.room.load(saved));
    CHECK(other.room.save() == saved);
    CHECK(other.room.topic().view() == "drill at 15:00");
    CHECK(other.room.find(zoe)->is_away);
    CHECK(other.room.find_like(name("ANN")) == ann);
    const auto* outbox = other.room.find_outbox(zoe, 77);
    REQUIRE(outbox != nullptr);
    CHECK(outbox->last == 40);
    REQUIRE(outbox->resolved.size() == chatd::People::max_resolved);
    CHECK(outbox->resolved.back().sequence == test.sequence);
    // A command that was applied before is known still.
    CHECK(std::get<wire::Refusal>(other.room.apply({++other.sequence, {zoe, {}, wire::Leave{}, 77, 40}}))
              .reason == wire::Refusal::Reason::not_next);
    CHECK(other.refusal(bob, wire::Join{name("ann"), true}) == wire::Refusal::Reason::name_taken);

    for (std::size_t length = 0; length < saved.size(); ++length) {
        chatd::Room cut;
        CHECK_FALSE(cut.load(std::string_view(saved).substr(0, length)));
        CHECK(cut.roster().empty());
    }
    CHECK_FALSE(chatd::Room().load(saved + "x"));
}

TEST_CASE("a room of an earlier version is read: its outboxes go on, what it never had is not known") {
    chatd::Room room;
    REQUIRE(room.load(test::from_hex(
        "010e6472696c6c2061742031353a303003000000000000000000000000000000000000000000000000010000000000000003"
        "416e6e010808080808080808080808080808080808080808080808080808080808080808036b696d00090909090909090909"
        "0909090909090909090909090909090909090909090909037a6f650203080808080808080808080808080808080808080808"
        "08080808080808080808084d0000000000000002070201060002070109090909090909090909090909090909090909090909"
        "090909090909090909094e000000000000000108010108000909090909090909090909090909090909090909090909090909"
        "0909090909094f00000000000000010901010900")));
    CHECK(room.topic().view() == "drill at 15:00");
    CHECK(room.roster().size() == 3);
    CHECK(room.find_like(name("ANN")) == wire::MemberId::classic(1));
    CHECK(room.find(zoe)->is_away);
    CHECK(room.find(zoe)->fingerprint == session::fingerprint_of({zoe.bytes}));
    CHECK_FALSE(room.find(wire::MemberId::classic(1))->fingerprint);
    REQUIRE(room.find_outbox(kim, 77) != nullptr);
    CHECK(room.find_outbox(kim, 77)->last == 2);
    CHECK(room.find_outbox(kim, 77)->resolved.at(0).refusal == std::nullopt);
    CHECK(room.find_outbox(kim, 77)->resolved.at(1).refusal == wire::Refusal::Reason::name_taken);
    CHECK(room.find_outbox(zoe, 78)->last == 1);
    CHECK(room.find_outbox(zoe, 79)->resolved.at(0).sequence == 9);
    CHECK(room.find_person(kim)->first_join == 1);
    CHECK(room.people().names_for() == std::chrono::seconds(0));
    // What it writes itself is of the newer form, and the same room.
    const auto saved = room.save();
    chatd::Room again;
    REQUIRE(again.load(saved));
    CHECK(again.save() == saved);
    CHECK(saved.front() == 2);
}

TEST_CASE("of two look-alikes that an earlier version let in one is left") {
    chatd::Room room;
    REQUIRE(room.load(test::from_hex("01000208080808080808080808080808080808080808080808080808080808080808080"
                                     "5616c69636500090909090909090909"
                                     "0909090909090909090909090909090909090909090909056149696365"
                                     "0000")));
    CHECK(room.roster().size() == 1);
    CHECK(room.find_like(name("alice")) == room.find_like(name("aIice")));
    CHECK(chatd::Room().load(room.save()));
}
