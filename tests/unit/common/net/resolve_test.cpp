// SPDX-License-Identifier: MIT
#include "common/net/resolve.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

TEST_CASE("a literal is its own address, and a name that can't be one is refused in a sentence") {
    const auto found = net::resolve({"127.0.0.1", 4242});
    REQUIRE(found.size() == 1);
    CHECK(found.front() == net::Address::parse("127.0.0.1", 4242));
    const std::string name(300, 'x'); // longer than DNS allows: no server is asked
    std::string fault;
    try {
        net::resolve({name, 4242});
    } catch (const std::runtime_error& error) {
        fault = error.what();
    }
    CHECK(fault.starts_with("cannot find the host '" + name + "': "));
}
