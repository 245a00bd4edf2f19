// SPDX-License-Identifier: MIT
#include "chatd/admission/barred_addresses.hpp"

#include "tests/support/hub_harness.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using test::address;

TEST_CASE("an address is barred whatever its port, until its time is over") {
    chatd::BarredAddresses barred;
    const Instant now{1h};
    barred.bar(address("10.0.0.7", 5000), 42, now + 1min);
    CHECK(barred.barred_at(address("10.0.0.7", 5000), now) == 42);
    CHECK(barred.barred_at(address("10.0.0.7", 6000), now) == 42);
    CHECK_FALSE(barred.barred_at(address("10.0.0.8", 5000), now));
    CHECK_FALSE(barred.barred_at(address("fe80::7", 5000), now));
    CHECK(barred.barred_at(address("10.0.0.7", 5000), now + 1min - 1ns) == 42);
    CHECK_FALSE(barred.barred_at(address("10.0.0.7", 5000), now + 1min));
    barred.bar(address("10.0.0.7", 5000), 43, now + 2min);
    CHECK(barred.barred_at(address("10.0.0.7", 5000), now + 1min) == 43);
}

TEST_CASE("of too many barred addresses the first is let in again") {
    chatd::BarredAddresses barred;
    const Instant now{1h};
    const auto host = [](std::size_t number) {
        return address("10.0." + std::to_string(number / 256) + "." + std::to_string(number % 256), 5000);
    };
    for (std::size_t number = 0; number <= chatd::BarredAddresses::max_addresses; ++number)
        barred.bar(host(number), number, now + 1min);
    CHECK_FALSE(barred.barred_at(host(0), now));
    CHECK(barred.barred_at(host(1), now) == 1);
    CHECK(barred.barred_at(host(chatd::BarredAddresses::max_addresses), now));
}
