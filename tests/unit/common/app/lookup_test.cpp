// SPDX-License-Identifier: MIT
#include "common/app/lookup.hpp"

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

TEST_CASE("a word is looked up in a table: its entry, or the name that was probably meant") {
    struct Entry {
        std::string_view name;
        int value;
    };
    const std::vector<Entry> table = {{"who", 1}, {"kick", 2}};
    const auto kick = text::look_up(table, "kick");
    REQUIRE(kick.entry != nullptr);
    CHECK(kick.entry->value == 2);
    CHECK_FALSE(kick.near);
    const auto slip = text::look_up(table, "kcik");
    CHECK(slip.entry == nullptr);
    CHECK(slip.near == "kick");
    CHECK_FALSE(text::look_up(table, "xyzzy").near);
    const auto by_another = [](const Entry& entry) { return "/" + std::string(entry.name); };
    CHECK(text::look_up(table, "/who", by_another).entry == &table.front());
}
