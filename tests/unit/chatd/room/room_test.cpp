// SPDX-License-Identifier: MIT
#include "chatd/room/room.hpp"

#include "common/session/crypto.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

namespace {

struct TestRoom {
    chatd::Room room;
    wire::Sequence sequence = 0;
    WallTime time{std::chrono::seconds(7)};

    void pass(std::chrono::milliseconds duration) { time += duration; }

    chatd::Room::Outcome apply(wire::MemberId author, wire::Command command) {
        return room.apply({++sequence, {author, time, std::move(command)}});
    }
    template<class What>
    What event(wire::MemberId author, wire::Command command) {
        const auto result = apply(author, std::move(command));
        REQUIRE(std::holds_alternative<wire::Event>(result));
        const auto& event = std::get<wire::Event>(result);
        CHECK(event.sequence == sequence);
        CHECK(event.time == time);
        REQUIRE(std::holds_alternative<What>(event.what));
        return std::get<What>(event.what);
    }
    wire::Refusal::Reason refusal(wire::MemberId author, wire::Command command) {
        const auto result = apply(author, std::move(command));
        REQUIRE(std::holds_alternative<wire::Refusal>(result));
        CHECK(std::get<wire::Refusal>(result).author == author);
        return std::get<wire::Refusal>(result).reason;
    }
};

text::Name name(std::string_view bytes) {
    return *text::Name::parsed(bytes);
}

const auto ann = wire::MemberId::classic(1);
const auto bob = wire::MemberId::classic(2);

} // namespace

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
    const auto hi = text::Text::from_untrusted("hi");
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

