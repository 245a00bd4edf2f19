// SPDX-License-Identifier: MIT
#include "common/session/packet_builder.hpp"

#include "common/wire/frame.hpp"

#include <doctest/doctest.h>

#include <string>

using session::PacketBuilder;
using session::SentItem;

TEST_CASE("frames and what they carry are in the packet in the order in which they were added") {
    PacketBuilder packet(wire::data_header + 100);
    CHECK(packet.is_empty());
    CHECK(packet.room() == 100);
    REQUIRE(packet.add(wire::NoticeFrame{1, "hello"}, {3, 7}));
    REQUIRE(packet.add(wire::PingFrame{}));
    CHECK_FALSE(packet.is_empty());
    CHECK(packet.items() == std::vector<SentItem>{{3, 7, 1}});
    CHECK(packet.room() + packet.frames().size() == 100);
    const auto frames = wire::parse_frames(packet.frames());
    REQUIRE(frames);
    REQUIRE(frames->size() == 2);
    CHECK(std::get<wire::NoticeFrame>(frames->front()).text == "hello");
    CHECK(std::holds_alternative<wire::PingFrame>(frames->back()));
}

TEST_CASE("a frame that does not fit leaves the packet as it was") {
    const std::string text(20, 'x');
    PacketBuilder packet(wire::data_header + 30);
    REQUIRE(packet.add(wire::NoticeFrame{1, text}, {1, 1}));
    const std::string before(packet.frames());
    CHECK_FALSE(packet.add(wire::NoticeFrame{1, text}, {1, 2}));
    CHECK(packet.frames() == before);
    CHECK(packet.items().size() == 1);
    while (packet.room() > 0) REQUIRE(packet.add(wire::PingFrame{}));
    CHECK_FALSE(packet.add(wire::PingFrame{}));
    CHECK(packet.frames().size() == 30);
}

TEST_CASE("a packet says whether it is a probe") {
    CHECK_FALSE(PacketBuilder(wire::max_packet).wants_answer());
    CHECK(PacketBuilder(wire::max_packet, true).wants_answer());
}
