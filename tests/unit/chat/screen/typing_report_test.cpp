// SPDX-License-Identifier: MIT
#include "chat/screen/typing_report.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("typing is told every few seconds while a line is changed, and its end once") {
    chat::TypingReport typing;
    Instant now{1h};
    CHECK_FALSE(typing.poll("hi", true, now)); // nobody types
    typing.note_edit(now);
    CHECK_FALSE(typing.poll("/who", true, now));
    CHECK_FALSE(typing.poll("hi", false, now));
    CHECK(typing.poll("hi", true, now) == true);
    CHECK_FALSE(typing.poll("hi", true, now + 1s));
    typing.note_edit(now + 2s);
    CHECK(typing.poll("hi", true, now + 3s) == true);
    CHECK(typing.poll("hi", true, now + 5s) == false);
    CHECK_FALSE(typing.is_told());
    CHECK_FALSE(typing.poll("hi", true, now + 6s));
}
