// SPDX-License-Identifier: MIT
// The bounds of what the room keeps of keys, met with as many as it takes.
#include "chatd/room/people.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace std::chrono_literals;

wire::MemberId key(std::uint64_t number) {
    auto id = wire::MemberId::classic(number);
    id.bytes.front() = 1;
    return id;
}

text::Name name(std::uint64_t number) {
    return *text::Name::parsed("n" + std::to_string(number));
}

struct Crowd {
    chatd::People people;
    WallTime now{1h};
    wire::Sequence sequence = 0;

    Crowd() { people.advance(now); }

    void enter(std::uint64_t who) { people.enter(key(who), name(who), ++sequence); }
    void leave(std::uint64_t who) { people.leave(key(who), ++sequence); }
    void pass(std::chrono::milliseconds duration) { people.advance(now += duration); }
    void pass_by(std::uint64_t who) {
        enter(who);
        leave(who);
    }
};

} // namespace

TEST_CASE("keys that only pass by are forgotten first, and never one that is here") {
    Crowd crowd;
    crowd.people.set_names_for(24h);
    crowd.enter(1); // stays
    crowd.people.open_outbox(key(1), 77, ++crowd.sequence).last = 5;
    crowd.enter(2);
    crowd.pass(10min);
    crowd.leave(2); // has a kept name
    for (std::uint64_t who = 3; who < 3 + chatd::People::max_people; ++who) {
        crowd.pass_by(who);
        CHECK(crowd.people.size() <= chatd::People::max_people);
    }
    REQUIRE(crowd.people.find(key(1)) != nullptr);
    CHECK(crowd.people.find(key(1))->outboxes.back().last == 5);
    CHECK(crowd.people.find(key(1))->first_join == 1);
    CHECK(crowd.people.find(key(2)) != nullptr);
    CHECK(crowd.people.find(key(3)) == nullptr); // silent for longest
    CHECK(crowd.people.find(key(2 + chatd::People::max_people)) != nullptr);
}

TEST_CASE("of too many kept names those that were held for the shortest time go") {
    Crowd crowd;
    crowd.people.set_names_for(24h);
    crowd.enter(1);
    crowd.pass(10min);
    const auto last = std::uint64_t{1} + chatd::People::max_kept;
    for (std::uint64_t who = 2; who <= last; ++who) crowd.enter(who);
    crowd.pass(11min);
    crowd.people.rename(key(1), name(0)); // its n1 was held for 21 minutes
    crowd.pass(10min);
    for (std::uint64_t who = 2; who <= last; ++who) crowd.leave(who); // 21 minutes each
    CHECK(crowd.people.kept_count() == chatd::People::max_kept);
    CHECK(crowd.people.is_kept_from(key(2), name(1), crowd.now)); // of one who is here
    crowd.enter(last + 1);
    crowd.pass(10min);
    crowd.leave(last + 1); // shorter than any
    CHECK(crowd.people.kept_count() == chatd::People::max_kept);
    CHECK_FALSE(crowd.people.is_kept_from(key(2), name(last + 1), crowd.now));
    crowd.enter(last + 2);
    crowd.pass(60min);
    crowd.leave(last + 2);
    CHECK(crowd.people.kept_count() == chatd::People::max_kept);
    CHECK(crowd.people.is_kept_from(key(2), name(last + 2), crowd.now));
}

TEST_CASE("when all who are known are here, one more is known, too") {
    Crowd crowd;
    for (std::uint64_t who = 1; who <= chatd::People::max_people + 1; ++who) crowd.enter(who);
    CHECK(crowd.people.size() == chatd::People::max_people + 1);
    crowd.leave(1);
    crowd.enter(chatd::People::max_people + 2);
    CHECK(crowd.people.find(key(1)) == nullptr);
    CHECK(crowd.people.size() == chatd::People::max_people + 1);
}
