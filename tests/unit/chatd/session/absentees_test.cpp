// SPDX-License-Identifier: MIT
#include "chatd/session/absentees.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using chatd::Absentees;
using namespace std::chrono_literals;

namespace {

const Instant start{1h};

net::Path path_to(std::uint16_t port) {
    return {net::Address::parse("10.0.0.5", port).value(),
            {2, 1, net::Address::parse("10.0.0.1", 0).value()}};
}

/// How often each port was told by `end`, and that it is asked for only when something is due.
std::map<std::uint16_t, int> told(Absentees& absentees, Instant end) {
    std::map<std::uint16_t, int> times;
    for (auto next = absentees.next_deadline(); next && *next <= end; next = absentees.next_deadline()) {
        const auto paths = absentees.drain_paths_to_tell(*next);
        const bool has_gone = !absentees.drain_gone(*next).empty();
        REQUIRE((has_gone || !paths.empty() || absentees.next_deadline() > next));
        CHECK(paths.size() <= 64);
        for (const auto& path : paths) ++times[path.peer.port()];
    }
    return times;
}

} // namespace

TEST_CASE("who was here is told three times, unless it comes back, and has left in the end") {
    Absentees absentees;
    absentees.begin(start);
    for (std::uint16_t port = 1; port <= 200; ++port)
        absentees.add(wire::MemberId::classic(port), Absentees::encode(path_to(port)), start + 5min);
    absentees.add(wire::MemberId::classic(999), {}, start + 5min); // wherever that was
    auto times = told(absentees, start + 500ms);
    CHECK(times.size() == 200);
    CHECK(absentees.erase(wire::MemberId::classic(7)));
    CHECK_FALSE(absentees.erase(wire::MemberId::classic(7)));
    CHECK_FALSE(absentees.contains(wire::MemberId::classic(7)));
    for (const auto& [port, count] : told(absentees, start + 4min)) times[port] += count;
    for (const auto& [port, count] : times) CHECK(count == (port == 7 ? 1 : 3));
    CHECK(absentees.next_deadline() == start + 5min);
    CHECK(absentees.drain_gone(start + 5min).size() == 200);
    CHECK_FALSE(absentees.next_deadline());
}

TEST_CASE("a path comes back from the log as it was, and what is none does not") {
    const auto back = [](std::string_view bytes) {
        Absentees absentees;
        absentees.begin(start);
        absentees.add(wire::MemberId::classic(1), bytes, start + 5min);
        return absentees.drain_paths_to_tell(start);
    };
    for (const auto* literal : {"10.0.0.5", "fd00::5", "fe80::1%lo"}) {
        const net::Path path{net::Address::parse(literal, 40000).value(),
                             {3, 1, net::Address::parse(literal, 0).value()}};
        const auto bytes = Absentees::encode(path);
        const auto paths = back(bytes);
        REQUIRE(paths.size() == 1);
        CHECK(paths[0].peer == path.peer);
        CHECK(paths[0].local.address == path.local.address);
        CHECK(paths[0].local.interface_index == 3);
        CHECK(paths[0].local.socket == 1);
        for (std::size_t size = 0; size < bytes.size(); ++size) CHECK(back(bytes.substr(0, size)).empty());
    }
    auto nowhere = path_to(1);
    nowhere.local.address = {};
    CHECK(back(Absentees::encode(nowhere)).size() == 1);
}
