// SPDX-License-Identifier: MIT
#include "chatd/session/streams/event_stream.hpp"

#include "common/wire/frame.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using chatd::EventStream;
using chatd::Feed;
using chatd::Outgoing;
using session::PacketBuilder;
using session::SentItem;

namespace {

struct EventStreamHarness {
    Feed feed;
    EventStream stream;
    wire::MemberId reader;

    explicit EventStreamHarness(int events) {
        for (int i = 1; i <= events; ++i) feed.events.append("event " + std::to_string(i));
        stream.begin_at(1);
    }

    /// What the next packet carries.
    std::vector<SentItem> send(std::size_t room = 1100) {
        PacketBuilder packet(wire::data_header + room);
        Outgoing out{packet, feed, reader};
        stream.write(out);
        frames = std::string(packet.frames());
        return packet.items();
    }

    std::string frames; ///< of the last packet
};

std::vector<wire::Frame> frames_of(const std::string& bytes) {
    auto frames = wire::parse_frames(bytes);
    REQUIRE(frames);
    return std::move(*frames);
}

} // namespace

TEST_CASE("events that were lost go before new ones, and those that have arrived not again") {
    EventStreamHarness test(3);
    const auto sent = test.send();
    REQUIRE(sent == std::vector<SentItem>{{0, 1, 3}});
    CHECK(test.send().empty());
    CHECK(test.stream.has_written_new() == false);
    test.stream.on_acked({0, 2, 1});
    test.stream.on_lost(sent.front());
    CHECK(test.stream.has_lost());
    test.feed.events.append("event 4");
    CHECK(test.send() == std::vector<SentItem>{{0, 1, 1}, {0, 3, 1}, {0, 4, 1}});
    CHECK(test.stream.has_written_new());
    test.stream.on_acked({0, 1, 1});
    test.stream.on_acked({0, 3, 2});
    test.stream.on_lost(sent.front());
    CHECK_FALSE(test.stream.has_lost());
    CHECK(test.stream.memory() == 0);
}

TEST_CASE("an event too large for a packet goes in parts, and has arrived with the last of them") {
    EventStreamHarness test(0);
    const std::string large(2 * wire::part_size + 5, 'x');
    test.feed.events.append(large);
    test.feed.events.append("small");
    const auto first = test.send(wire::part_size + 20);
    const auto second = test.send(wire::part_size + 20);
    const auto third = test.send(wire::part_size + 20);
    REQUIRE(first.size() == 1);
    const auto frames = frames_of(test.frames);
    REQUIRE(frames.size() == 2);
    CHECK(std::get<wire::PartFrame>(frames[0]).offset == 2 * wire::part_size);
    CHECK(std::get<wire::EventsFrame>(frames[1]).first == 2);
    for (const auto& item : third) test.stream.on_acked(item);
    test.stream.on_acked(first.front());
    test.stream.on_lost(second.front());
    CHECK(test.send() == second);
    test.stream.on_acked(second.front());
    CHECK(test.stream.memory() == 0);
}

TEST_CASE("a sequence without an event for this member is skipped") {
    EventStreamHarness test(0);
    wire::MemberId other;
    other.bytes.fill(1);
    test.feed.events.append("for others", std::pair(other, other));
    test.feed.events.append("");
    test.feed.events.append("for all");
    CHECK(test.send() == std::vector<SentItem>{{0, 1, 2}, {0, 3, 1}});
    const auto frames = frames_of(test.frames);
    REQUIRE(frames.size() == 2);
    CHECK(std::get<wire::SkipFrame>(frames[0]).count == 2);
}

TEST_CASE("no more events are under way than a client keeps, and those go on when the oldest has arrived") {
    EventStreamHarness test(static_cast<int>(EventStream::max_ahead) + 10);
    wire::Sequence sent = 0;
    for (auto items = test.send(); !items.empty(); items = test.send())
        for (const auto& item : items) sent += item.count;
    CHECK(sent == EventStream::max_ahead);
    test.stream.on_acked({0, 2, 9});
    CHECK(test.send().empty());
    test.stream.on_acked({0, 1, 1});
    CHECK(test.send() == std::vector<SentItem>{{0, EventStream::max_ahead + 1, 10}});
}

TEST_CASE("events that the feed has no more are asked for once, and come out of the log") {
    EventStreamHarness test(0);
    test.feed.events.begin_at(5);
    test.feed.events.append("event 5");
    CHECK(test.send().empty());
    CHECK(test.stream.take_wanted(test.feed, test.reader) == wire::Sequence{1});
    CHECK_FALSE(test.stream.take_wanted(test.feed, test.reader));
    chatd::LogPage page{.first = 1, .end = 5};
    page.events.push_back({.sequence = 2, .bytes = "event 2"});
    test.stream.handle_page(page, test.reader);
    CHECK_FALSE(test.stream.take_wanted(test.feed, test.reader));
    CHECK(test.send() == std::vector<SentItem>{{0, 1, 1}, {0, 2, 1}, {0, 3, 2}, {0, 5, 1}});
}
