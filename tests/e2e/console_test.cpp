// SPDX-License-Identifier: MIT
// The server's console, through a pipe and in a terminal.
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

#include <regex>

using e2e::Chatd;
using e2e::Client;
using e2e::Process;
using e2e::Screen;

TEST_CASE("commands through a pipe") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    chatd.write("/who\n");
    CHECK(chatd.output_has("NAME  ADDRESS"));
    CHECK(chatd.output_has("ann   127.0.0.1:" + std::to_string(ann.port())));
    chatd.write("/kcik ann\n");
    CHECK(chatd.output_has("no command 'kcik'; did you mean 'kick'?"));
    chatd.write("/kick ann too loud\n");
    CHECK(chatd.output_has("removed ann"));
    CHECK(ann.receive() == "chatd: you were removed by admin: too loud");
    CHECK(ann.receive() == "EXIT");
    CHECK(chatd.errors_have("kick   ann"));
    chatd.write("/help\n");
    CHECK(chatd.output_has("/kick NAME [reason]"));
    chatd.write("/stats");
    chatd.close_input(); // a last line without its end counts
    CHECK(chatd.output_has("members 0 (peak 1)"));
}

TEST_CASE("the end of a pipe leaves the room running") {
    Chatd chatd;
    chatd.close_input();
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    CHECK(ann.receive() == "bob joined the room");
}

TEST_CASE("a torrent of lines from a pipe does not fill the memory or stop the room") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    std::string lines;
    for (int i = 0; i < 20000; ++i) lines += "x\n";
    chatd.write(lines);
    chatd.write("/who\n");
    CHECK(chatd.output_has("NAME"));
    CHECK(ann.receive() == "admin: x");
}

TEST_CASE("at a terminal: editing, completion, history, events above the line, Ctrl-D closes") {
    Chatd chatd({}, Process::Standard::terminal);
    CHECK(chatd.output_has("Ctrl-D to close"));
    CHECK(chatd.output_has("> "));
    chatd.write("/st\t\r");
    CHECK(chatd.output_has("members 0"));
    chatd.write("half a li");
    CHECK(chatd.output_has("half a li"));
    const auto ann = Client::joined(chatd, "ann");
    CHECK(chatd.output_has("join   ann"));
    CHECK(chatd.output_has("> half a li")); // drawn again below
    chatd.write("ne\x01of \r");
    CHECK(ann.receive() == "admin: of half a line");
    CHECK(chatd.output_has("shouted to 1"));
    chatd.write("\x10\r"); // ^P: the line before
    CHECK(ann.receive() == "admin: of half a line");
    chatd.write("/kick a\t no reason\r");
    CHECK(ann.receive() == "chatd: you were removed by admin: no reason");
    chatd.write("\x04");
    CHECK(chatd.wait() == 0);
}

TEST_CASE("a key for the room is typed unseen") {
    Screen host(80, 14, CHATD_PROGRAM " --port 0 --bind 127.0.0.1 --room deck-3");
    REQUIRE(host.ends_showing("Ctrl-D"));
    host.type("/key");
    host.press("Enter");
    REQUIRE(host.ends_showing("the room's new key (not shown"));
    host.type("hunter2");
    CHECK_FALSE(host.shows("hunter2"));
    host.press("Enter");
    CHECK(host.ends_showing("the room has a key"));
    host.type("/who"); // and what is typed then is seen again
    CHECK(host.ends_showing("> /who"));
    host.press("Enter");
    CHECK(host.ends_showing("nobody is here"));
    host.press("Up");
    host.press("Up");
    CHECK(host.ends_showing("> /key"));
    CHECK_FALSE(host.shows("hunter2"));
}

TEST_CASE("a key set through a pipe is the next line, and closes the room to classic clients") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    chatd.write("/key\nopen sesame\n/stats\n");
    CHECK(chatd.output_has("the room has a key"));
    CHECK(ann.receive() == "chatd: the room has a key now: join with chat and the key");
    CHECK(ann.receive() == "EXIT");
    CHECK(chatd.output_has("members"));
    chatd.write("/key\n\n");
    CHECK(chatd.output_has("the room has no key"));
    Client::joined(chatd, "bob");
}

TEST_CASE("a room goes on in the background of its terminal, and its prompt comes back with fg") {
    Screen shell(160, 20, "PS1='ready ' ENV= sh -i");
    REQUIRE(shell.ends_showing("ready"));
    shell.type("TERM=xterm " CHATD_PROGRAM " --port 0 --bind 127.0.0.1 --no-history");
    shell.press("Enter");
    REQUIRE(shell.ends_showing("Ctrl-D to close"));
    const auto text = shell.text();
    std::smatch found;
    REQUIRE(std::regex_search(text, found, std::regex("nc -u 127.0.0.1 ([0-9]+)")));
    const Client ann(static_cast<std::uint16_t>(std::stoi(found[1].str())));
    const auto is_open = [&] {
        ann.send("L ann");
        return ann.receive() == "OK";
    };
    REQUIRE(is_open());
    shell.type("half a line");
    REQUIRE(shell.ends_showing("> half a line"));
    shell.press("C-z");
    REQUIRE(shell.ends_showing("topped"));
    shell.type("bg");
    shell.press("Enter");
    CHECK(is_open());
    for (const auto* word : {"one", "two", "three"}) { // what is typed is the shell's
        shell.type(std::string("echo $((6 * 7))") + word);
        shell.press("Enter");
        CHECK(shell.ends_showing(std::string("42") + word));
        CHECK(is_open());
        shell.type("kill -STOP %1; kill -CONT %1");
        shell.press("Enter");
        CHECK(is_open());
    }
    shell.type("fg");
    shell.press("Enter");
    CHECK(shell.ends_showing("> half a line")); // as it was
    shell.press("C-u");
    shell.type("/who");
    CHECK(shell.ends_showing("> /who"));
    shell.press("Enter");
    CHECK(shell.ends_showing("ann   127.0.0.1"));
    shell.press("C-z"); // and from there right back
    shell.type("fg");
    shell.press("Enter");
    shell.type("/topic tea\t");
    shell.press("Enter");
    CHECK(shell.ends_showing("> /topic tea"));
}
