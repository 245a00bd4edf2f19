// SPDX-License-Identifier: MIT
#include "common/net/address.hpp"

#include <doctest/doctest.h>

using net::Address;

namespace {

Address address(std::string_view literal, std::uint16_t port = 0) {
    const auto parsed = Address::parse(literal, port);
    REQUIRE_MESSAGE(parsed, literal);
    return *parsed;
}

} // namespace

TEST_CASE("addresses read and write themselves") {
    CHECK(address("10.0.0.5", 9000).to_string() == "10.0.0.5:9000");
    CHECK(address("::1", 9000).to_string() == "[::1]:9000");
    CHECK(address("127.9.9.9").is_loopback());
    CHECK(address("::1").is_loopback());
    CHECK_FALSE(address("10.0.0.5").is_loopback());
    CHECK(address("0.0.0.0").is_unspecified());
    CHECK(address("10.0.0.5", 1) == address("10.0.0.5", 1));
    CHECK_FALSE(address("10.0.0.5", 1) == address("10.0.0.5", 2));
    CHECK_FALSE(address("0.0.0.0") == address("::"));
    CHECK_FALSE(Address::parse("localhost", 1));
    CHECK_FALSE(Address::parse("", 1));
}

TEST_CASE("limits count an IPv4 address, and an IPv6 network, as one holder") {
    CHECK(std::string(address("10.0.0.5", 1).holder_bytes()) ==
          std::string(address("10.0.0.5", 2).holder_bytes()));
    CHECK(std::string(address("10.0.0.5").holder_bytes()) != std::string(address("10.0.0.6").holder_bytes()));
    CHECK(std::string(address("2001:db8::1").holder_bytes()) ==
          std::string(address("2001:db8::2").holder_bytes()));
    CHECK(std::string(address("2001:db8::1").holder_bytes()) !=
          std::string(address("2001:db8:0:1::1").holder_bytes()));
}

TEST_CASE("a prefix holds its own hosts only") {
    const net::Prefix lan{1, address("192.168.5.1"), 22};
    CHECK(lan.contains(address("192.168.4.9")));
    CHECK(lan.contains(address("192.168.7.254")));
    CHECK_FALSE(lan.contains(address("192.168.8.1")));
    CHECK_FALSE(lan.contains(address("fe80::1")));
    const net::Prefix host{1, address("192.168.5.1"), 32};
    CHECK_FALSE(host.contains(address("192.168.5.2")));
    const net::Prefix v6{1, address("2001:db8::1"), 64};
    CHECK(v6.contains(address("2001:db8::ffff")));
    CHECK_FALSE(v6.contains(address("2001:db8:1::1")));
}

TEST_CASE("what a person types for a host") {
    const auto check = [](std::string_view typed, std::string_view host, std::uint16_t port) {
        const auto parsed = net::parse_host_port(typed);
        REQUIRE_MESSAGE(parsed, typed);
        CHECK(parsed->host == host);
        CHECK(parsed->port == port);
    };
    check("ship-srv", "ship-srv", 9000);
    check("10.0.0.5:4242", "10.0.0.5", 4242);
    check("[::1]:4242", "::1", 4242);
    check("[fe80::1%eth0]", "fe80::1%eth0", 9000);
    check("fe80::1", "fe80::1", 9000);
    for (const auto typed :
         {"", ":9000", "host:", "host:0", "host:65536", "host:x", "[::1", "[::1]9000", "[]:1", "host:1x"})
        CHECK_FALSE_MESSAGE(net::parse_host_port(typed), typed);
}
