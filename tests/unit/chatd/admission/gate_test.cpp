// SPDX-License-Identifier: MIT
#include "chatd/admission/gate.hpp"

#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using chatd::ClassicAccess;
using chatd::Gate;
using test::address;
using namespace std::chrono_literals;

namespace {

const std::vector<net::Prefix> prefixes = {{1, address("127.0.0.1", 0), 8},
                                           {2, address("10.0.0.1", 0), 24},
                                           {3, address("192.168.7.1", 0), 24},
                                           {2, address("2001:db8::1", 0), 64},
                                           {2, address("fe80::1", 0), 64}};

constexpr unsigned loopback = 1;
constexpr unsigned cable = 2;
constexpr unsigned other_cable = 3;

net::Path path(const std::string& host, std::uint16_t port = 5000, unsigned interface_index = cable) {
    net::Path path;
    path.peer = address(host, port);
    path.local.interface_index = interface_index;
    return path;
}

Gate gate_of(ClassicAccess access = ClassicAccess::lan) {
    Gate gate(access, {}, 1);
    gate.set_prefixes(prefixes);
    return gate;
}

Gate::Verdict verdict(ClassicAccess access, const std::string& host, std::uint16_t port,
                      unsigned interface_index) {
    return gate_of(access).judge_join(path(host, port, interface_index));
}

/// How many of `count` datagrams that come at once are read.
template<class PathOf>
int admitted(Gate& gate, int count, Instant now, PathOf path_of) {
    int admitted = 0;
    for (int i = 0; i < count; ++i) admitted += gate.admit_datagram(path_of(i), now) ? 1 : 0;
    return admitted;
}

} // namespace

TEST_CASE("no address of the Internet has loopback's accounts") {
    const auto gate = gate_of();
    const auto loopback_holder = gate.source_of(path("127.0.0.1", 5000, loopback)).holder;
    // The networks whose bytes are those words.
    CHECK(gate.source_of(path("6c6f:6f70:6261:636b::1")).holder != loopback_holder);
    CHECK(gate.source_of(path("108.111.111.112")).holder != loopback_holder);
}

TEST_CASE("local is what came in on loopback, whatever its source address says") {
    const auto gate = gate_of();
    CHECK(gate.source_of(path("127.0.0.1", 5000, loopback)).is_local);
    CHECK(gate.source_of(path("10.0.0.1", 5000, loopback)).is_local);
    CHECK(gate.source_of(path("127.0.0.1", 5000, loopback)).holder ==
          gate.source_of(path("::1", 5000, loopback)).holder);
    // The host's own addresses, forged on the cable.
    for (const auto* host : {"10.0.0.1", "192.168.7.1", "2001:db8::1", "fe80::1", "127.0.0.1", "::1"}) {
        CHECK_FALSE_MESSAGE(gate.source_of(path(host)).is_local, host);
        CHECK_FALSE_MESSAGE(Gate::is_local(path(host)), host);
        CHECK_MESSAGE(gate.judge_join(path(host, 53)) == Gate::Verdict::reflector, host);
    }
}

TEST_CASE(
    "a neighbour counts by its full IPv6 address, within its link, and one that is farther by its /64") {
    const auto gate = gate_of();
    const auto holder = [&](const std::string& host, unsigned interface_index = cable) {
        return gate.source_of(path(host, 5000, interface_index)).holder;
    };
    const auto link = [&](const std::string& host, unsigned interface_index = cable) {
        return gate.source_of(path(host, 5000, interface_index)).link;
    };
    CHECK(holder("2001:db8::5") != holder("2001:db8::6"));
    CHECK(link("2001:db8::5") == cable);
    CHECK(holder("fe80::5") != holder("fe80::6"));
    CHECK(holder("fe80::5") != holder("fe80::5", other_cable));
    CHECK(link("fe80::5", other_cable) == other_cable);
    CHECK(holder("2001:db8:7::5") == holder("2001:db8:7::6"));
    CHECK(holder("2001:db8:7::5") != holder("2001:db8:8::5"));
    CHECK_FALSE(link("2001:db8:7::5"));
    CHECK(holder("2001:db8::5", other_cable) == holder("2001:db8::6", other_cable)); // not that one's network
    CHECK(holder("10.0.0.5") != holder("10.0.0.6"));
    CHECK_FALSE(link("10.0.0.5"));
    CHECK(gate.source_of(path("10.0.0.5", 1)).holder == gate.source_of(path("10.0.0.5", 2)).holder);
}

