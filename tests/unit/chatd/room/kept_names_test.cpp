// SPDX-License-Identifier: MIT
// For whom a name is kept, and for how long.
#include "chatd/room/room.hpp"

#include "tests/support/test_room.hpp"

#include <doctest/doctest.h>

using test::rooms::a_day;
using test::rooms::a_month;
using test::rooms::ann;
using test::rooms::bob;
using test::rooms::hi;
using test::rooms::KeepingRoom;
using test::rooms::key;
using test::rooms::kim;
using test::rooms::name;
using test::rooms::ten_minutes;
using test::rooms::zoe;

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
