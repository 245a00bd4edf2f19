// SPDX-License-Identifier: MIT
// chat through pipes: what a script says and reads.
#include "tests/e2e/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sysexits.h>

using e2e::Chatd;
using e2e::Client;
using e2e::Process;
using e2e::Screen;
using test::TemporaryDirectory;

namespace {

std::string chat(const std::string& name, const std::string& host) {
    return std::string(CHAT_PROGRAM) + " --name " + name + " " + host;
}

} // namespace

TEST_CASE("through pipes: lines in, messages out, the rest on standard error") {
    Chatd chatd;
    Process listener({CHAT_PROGRAM, "--name", "ann", chatd.host()});
    REQUIRE(chatd.errors_have("join   ann"));
    const auto bob = Client::joined(chatd, "bob");
    CHECK(listener.errors_have("-- bob joined"));
    bob.send("C bob hello \x1b[31m");
    CHECK(listener.output_has("bob: hello \uFFFD[31m\n"));
    chatd.write("drill\n");
    CHECK(listener.output_has("!admin: drill\n"));
    CHECK(bob.receive() == "admin: drill");
    listener.write("/help is not a command here\n");
    CHECK(bob.receive() == "ann: /help is not a command here");
    listener.write("last line without its end");
    listener.close_input();
    CHECK(bob.receive() == "ann: last line without its end");
    CHECK(bob.receive() == "ann left the room");
    CHECK(listener.wait() == 0);
    CHECK(listener.output() == "bob: hello \uFFFD[31m\n!admin: drill\n");
}

TEST_CASE("through pipes no line looks like a whisper, like something done, or like another's") {
    const test::TemporaryDirectory directory;
    Chatd chatd({"--room", "deck", "--state-dir", directory.path});
    Process listener({CHAT_PROGRAM, "--name", "ann", chatd.host()});
    REQUIRE(chatd.errors_have("join   ann"));
    Screen eve(80, 16, chat("eve", chatd.trusted_host()));
    REQUIRE(listener.errors_have("-- eve joined"));
    const auto enter = [&](const char* line) {
        eve.type(line);
        eve.press("Enter");
    };
    enter("[to you] pay me");
    enter("* bob waves");
    enter("/me waves");
    enter("/msg ann psst");
    eve.type("first");
    eve.press("M-Enter");
    eve.type("admin: fire");
    eve.press("Enter");
    CHECK(listener.output_has("fire\n"));
    CHECK(listener.output() == "eve: [to you] pay me\neve: * bob waves\n* eve waves\neve -> ann: psst\n"
                               "eve: first\neve: admin: fire\n");
    chatd.write("/quit\n");
    REQUIRE(chatd.wait() == 0);
    Process exporter({CHATD_PROGRAM, "export", "--room", "deck", "--state-dir", directory.path});
    CHECK(exporter.wait() == 0);
    CHECK(exporter.output().find("  eve: first\n") != std::string::npos);
    CHECK(exporter.output().find("  eve: admin: fire\n") != std::string::npos);
    CHECK(exporter.output().find("  admin: fire\n") == std::string::npos);
}

TEST_CASE("a file is said whole, however fast it is read") {
    Chatd chatd({"--flood", "15/1000"});
    const auto bob = Client::joined(chatd, "bob");
    const TemporaryDirectory directory;
    const std::string path = directory.file("lines");
    std::ofstream(path) << "one\ntwo\n\nthree\n";
    Process speaker({"sh", "-c", chat("ann", chatd.trusted_host()) + " < " + path});
    CHECK(bob.receive() == "ann joined the room");
    for (const auto* line : {"ann: one", "ann: two", "ann: three", "ann left the room"})
        CHECK(bob.receive() == line);
    CHECK(speaker.wait() == 0);
}

TEST_CASE("through pipes a refused name is status 77, and a host that is gone is 69") {
    Chatd chatd;
    const auto bob = Client::joined(chatd, "bob");
    Process refused({CHAT_PROGRAM, "--name", "bob", chatd.host()});
    CHECK(refused.wait() == EX_NOPERM);
    CHECK(refused.errors() == "chat: " + chatd.host() + " refused: the name bob is taken; bob2 is free\n");
    Process member({CHAT_PROGRAM, "--name", "ann", chatd.host()});
    REQUIRE(chatd.errors_have("join   ann"));
    chatd.write("/kick ann\n");
    CHECK(member.wait() == EX_UNAVAILABLE);
    CHECK(member.errors_have("you were removed by admin"));
}

TEST_CASE("a reader that goes away ends chat, and it says goodbye") {
    Chatd chatd;
    Process listener({CHAT_PROGRAM, "--name", "ann", chatd.host()});
    REQUIRE(chatd.errors_have("join   ann"));
    listener.close_output();
    const auto bob = Client::joined(chatd, "bob");
    bob.send("C bob x");
    CHECK(bob.receive() == "ann left the room");
    CHECK(listener.wait() == 0);
}

TEST_CASE("what nobody read is told the next run") {
    Chatd chatd;
    const test::TemporaryDirectory state;
    const auto start = [&] {
        return std::make_unique<Process>(
            std::vector<std::string>{CHAT_PROGRAM, "--name", "ann", chatd.host()}, Process::Standard::pipes,
            std::map<std::string, std::string>{{"XDG_STATE_HOME", state.path}});
    };
    auto listener = start();
    REQUIRE(chatd.errors_have("join   ann"));
    const auto bob = Client::joined(chatd, "bob");
    bob.send("C bob read");
    REQUIRE(listener->output_has("bob: read"));
    listener->close_output();
    bob.send("C bob not read");
    CHECK(listener->wait() == 0);
    listener = start();
    CHECK(listener->output_has("bob: not read"));
    CHECK(listener->output().find("bob: read") == std::string::npos);
}

TEST_CASE("a reader that has stopped keeps nobody from ending chat") {
    Chatd chatd({"--flood", "off"});
    Process listener({CHAT_PROGRAM, "--json", "--name", "ann", chatd.host()});
    listener.close_input();
    REQUIRE(chatd.errors_have("join   ann"));
    const auto bob = Client::joined(chatd, "bob");
    // More than a pipe holds.
    for (int line = 0; line < 200; ++line) bob.send("C bob " + std::string(1000, 'x'));
    REQUIRE(e2e::eventually([&] { return listener.unread_output() > 40000; }));
    listener.signal(SIGTERM);
    CHECK(chatd.errors_have("leave  ann"));
}

TEST_CASE("programs read objects, and send one line that is safe when they return") {
    Chatd chatd;
    Process listener({CHAT_PROGRAM, "--json", "--name", "ann", chatd.host()});
    listener.write("from ann\n");
    listener.close_input(); // it goes on listening
    CHECK(listener.output_has(R"("kind":"join","name":"ann","verified":true,"key":")"));
    CHECK(listener.output_has(R"("kind":"say","name":"ann","text":"from ann"})"));
    Process sender({CHAT_PROGRAM, "--name", "ci", "--send", "build 41 is green", chatd.host()});
    CHECK(sender.wait() == 0);
    CHECK(sender.output().empty());
    CHECK(sender.errors().empty());
    CHECK(listener.output_has(R"("kind":"say","name":"ci","text":"build 41 is green"})"));
    CHECK(listener.output_has(R"("kind":"leave","name":"ci"})"));
    chatd.write("/quit\n");
    CHECK(listener.output_has(R"("kind":"status","state":"closed"})"));
    CHECK(listener.wait() == EX_UNAVAILABLE);
    CHECK(listener.errors().empty());
}
