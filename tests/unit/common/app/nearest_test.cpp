// SPDX-License-Identifier: MIT
#include "common/app/nearest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("a slip of the fingers finds its word, and nonsense finds none") {
    const std::vector<std::string_view> words = {"who", "kick", "stats", "help", "quit"};
    CHECK(text::nearest("kcik", words) == "kick");
    CHECK(text::nearest("kik", words) == "kick");
    CHECK(text::nearest("wo", words) == "who");
    CHECK(text::nearest("stat", words) == "stats");
    CHECK(text::nearest("hlep", words) == "help");
    CHECK_FALSE(text::nearest("xyzzy", words));
    CHECK_FALSE(text::nearest("", words));
    CHECK_FALSE(text::nearest("a", words));
    CHECK_FALSE(text::nearest(std::string(10000, 'k'), words));
}
