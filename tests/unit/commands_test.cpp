// SPDX-License-Identifier: MIT
#include "chat/commands.hpp"

#include <doctest/doctest.h>

using chat::interpret;

TEST_CASE("text is said, made displayable") {
    const chat::Model model;
    CHECK(interpret("hello", model).say == "hello");
    CHECK(interpret("//etc/passwd", model).say == "/etc/passwd");
    CHECK(interpret("a\tb", model).say == "a b");
    CHECK_FALSE(interpret("", model).say);
    CHECK_FALSE(interpret("   ", model).say);
}

TEST_CASE("an unknown command is never said, and the one that was meant is named") {
    const chat::Model model;
    for (const auto* typed : {"/wo", "/xyzzy", "/", "/Quit", "/\x1b[2J"}) {
        const auto deed = interpret(typed, model);
        CHECK_FALSE(deed.say);
        CHECK_FALSE(deed.quits);
        REQUIRE(deed.answers.size() == 1);
        CHECK(deed.answers[0].find('\x1b') == std::string::npos);
    }
    CHECK(interpret("/wo", model).answers[0] == "no command '/wo'; did you mean '/who'?");
}

TEST_CASE("every command does its own") {
    chat::Model model;
    CHECK(interpret("/quit", model).quits);
    CHECK(interpret("/clear", model).clears);
    CHECK(interpret("/help", model).answers.size() == chat::commands().size() + 3);
    CHECK(interpret("/who", model).answers[0] == "nobody has been seen yet");
    model.apply(wire::classic::JoinNotice{"bob"}, {});
    CHECK(interpret("/who", model).answers[0] == "seen here: bob");
}
