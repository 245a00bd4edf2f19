// SPDX-License-Identifier: MIT
#include "chat/link/inbox.hpp"

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

/// One that does not fit a packet.
std::string large(wire::Sequence sequence) {
    auto text = text_of(sequence);
    text.resize(wire::max_whole_message + 1, '.');
    return text;
}

bool give_part(Inbox& inbox, wire::Sequence sequence, std::uint64_t offset, bool has_begun = true) {
    const auto text = large(sequence);
    const auto part = std::string_view(text).substr(offset, wire::part_size);
    return inbox.accept(wire::PartFrame{false, sequence, offset, text.size(), part}, has_begun);
}

bool give(Inbox& inbox, wire::Sequence sequence, bool has_begun = true) {
    const auto text = text_of(sequence);
    return inbox.accept(wire::EventsFrame{sequence, {text}}, has_begun);
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
                REQUIRE(inbox.accept(wire::SkipFrame{sequence, 1}, true));
            } else if (sequence % 5 == 0) {
                REQUIRE(give_part(inbox, sequence, wire::part_size));
                REQUIRE(give_part(inbox, sequence, 0));
            } else {
                REQUIRE(give(inbox, sequence));
            }
            while (const auto next = inbox.next()) {
                ++came;
                CHECK(inbox.cursor() == came);
                CHECK(*next == (came % 7 == 0 ? "" : came % 5 == 0 ? large(came) : text_of(came)));
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
    CHECK_FALSE(Inbox(false).accept(wire::SkipFrame{2, Inbox::max_ahead + 1}, true));
    // What lies behind is no event more, however much it is.
    Inbox read(false);
    read.begin_at(1'000'001, 0);
    CHECK(read.accept(wire::SkipFrame{1, 1'000'001}, true));
    CHECK(read.next() == "");
    CHECK(read.cursor() == 1'000'001);
}

TEST_CASE("what overtakes the welcome is kept, and what is older than it is not") {
    Inbox inbox(true);
    REQUIRE(give(inbox, 7, false));
    REQUIRE(give(inbox, 9, false));
    REQUIRE(give_part(inbox, 8, 0, false));
    REQUIRE(give_part(inbox, 10, 0, false));
    inbox.begin_at(9, 0);
    CHECK(inbox.next() == "event 9");
    REQUIRE(give_part(inbox, 10, wire::part_size));
    CHECK(inbox.next() == large(10));
    CHECK_FALSE(inbox.next());
}

TEST_CASE("a host that keeps on sending parts fills no more than an honest one can") {
    const std::string bytes(wire::part_size, '.');
    // Of each event all but the end, which would hand it over.
    Inbox inbox(false);
    std::size_t kept = 0;
    bool is_good = true;
    for (wire::Sequence sequence = 2; is_good; ++sequence)
        for (std::uint64_t offset = 0; is_good && offset + wire::part_size < wire::max_message;
             offset += wire::part_size) {
            is_good = inbox.accept(wire::PartFrame{false, sequence, offset, wire::max_message, bytes}, true);
            if (is_good) kept += bytes.size();
            REQUIRE(kept <= Inbox::max_size);
        }
    // However often it is tried, and whatever it is.
    for (int i = 0; i < 10; ++i)
        CHECK_FALSE(inbox.accept(wire::PartFrame{false, 1'000'000, 0, wire::max_message, bytes}, true));
    wire::Sequence more = 0;
    while (give(inbox, 2'000'000 + more))
        REQUIRE((kept += text_of(2'000'000 + more++).size()) <= Inbox::max_size);
    // As many as an honest host has under way find their place.
    Inbox honest(false);
    for (wire::Sequence sequence = 2; sequence <= Inbox::max_ahead / 2; ++sequence)
        for (std::uint64_t offset = 0; offset < wire::max_message; offset += wire::part_size)
            REQUIRE(
                honest.accept(wire::PartFrame{false, sequence, offset, wire::max_message,
                                              std::string_view(bytes).substr(0, wire::max_message - offset)},
                              true));
    REQUIRE(give(honest, 1));
    while (honest.next()) {
    }
    CHECK(honest.cursor() == Inbox::max_ahead / 2);
    CHECK(give(honest, Inbox::max_ahead / 2 + 2)); // and left no trace
}

TEST_CASE("parts that no honest host cuts end the session") {
    const std::string bytes(wire::part_size, '.');
    const auto takes = [&](std::uint64_t offset, std::uint64_t total, std::size_t size) {
        Inbox inbox(false);
        return give_part(inbox, 5, 0) &&
               inbox.accept(wire::PartFrame{false, 5, offset, total, std::string_view(bytes).substr(0, size)},
                            true);
    };
    const auto total = large(5).size();
    CHECK(takes(wire::part_size, total, total - wire::part_size));
    CHECK_FALSE(takes(wire::part_size - 1, total, total - wire::part_size + 1));
    CHECK_FALSE(takes(wire::part_size, total, 1));
    CHECK_FALSE(takes(wire::part_size, total + 1, total + 1 - wire::part_size));
}

TEST_CASE("parts of what was skipped do not fill it up") {
    Inbox inbox(false);
    for (wire::Sequence sequence = 1; sequence < 4 * Inbox::max_ahead; ++sequence) {
        REQUIRE(give_part(inbox, sequence, 0));
        inbox.go_on_at(sequence + 1, 0);
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
    next_run.go_on_at(10, 0);
    CHECK(next_run.cursor() == 9);
    CHECK(next_run.mark() == 0);
    next_run.go_on_at(5, 0);
    CHECK(next_run.cursor() == 9);
}

TEST_CASE("what is not shown is seen at once, unless something before it is still to be") {
    Inbox inbox(true);
    const auto drain_all = [&] {
        while (inbox.next()) {
        }
    };
    REQUIRE(inbox.accept(wire::SkipFrame{1, 1000}, true));
    drain_all();
    CHECK(inbox.seen() == 1000);
    CHECK(inbox.seen_mark() == wire::mark_of(""));
    REQUIRE(give(inbox, 1001));
    REQUIRE(inbox.accept(wire::SkipFrame{1002, 1000}, true));
    drain_all();
    CHECK(inbox.seen() == 1000);
    CHECK(inbox.set_seen(1001));
    CHECK(inbox.seen() == 2001);
    CHECK(inbox.seen_mark() == wire::mark_of(""));
    // Nor is one of a kind that this program does not know.
    REQUIRE(give(inbox, 2002));
    REQUIRE(inbox.next());
    CHECK(inbox.seen() == 2001);
    inbox.leave_out();
    CHECK(inbox.seen() == 2002);
    CHECK(inbox.seen_mark() == wire::mark_of(text_of(2002)));
    CHECK_FALSE(inbox.set_seen(5000)); // which never came
    CHECK(inbox.seen() == 2002);
}

TEST_CASE("of more events than a user has before them the newest marks are known") {
    Inbox inbox(true);
    const auto last = Inbox::max_unseen + 100;
    for (wire::Sequence sequence = 1; sequence <= last; ++sequence) {
        REQUIRE(give(inbox, sequence));
        REQUIRE(inbox.next());
    }
    CHECK(inbox.set_seen(100));
    CHECK(inbox.seen_mark() == 0);
    CHECK(inbox.set_seen(101));
    CHECK(inbox.seen_mark() == wire::mark_of(text_of(101)));
    CHECK(inbox.set_seen(last));
    CHECK(inbox.seen_mark() == wire::mark_of(text_of(last)));
}
