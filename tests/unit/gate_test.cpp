// SPDX-License-Identifier: MIT
#include "chatd/gate.hpp"

#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using chatd::ClassicAccess;
using chatd::Gate;
using test::address;
using namespace std::chrono_literals;

namespace {

const std::vector<net::Prefix> prefixes = {
    {1, address("127.0.0.1", 0), 8}, {2, address("10.0.0.1", 0), 24}, {3, address("192.168.7.1", 0), 24}};

Gate::Verdict verdict(ClassicAccess access, const std::string& host, std::uint16_t port,
                      unsigned interface_index) {
    Gate gate(access, 1);
    gate.set_prefixes(prefixes);
    net::Path path;
    path.peer = address(host, port);
    path.local.interface_index = interface_index;
    return gate.judge_join(path);
}

} // namespace

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
    Gate gate(ClassicAccess::lan, 1);
    CHECK_FALSE(gate.admit_refusal(address("10.0.0.9", 123), 100, 10, Instant(1h)));
}

TEST_CASE("a refusal is no larger than what it refuses, or comes once a second") {
    Gate gate(ClassicAccess::lan, 1);
    const auto stranger = address("10.0.0.9", 5000);
    Instant now(1h);
    CHECK(gate.admit_refusal(stranger, 10, 50, now));
    CHECK_FALSE(gate.admit_refusal(stranger, 10, 50, now + 900ms));
    CHECK(gate.admit_refusal(stranger, 50, 50, now + 900ms));
    CHECK(gate.admit_refusal(stranger, 10, 50, now + 1s));
}

TEST_CASE("a flood from one address is not even read, and others are") {
    Gate gate(ClassicAccess::lan, 1);
    int admitted = 0;
    for (int i = 0; i < 10000; ++i)
        admitted +=
            gate.admit_datagram(address("10.0.0.9", static_cast<std::uint16_t>(2000 + i)), Instant(1h)) ? 1
                                                                                                        : 0;
    CHECK(admitted == 200);
    CHECK(gate.admit_datagram(address("10.0.0.10", 2000), Instant(1h)));
}
