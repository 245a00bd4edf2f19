// SPDX-License-Identifier: MIT
#include "chatd/room.hpp"

#include "common/session/crypto.hpp"

#include <doctest/doctest.h>

namespace {

struct TestRoom {
    chatd::Room room;
    wire::Sequence sequence = 0;

    std::variant<wire::Event, wire::Refusal> apply(wire::MemberId author, wire::Command command) {
        return room.apply({++sequence, {author, WallTime(std::chrono::seconds(7)), std::move(command)}});
    }
    template<class What>
    What event(wire::MemberId author, wire::Command command) {
        const auto result = apply(author, std::move(command));
        REQUIRE(std::holds_alternative<wire::Event>(result));
        const auto& event = std::get<wire::Event>(result);
        CHECK(event.sequence == sequence);
        CHECK(event.time == WallTime(std::chrono::seconds(7)));
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

TEST_CASE("two joins of one name are settled by their order in the log") {
    TestRoom test;
    CHECK(test.event<wire::Joined>(ann, wire::Join{name("sam"), true}).name.view() == "sam");
    CHECK(test.refusal(bob, wire::Join{name("Sam"), true}) == wire::Refusal::Reason::name_taken);
    CHECK(test.room.roster().size() == 1);
    CHECK(test.event<wire::Left>(ann, wire::Leave{}).name.view() == "sam");
    CHECK(test.event<wire::Joined>(bob, wire::Join{name("Sam"), true}).name.view() == "Sam");
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
    REQUIRE(outbox->settled.size() == chatd::Room::max_settled);
    CHECK(outbox->settled.back().sequence == test.sequence);
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
        CHECK(test.room.find_outbox(zoe, 77)->settled.back().refusal == reason);
    }
    CHECK(test.room.find(zoe) != nullptr);
    chatd::Room again;
    REQUIRE(again.load(test.room.save()));
    CHECK(again.find_outbox(zoe, 77)->settled.back().refusal == Reason::not_understood);
    CHECK_FALSE(test.event<wire::Joined>(ann, wire::Join{name("ann"), true}).fingerprint);
}
