// SPDX-License-Identifier: MIT
#include "common/app/option_value.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string_view>

TEST_CASE("a number is all of what was typed, or none") {
    CHECK(parse_number<std::uint32_t>("42") == 42U);
    CHECK(parse_number<int>("-1") == -1);
    for (const auto* typed : {"", "-1", "+1", " 1", "1 ", "1x", "4294967296"})
        CHECK_FALSE(parse_number<std::uint32_t>(typed));
}

TEST_CASE("a count keeps to its bounds, and says them") {
    using Weeks = Count<1, 52, "a number of weeks">;
    CHECK(Weeks::wanted == std::string_view("a number of weeks"));
    CHECK(Weeks::parse("1")->number == 1);
    CHECK(Weeks::parse("52")->number == 52);
    CHECK_FALSE(Weeks::parse("0"));
    CHECK_FALSE(Weeks::parse("53"));
    using Any = Count<0, std::numeric_limits<std::uint32_t>::max(), "a number">;
    CHECK(Any::parse("0")->number == 0);
    CHECK(Any::parse("4294967295")->number == 4294967295U);
}
