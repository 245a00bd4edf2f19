// SPDX-License-Identifier: MIT
#include "chat/inbox.hpp"

#include "common/wire/message.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using chat::Inbox;

namespace {

std::string text_of(wire::Sequence sequence) {
    return "event " + std::to_string(sequence);
}

bool give(Inbox& inbox, wire::Sequence sequence, bool has_begun = true) {
    const auto text = text_of(sequence);
    return inbox.take(wire::EventsFrame{sequence, {text}}, has_begun);
}

} // namespace

TEST_CASE("events come out once and in order, however they go in") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        INFO("seed ", seed);
        test::SeededRandom random(seed);
        Inbox inbox(true);
        std::vector<wire::Sequence> arriving;
        for (wire::Sequence sequence = 1; sequence <= 100; ++sequence)
            for (auto copies = 1 + random.u64() % 3; copies > 0; --copies) arriving.push_back(sequence);
        for (auto i = arriving.size() - 1; i > 0; --i)
            std::swap(arriving[i], arriving[random.u64() % (i + 1)]);
        wire::Sequence came = 0;
        for (const auto sequence : arriving) {
            // Every seventh is a whisper of others, every fifth a large one in two parts.
            if (sequence % 7 == 0) {
                REQUIRE(inbox.take(wire::SkipFrame{sequence, 1}, true));
            } else if (sequence % 5 == 0) {
                const auto text = text_of(sequence);
                const std::string_view all = text;
                REQUIRE(inbox.take(wire::PartFrame{false, sequence, 3, all.size(), all.substr(3)}, true));
                REQUIRE(inbox.take(wire::PartFrame{false, sequence, 0, all.size(), all.substr(0, 3)}, true));
            } else {
                REQUIRE(give(inbox, sequence));
            }
            while (const auto next = inbox.next()) {
                ++came;
                CHECK(inbox.cursor() == came);
                CHECK(*next == (came % 7 == 0 ? "" : text_of(came)));
            }
        }
        CHECK(came == 100);
    }
}

TEST_CASE("no more is kept ahead than a host sends") {
    Inbox inbox(false);
    for (wire::Sequence sequence = 2; sequence < 2 + Inbox::max_ahead; ++sequence)
        REQUIRE(give(inbox, sequence));
    CHECK_FALSE(give(inbox, 2 + Inbox::max_ahead));
    CHECK_FALSE(Inbox(false).take(wire::SkipFrame{2, Inbox::max_ahead + 1}, true));
    // What lies behind is no event more, however much it is.
    Inbox read(false);
    read.begin_at(1'000'001);
    CHECK(read.take(wire::SkipFrame{1, 1'000'001}, true));
    CHECK(read.next() == "");
    CHECK(read.cursor() == 1'000'001);
}

TEST_CASE("what overtakes the welcome is kept, and what is older than it is not") {
    Inbox inbox(true);
    REQUIRE(give(inbox, 7, false));
    REQUIRE(give(inbox, 9, false));
    REQUIRE(inbox.take(wire::PartFrame{false, 8, 0, 10, "event"}, false));
    REQUIRE(inbox.take(wire::PartFrame{false, 10, 0, 10, "event"}, false));
    inbox.begin_at(9);
    CHECK(inbox.next() == "event 9");
    REQUIRE(inbox.take(wire::PartFrame{false, 10, 5, 10, "later"}, true));
    CHECK(inbox.next() == "eventlater");
    CHECK_FALSE(inbox.next());
}

TEST_CASE("parts of what was skipped do not fill it up") {
    Inbox inbox(false);
    for (wire::Sequence sequence = 1; sequence < 4 * Inbox::max_ahead; ++sequence) {
        REQUIRE(inbox.take(wire::PartFrame{false, sequence, 0, 10, "event"}, true));
        inbox.go_on_at(sequence + 1);
    }
}

TEST_CASE("the next run asks from what was seen, with the mark of that event") {
    Inbox inbox(true);
    for (const wire::Sequence sequence : {1, 2, 3}) REQUIRE(give(inbox, sequence));
    while (inbox.next()) {
    }
    CHECK(inbox.set_seen(2));
    CHECK_FALSE(inbox.set_seen(1));
    CHECK(inbox.seen_mark() == wire::mark_of("event 2"));
    CHECK(inbox.mark() == wire::mark_of("event 3"));
    Inbox next_run(true);
    next_run.restore(inbox.seen(), inbox.seen_mark());
    CHECK(next_run.cursor() == 2);
    CHECK(next_run.mark() == wire::mark_of("event 2"));
    // What the host keeps no more was never here: it has no mark.
    next_run.go_on_at(10);
    CHECK(next_run.cursor() == 9);
    CHECK(next_run.mark() == 0);
    next_run.go_on_at(5);
    CHECK(next_run.cursor() == 9);
}
