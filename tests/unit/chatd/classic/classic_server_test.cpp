// SPDX-License-Identifier: MIT
#include "chatd/classic/classic_server.hpp"

#include "chatd/admission/line_budgets.hpp"
#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using test::address;

namespace {

/// A room with a member called sam in it. Counts how often a refusal is put into words.
class CountingContext final : public chatd::RoomContext {
  public:
    CountingContext() {
        const auto sam = text::Name::parsed("sam").value();
        room_.apply({1, {wire::MemberId::classic(1), {}, wire::Join{sam, true}}});
    }
    void submit(wire::Entry) override { ++submitted; }
    void notice(chatd::Notice) override {}
    const chatd::Room& room() const override { return room_; }
    const chatd::Messages& messages() const override { return words_; }
    std::string words_for(wire::Refusal::Reason, const text::Name&) const override {
        ++worded;
        return "that name is taken";
    }
    bool can_save() const override { return true; }
    WallTime time(Instant) const override { return {}; }
    bool is_barred(const net::Address&, const wire::MemberId&, Instant) const override { return false; }
    wire::Sequence oldest_kept() const override { return 1; }

    int submitted = 0;
    mutable int worded = 0;

  private:
    chatd::Room room_;
    chatd::Messages words_;
};

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
    CountingContext desk;
    test::SeededRandom random(1);
    chatd::ClassicServer hall({}, gate, counters, desk, random);
    const auto put = [&](const net::Address& from, Instant now) {
        constexpr std::string_view request = "L sam";
        hall.handle_request(*wire::classic::parse_request(request), datagram(from, request), now);
    };
    for (int i = 0; i < 100; ++i) put(address("10.0.0.9", 5000), Instant(1h));
    CHECK(desk.worded == 1);
    CHECK(counters.refused == 100);
    put(address("10.0.0.9", 53), Instant(1h + 2s));
    CHECK(desk.worded == 1);
    put(address("10.0.0.9", 5000), Instant(1h + 2s));
    CHECK(desk.worded == 2);
    CHECK(desk.submitted == 0);
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