TEST_CASE("classic clients join from the network of the interface that heard them") {
    const auto lan = [](const std::string& host, unsigned interface_index) {
        return verdict(ClassicAccess::lan, host, 5000, interface_index);
    };
    CHECK(lan("10.0.0.9", 2) == Gate::Verdict::welcome);
    CHECK(lan("127.0.0.1", 1) == Gate::Verdict::welcome);
    CHECK(lan("10.0.0.1", 1) == Gate::Verdict::welcome); // the host's own address, heard over loopback
    CHECK(lan("10.0.1.9", 2) == Gate::Verdict::not_on_lan);
    CHECK(lan("192.168.7.9", 2) == Gate::Verdict::not_on_lan); // a network of ours, but not that interface's
    CHECK(lan("8.8.8.8", 2) == Gate::Verdict::not_on_lan);
    CHECK(verdict(ClassicAccess::any, "8.8.8.8", 5000, 2) == Gate::Verdict::welcome);
    CHECK(verdict(ClassicAccess::off, "10.0.0.9", 5000, 2) == Gate::Verdict::classic_off);
}

TEST_CASE("a service's port is never answered") {
    CHECK(verdict(ClassicAccess::any, "10.0.0.9", 53, 2) == Gate::Verdict::reflector);
    CHECK(verdict(ClassicAccess::lan, "127.0.0.1", 53, 1) == Gate::Verdict::welcome);
    auto gate = gate_of();
    CHECK_FALSE(gate.admit_refusal(path("10.0.0.9", 123), 100, 10, Instant(1h)));
    CHECK_FALSE(gate.admit_refusal(path("10.0.0.1", 123), 100, 10, Instant(1h)));
    CHECK(gate.admit_refusal(path("127.0.0.1", 123, loopback), 100, 10, Instant(1h)));
}

TEST_CASE("a refusal is no larger than what it refuses, or comes once a second") {
    auto gate = gate_of();
    const auto stranger = path("10.0.0.9");
    Instant now(1h);
    CHECK(gate.admit_refusal(stranger, 10, 50, now));
    CHECK_FALSE(gate.admit_refusal(stranger, 10, 50, now + 900ms));
    CHECK(gate.admit_refusal(stranger, 50, 50, now + 900ms));
    CHECK(gate.admit_refusal(stranger, 10, 50, now + 1s));
}

TEST_CASE("a flood from one address is not even read, and others are") {
    auto gate = gate_of();
    const auto one = [](int i) { return path("10.0.0.9", static_cast<std::uint16_t>(2000 + i)); };
    CHECK(admitted(gate, 10000, Instant(1h), one) == 200);
    CHECK(gate.admit_datagram(path("10.0.0.10"), Instant(1h)));
}

TEST_CASE("a neighbour's flood on an IPv6 link keeps no other neighbour out") {
    auto gate = gate_of();
    CHECK(admitted(gate, 10000, Instant(1h), [](int) { return path("2001:db8::9"); }) == 200);
    CHECK(gate.admit_datagram(path("2001:db8::a"), Instant(1h)));
    CHECK(gate.admit_datagram(path("fe80::a"), Instant(1h)));
}

TEST_CASE("one machine with all addresses of an IPv6 link fills the link's bound, and no other's") {
    auto gate = gate_of();
    const auto any = [](int i) { return path("2001:db8::" + std::to_string(1 + i % 9999)); };
    CHECK(admitted(gate, 10000, Instant(1h), any) <= 4000);
    CHECK_FALSE(gate.admit_datagram(path("2001:db8::ffff"), Instant(1h))); // a newcomer there waits
    CHECK(gate.admit_datagram(path("fe80::a", 5000, other_cable), Instant(1h)));
    CHECK(gate.admit_datagram(path("10.0.0.10"), Instant(1h)));
    CHECK(gate.admit_datagram(path("2001:db8::ffff"), Instant(1h + 1s)));
    int refusals = 0;
    for (int i = 0; i < 1000; ++i) refusals += gate.admit_refusal(any(i), 3, 50, Instant(1h)) ? 1 : 0;
    CHECK(refusals <= 64);
}
