// SPDX-License-Identifier: MIT
#include "chatd/session/streams/notice_stream.hpp"

#include "common/wire/frame.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace {

struct Notices {
    chatd::Feed feed;
    chatd::NoticeStream stream;
    wire::MemberId reader;

    /// What the next packet carries; nothing if it carries none.
    std::optional<session::SentItem> send() {
        session::PacketBuilder packet(wire::max_packet);
        chatd::Outgoing out{packet, feed, reader};
        stream.write(out);
        if (packet.items().empty()) return std::nullopt;
        return packet.items().front();
    }
};

} // namespace

TEST_CASE("a notice is sent once, and again if it was lost") {
    Notices notices;
    CHECK_FALSE(notices.send());
    notices.stream.set("the disk is full");
    const auto sent = notices.send();
    REQUIRE(sent);
    CHECK_FALSE(notices.send());
    notices.stream.on_lost(*sent);
    CHECK(notices.send() == sent);
}

TEST_CASE("a notice that has arrived, or that a newer one has replaced, is not sent again") {
    Notices notices;
    notices.stream.set("the disk is full");
    const auto first = notices.send();
    REQUIRE(first);
    notices.stream.on_acked(*first);
    notices.stream.on_lost(*first); // a copy of it
    CHECK_FALSE(notices.send());
    notices.stream.set("there is room again");
    const auto second = notices.send();
    REQUIRE(second);
    CHECK(second->first != first->first);
    notices.stream.on_lost(*first);
    CHECK_FALSE(notices.send());
    notices.stream.on_acked(*first); // says nothing of the second
    notices.stream.on_lost(*second);
    CHECK(notices.send() == second);
}
