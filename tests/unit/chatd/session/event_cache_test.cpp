// SPDX-License-Identifier: MIT
#include "chatd/session/event_cache.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using chatd::EventCache;

namespace {

const wire::MemberId ann{{1}};
const wire::MemberId bob{{2}};

} // namespace

TEST_CASE("events are found by their sequence, from where the cache begins") {
    EventCache cache(10, 1000);
    cache.begin_at(42);
    CHECK(cache.first() == 42);
    CHECK(cache.end() == 42);
    cache.append("a");
    cache.append("b");
    CHECK(cache.first() == 42);
    CHECK(cache.end() == 44);
    CHECK(cache.at(42, ann) == "a");
    CHECK(cache.at(43, ann) == "b");
}

TEST_CASE("the oldest events go when there are too many, or too many bytes") {
    EventCache few(3, 1000);
    for (const auto* event : {"a", "b", "c", "d"}) few.append(event);
    CHECK(few.first() == 2);
    CHECK(few.end() == 5);
    CHECK(few.at(2, ann) == "b");

    EventCache small(100, 10);
    for (int i = 0; i < 5; ++i) small.append(std::string(4, 'x'));
    CHECK(small.end() - small.first() == 2);
    CHECK(small.end() == 6);
    small.append(std::string(8, 'y')); // takes the place of both
    CHECK(small.end() - small.first() == 1);
    CHECK(small.at(6, ann) == "yyyyyyyy");
    small.append(std::string(11, 'z')); // more than there is room for
    CHECK(small.first() == small.end());
    CHECK(small.end() == 8);
}

TEST_CASE("an event for some members is nothing to the others, and keeps its place") {
    EventCache cache(10, 1000);
    cache.append("said");
    cache.append("whispered", std::pair(ann, ann));
    cache.append("");
    CHECK(cache.at(2, ann) == "whispered");
    CHECK(cache.at(2, bob).empty());
    CHECK(cache.at(3, bob).empty());
    CHECK(cache.end() == 4);
}
