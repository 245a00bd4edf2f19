// SPDX-License-Identifier: MIT
// What strangers and broken programs send must never stop the room, nor reach anybody's terminal.
#include "tests/e2e/process.hpp"

#include "common/text/utf8.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using e2e::Chatd;
using e2e::Client;

TEST_CASE("random and huge datagrams never stop the room") {
    Chatd chatd({"--flood", "off", "--log-level", "debug"});
    const Client ann(chatd.port());
    ann.send("L ann");
    REQUIRE(ann.receive() == "OK");
    const Client stranger(chatd.port());
    std::mt19937 random(2026);
    const std::string_view fronts[] = {"", "L ", "C ann ", "C x ", "Q ", "P chat/1 ", "\x80", "\x84"};
    for (int round = 0; round < 3000; ++round) {
        std::string datagram(fronts[random() % std::size(fronts)]);
        for (auto length = random() % 80; length > 0; --length) datagram += static_cast<char>(random());
        (round % 2 == 0 ? stranger : ann).send(datagram.starts_with("Q") ? "x" + datagram : datagram);
    }
    for (const std::size_t size : {1023U, 1024U, 1025U, 2047U, 2048U, 2049U, 60000U, 65507U}) {
        stranger.send(std::string(size, 'x'));
        stranger.send("L " + std::string(size - 2, 'x'));
        ann.send("C ann " + std::string(size - 6, '\xE4'));
    }
    // The room goes on: a new member hears ann, whatever was answered to ann in between.
    const Client bob(chatd.port());
    bob.send("L bob");
    REQUIRE(bob.receive() == "OK");
    ann.send("C ann still here");
    CHECK(bob.receive() == "ann: still here");
    chatd.write("/stats\n/quit\n");
    CHECK(chatd.output_has("members "));
    REQUIRE(chatd.wait() == 0); // all that it wrote is there
    for (const char byte : chatd.errors() + chatd.output()) {
        const auto code = static_cast<unsigned char>(byte);
        CHECK((code >= 0x20 || byte == '\n'));
    }
    CHECK(text::is_valid_utf8(chatd.errors()));
}

TEST_CASE("who reads the log and stops does not stop the room") {
    Chatd chatd({"--flood", "off", "--log-level", "debug"});
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    REQUIRE(ann.receive() == "bob joined the room");
    // Ten times what a pipe holds, and more lines than are kept for it.
    constexpr int lines = 6000;
    const std::string filling(100, '.');
    for (int line = 0; line < lines; ++line) {
        ann.send("C ann " + filling + std::to_string(line));
        REQUIRE(bob.receive() == "ann: " + filling + std::to_string(line));
    }
    CHECK(chatd.errors_have(" lines not logged: the log was stopped)\n"));
    CHECK(chatd.errors_have(filling + std::to_string(lines - 1)));
}

TEST_CASE("no escape sequence passes from one member to another") {
    Chatd chatd({"--flood", "off"});
    const Client ann(chatd.port());
    const Client bob(chatd.port());
    ann.send("L ann");
    REQUIRE(ann.receive() == "OK");
    bob.send("L bob");
    REQUIRE(bob.receive() == "OK");
    ann.send("C ann \x1b]0;owned\x07\x1b[31mred\xC2\x9B"
             "31m\r\nadmin: fake\u202Egnp.exe");
    const auto heard = bob.receive();
    REQUIRE(heard);
    CHECK(*heard == "ann: \uFFFD]0;owned\uFFFD\uFFFD[31mred\uFFFD31m admin: fakegnp.exe");
}
