// SPDX-License-Identifier: MIT
#include "chatd/classic/classic_server.hpp"

#include "chatd/admission/line_budgets.hpp"
#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using test::address;

namespace {

net::Datagram datagram(const net::Address& from, std::string_view bytes) {
    net::Datagram datagram;
    datagram.path.peer = from;
    datagram.path.local.interface_index = 2;
    datagram.bytes = bytes;
    return datagram;
}

} // namespace

TEST_CASE("a refusal that may not be sent is not put into words") {
    // To find a free name costs 40 us where name2 to name31 are taken.
    chatd::Gate gate(chatd::ClassicAccess::any, {}, 1);
    chatd::Counters counters;
    chatd::RoomContext context;
    const auto sam = text::Name::parsed("sam").value();
    context.room().apply({1, {wire::MemberId::classic(1), {}, wire::Join{sam, true}}});
    test::SeededRandom random(1);
    chatd::ClassicServer server({}, gate, counters, context, random);
    const auto put = [&](const net::Address& from, Instant now) {
        constexpr std::string_view request = "L sam";
        server.handle_request(*wire::classic::parse_request(request), datagram(from, request), now);
    };
    for (int i = 0; i < 100; ++i) put(address("10.0.0.9", 5000), Instant(1h));
    CHECK(context.times_worded() == 1);
    CHECK(counters.refused == 100);
    put(address("10.0.0.9", 53), Instant(1h + 2s));
    CHECK(context.times_worded() == 1);
    put(address("10.0.0.9", 5000), Instant(1h + 2s));
    CHECK(context.times_worded() == 2);
    CHECK(context.drain_entries({}).empty());
}

TEST_CASE("budgets of addresses are bounded in number, and forgotten once they are whole again") {
    chatd::ClassicLimits limits;
    limits.spent_budgets = 10;
    chatd::LineBudgets budgets(limits);
    const auto host = [](int i) { return address("10.0.0." + std::to_string(i), 5000); };
    Instant now(1h);
    for (int i = 0; i < 10; ++i) {
        REQUIRE(budgets.has_room_for(host(i), now));
        CHECK(budgets.open(host(i)).spend(limits.lines, 16384, now));
        budgets.close(host(i));
    }
    CHECK_FALSE(budgets.has_room_for(host(11), now + 1s));
    CHECK(budgets.has_room_for(host(1), now + 1s)); // it has one
    auto& again = budgets.open(host(1).with_port(6000));
    CHECK_FALSE(again.spend(limits.lines, 8300, now + 1s));
    CHECK(again.spend(limits.lines, 8100, now + 1s));
    CHECK(budgets.has_room_for(host(11), now + 3s));
}