TEST_CASE("a room that was saved goes on as the one that was not") {
    TestRoom test;
    wire::MemberId zoe;
    zoe.bytes.fill(9);
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

TEST_CASE("what a client may not ask for takes its number, and is refused with the reason") {
    TestRoom test;
    wire::MemberId zoe;
    zoe.bytes.fill(9);
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
    wire::MemberId kim;
    kim.bytes.fill(8);
    wire::MemberId zoe;
    zoe.bytes.fill(9);
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

namespace {

wire::MemberId key(std::uint8_t number) {
    wire::MemberId id;
    id.bytes.fill(number);
    return id;
}

const auto kim = key(8);
const auto zoe = key(9);
const auto hi = text::Text::from_untrusted("hi");

constexpr auto ten_minutes = std::chrono::minutes(10);
constexpr auto a_day = std::chrono::hours(24);
constexpr auto a_month = 30 * a_day;

/// A room that keeps names for thirty days.
struct KeepingRoom : TestRoom {
    explicit KeepingRoom(std::chrono::seconds names_for = a_month) {
        const auto result = apply(wire::host_id, wire::Policy{names_for});
        CHECK(std::holds_alternative<chatd::Room::Unseen>(result));
    }
    void stay(wire::MemberId member, std::string_view as, std::chrono::milliseconds duration) {
        event<wire::Joined>(member, wire::Join{name(as), false});
        pass(duration);
        event<wire::Left>(member, wire::Leave{});
    }
    /// Whether somebody else can take it.
    bool is_free(std::string_view what) { return !room.fault_of_join(name(what), time); }
};

} // namespace

TEST_CASE("the name of a key that was here for ten minutes is kept for it, with its look-alikes") {
    KeepingRoom test;
    test.stay(kim, "kim", ten_minutes);
    using Reason = wire::Refusal::Reason;
    CHECK(test.refusal(zoe, wire::Join{name("kim"), false}) == Reason::name_kept);
    CHECK(test.refusal(zoe, wire::Join{name("KIM"), false}) == Reason::name_kept);
    CHECK(test.refusal(zoe, wire::Join{name("kіm"), false}) == Reason::name_kept);
    CHECK(test.refusal(ann, wire::Join{name("kim"), true}) == Reason::name_kept);
    CHECK(test.room.fault_of_join(name("kim"), test.time) == Reason::name_kept);
    CHECK_FALSE(test.room.find_like(name("kim"))); // nobody of that name is here
    test.event<wire::Joined>(zoe, wire::Join{name("zoe"), false});
    CHECK(test.refusal(zoe, wire::Rename{name("kim")}) == Reason::name_kept);
    CHECK(test.refusal(zoe, wire::Whisper{name("kim"), hi}) == Reason::nobody);
    test.event<wire::Joined>(kim, wire::Join{name("Kim"), false});
    CHECK(test.room.find_like(name("kim")) == kim);
    CHECK(test.room.people().kept_count() == 0); // it is here
}

TEST_CASE("a passer-by's name is free again, and short stays add up") {
    KeepingRoom test;
    test.stay(kim, "kim", ten_minutes - std::chrono::milliseconds(1));
    CHECK(test.is_free("kim"));
    test.stay(kim, "other", ten_minutes - std::chrono::milliseconds(1));
    test.stay(kim, "kim", std::chrono::milliseconds(1));
    CHECK_FALSE(test.is_free("kim"));
    CHECK(test.is_free("other"));
}

TEST_CASE("the name of a key that spoke on two days is kept") {
    KeepingRoom test;
    test.time = WallTime(a_day - std::chrono::seconds(1));
    test.event<wire::Joined>(kim, wire::Join{name("kim"), false});
    test.event<wire::Said>(kim, wire::Say{hi});
    test.event<wire::Said>(kim, wire::Say{hi});
    test.event<wire::Left>(kim, wire::Leave{});
    CHECK(test.is_free("kim"));
    test.pass(std::chrono::seconds(1));
    test.event<wire::Joined>(kim, wire::Join{name("kim"), false});
    test.event<wire::Said>(kim, wire::Say{hi});
    test.event<wire::Left>(kim, wire::Leave{});
    CHECK_FALSE(test.is_free("kim"));
}

TEST_CASE("a kept name is let go after its time, and not before") {
    KeepingRoom test;
    test.stay(kim, "kim", ten_minutes);
    test.pass(a_month - std::chrono::milliseconds(1));
    CHECK(test.refusal(zoe, wire::Join{name("kim"), false}) == wire::Refusal::Reason::name_kept);
    test.pass(std::chrono::milliseconds(1));
    CHECK(test.is_free("kim"));
    test.event<wire::Joined>(zoe, wire::Join{name("kim"), false});
    CHECK(test.refusal(kim, wire::Join{name("kim"), false}) == wire::Refusal::Reason::name_taken);
}

TEST_CASE("a name that was renamed away from is kept, three names a key") {
    KeepingRoom test;
    test.event<wire::Joined>(kim, wire::Join{name("one"), false});
    test.pass(3 * ten_minutes);
    test.event<wire::Renamed>(kim, wire::Rename{name("two")});
    test.pass(ten_minutes);
    CHECK(test.refusal(zoe, wire::Join{name("one"), false}) == wire::Refusal::Reason::name_kept);
    test.event<wire::Renamed>(kim, wire::Rename{name("three")});
    test.pass(2 * ten_minutes);
    test.event<wire::Renamed>(kim, wire::Rename{name("four")});
    test.pass(ten_minutes);
    test.event<wire::Left>(kim, wire::Leave{});
    CHECK_FALSE(test.is_free("one"));
    CHECK(test.is_free("two")); // the shortest stay
    CHECK_FALSE(test.is_free("three"));
    CHECK_FALSE(test.is_free("four"));
    CHECK(test.room.people().kept_count() == 3);
}

TEST_CASE("a policy of none lets all go, and keeps nothing") {
    KeepingRoom test;
    test.stay(kim, "kim", ten_minutes);
    CHECK_FALSE(test.is_free("kim"));
    test.apply(wire::host_id, wire::Policy{});
    CHECK(test.is_free("kim"));
    test.stay(kim, "kim", ten_minutes);
    CHECK(test.is_free("kim"));
    test.apply(wire::host_id, wire::Policy{a_month});
    CHECK(test.is_free("kim")); // what others may have taken since is not taken back
}

TEST_CASE("the admin lets a name go, but not of somebody who is here") {
    KeepingRoom test;
    test.stay(kim, "kim", ten_minutes);
    test.event<wire::Joined>(zoe, wire::Join{name("zoe"), false});
    CHECK(test.refusal(wire::host_id, wire::Free{name("nobody")}) == wire::Refusal::Reason::nobody);
    CHECK(test.refusal(wire::host_id, wire::Free{name("zoe")}) == wire::Refusal::Reason::nobody);
    CHECK(test.room.find_like(name("zoe")) == zoe);
    CHECK(std::holds_alternative<chatd::Room::Unseen>(test.apply(wire::host_id, wire::Free{name("KIM")})));
    CHECK(test.is_free("kim"));
    CHECK(test.refusal(wire::host_id, wire::Free{name("kim")}) == wire::Refusal::Reason::nobody);
}

TEST_CASE("classic members keep no names") {
    KeepingRoom test;
    test.event<wire::Joined>(ann, wire::Join{name("ann"), true});
    test.event<wire::Said>(ann, wire::Say{hi});
    test.pass(2 * a_day);
    test.event<wire::Said>(ann, wire::Say{hi});
    test.event<wire::Left>(ann, wire::Leave{});
    CHECK(test.is_free("ann"));
    CHECK(test.room.people().size() == 0);
}

TEST_CASE("a free name that is offered is nobody's, kept ones included, and is found in few tries") {
    KeepingRoom test;
    test.stay(kim, "bob2", ten_minutes);
    test.event<wire::Joined>(zoe, wire::Join{name("bob"), false});
    CHECK(test.room.free_name_like(name("bob"))->view() == "bob3");
    for (std::uint64_t number = 3; number <= 31; ++number)
        test.event<wire::Joined>(wire::MemberId::classic(100 + number),
                                 wire::Join{name("bob" + std::to_string(number)), true});
    const auto offered = test.room.free_name_like(name("bob"));
    REQUIRE(offered);
    CHECK(offered->view() == "bob32"); // thirty are here
    CHECK(test.is_free(offered->view()));
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
