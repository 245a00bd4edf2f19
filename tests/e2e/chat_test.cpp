// SPDX-License-Identifier: MIT
// chat as its user sees it: on a screen, and through pipes.
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

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

namespace {

std::string chat(const std::string& name, const std::string& host) {
    return std::string(CHAT_PROGRAM) + " --name " + name + " " + host;
}

} // namespace

TEST_CASE("two people talk on their screens, with the admin and a simple client") {
    Chatd chatd;
    Screen anna(80, 16, chat("anna", chatd.host()));
    REQUIRE(anna.ends_showing("[anna]"));
    Screen bob(60, 12, chat("bob", chatd.host()));
    REQUIRE(anna.ends_showing("bob joined"));
    bob.type("hello 你好 👩‍👩‍👧 e\u0301nd");
    bob.press("Enter");
    CHECK(anna.ends_showing(" bob │ hello 你好 👩 e\u0301nd"));
    CHECK(bob.ends_showing(" bob │ hello 你好"));
    const auto carl = Client::joined(chatd, "carl");
    carl.send("C carl from a socket");
    CHECK(anna.ends_showing("carl │ from a socket"));
    CHECK(bob.ends_showing("carl │ from a socket"));
    chatd.write("fire drill\n");
    CHECK(anna.ends_showing("!admin │ fire drill"));
    CHECK(carl.receive() == "admin: fire drill");
    CHECK(anna.ends_showing("here 3"));
    anna.type("/quit");
    anna.press("Enter");
    CHECK(bob.ends_showing("anna left"));
}

TEST_CASE("scrolling, resizing and commands") {
    Chatd chatd({"--flood", "off"});
    Screen anna(70, 12, chat("anna", chatd.host()));
    REQUIRE(anna.ends_showing("[anna]"));
    const auto bob = Client::joined(chatd, "bob");
    for (int i = 0; i < 40; ++i) bob.send("C bob line " + std::to_string(i));
    CHECK(anna.ends_showing("line 39"));
    anna.press("PPage");
    CHECK(anna.ends_showing("scrolled up"));
    CHECK_FALSE(anna.shows("line 39"));
    bob.send("C bob one more");
    CHECK(anna.ends_showing("1 new below"));
    anna.press("NPage");
    CHECK(anna.ends_showing("line 39"));
    anna.press("NPage");
    CHECK(anna.ends_showing("one more"));
    anna.press("PPage");
    CHECK(anna.ends_showing("scrolled up"));
    anna.press("M-End");
    CHECK(anna.ends_showing("one more"));
    anna.resize(40, 8);
    CHECK(anna.ends_showing("one more"));
    CHECK_FALSE(anna.shows("here 2"));
    anna.resize(10, 3);
    CHECK(anna.ends_showing("too small"));
    anna.resize(90, 20);
    CHECK(anna.ends_showing("line 30"));
    CHECK(anna.ends_showing("here 2"));
    anna.type("/wo");
    anna.press("Enter");
    CHECK(anna.ends_showing("did you mean '/who'?"));
    anna.press("Up");
    CHECK(anna.ends_showing("> /wo"));
    anna.press("C-c");
    CHECK(e2e::eventually([&] { return !anna.shows("> /wo"); }));
    anna.type("/clear");
    anna.press("Enter");
    CHECK(e2e::eventually([&] { return !anna.shows("line 30"); }));
}

TEST_CASE("a name that is taken is asked for again at a terminal") {
    Chatd chatd;
    const auto bob = Client::joined(chatd, "bob");
    Screen screen(80, 12, chat("bob", chatd.host()));
    CHECK(screen.ends_showing("the name bob is taken; bob2 is free"));
    screen.type("bob2");
    screen.press("Enter");
    CHECK(screen.ends_showing("[bob2]"));
    CHECK(bob.receive() == "bob2 joined the room");
}

TEST_CASE("the terminal is as it was, however chat ends") {
    Chatd chatd;
    const auto shell = [&] {
        // The modes before and after, by stty, and whether the shell's own line is still on the screen.
        return "sh -c 'echo before; stty -g > /tmp/chat-tty-" + std::to_string(getpid()) + "; " +
               chat("ann", chatd.host()) + "; s=$?; [ \"$(stty -g)\" = \"$(cat /tmp/chat-tty-" +
               std::to_string(getpid()) + ")\" ] && echo modes are the same; echo status $s; exec cat'";
    };
    Screen screen(60, 12, shell());
    REQUIRE(screen.ends_showing("[ann]"));
    int signal = 0;
    int status = 0;
    SUBCASE("by /quit") {
        screen.type("/quit");
        screen.press("Enter");
    }
    SUBCASE("by ^C twice") {
        screen.press("C-c");
        screen.press("C-c");
    }
    SUBCASE("by SIGTERM") {
        signal = SIGTERM;
    }
    SUBCASE("by SIGHUP") {
        signal = SIGHUP;
    }
    SUBCASE("by a crash") {
        signal = SIGSEGV;
        status = 128 + SIGSEGV;
    }
    if (signal != 0) {
        Process kill(
            {"pkill", "-" + std::to_string(signal), "-f", "^" CHAT_PROGRAM " .*" + chatd.host() + "$"});
        REQUIRE(kill.wait() == 0);
    }
    CHECK(screen.ends_showing("modes are the same"));
    CHECK(screen.ends_showing("status " + std::to_string(status)));
    CHECK_MESSAGE(screen.shows("before"), screen.text());
    CHECK_FALSE(screen.shows("[ann]"));
    std::remove(("/tmp/chat-tty-" + std::to_string(getpid())).c_str());
}

TEST_CASE("a host that closes is told, and nothing hangs") {
    Chatd chatd;
    Screen anna(80, 12, chat("anna", chatd.host()));
    REQUIRE(anna.ends_showing("[anna]"));
    chatd.write("/quit\n");
    CHECK(anna.ends_showing("the room is closed"));
    CHECK(anna.ends_showing("not in the room"));
}

TEST_CASE("a host that was killed is waited for, and the line is sent when it is back") {
    auto chatd = std::make_unique<Chatd>();
    const auto port = std::to_string(chatd->port());
    Screen anna(80, 12, chat("anna", chatd->host()));
    REQUIRE(anna.ends_showing("[anna]"));
    chatd.reset(); // SIGKILL
    anna.type("anybody there?");
    anna.press("Enter");
    CHECK(anna.ends_showing("the host is gone"));
    Process again({CHATD_PROGRAM, "--port", port});
    REQUIRE(again.output_has("yourname"));
    Client bob(static_cast<std::uint16_t>(std::stoi(port)));
    bob.send("L bob");
    REQUIRE(bob.receive() == "OK");
    CHECK(bob.receive() == "anna joined the room");
    CHECK(bob.receive() == "anna: anybody there?");
    CHECK(anna.ends_showing("the host is back"));
}

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

TEST_CASE("a file is said whole, however fast it is read") {
    Chatd chatd({"--flood", "15/1000"});
    const auto bob = Client::joined(chatd, "bob");
    const std::string path = "/tmp/chat-test-" + std::to_string(getpid());
    std::ofstream(path) << "one\ntwo\n\nthree\n";
    Process speaker({"sh", "-c", chat("ann", chatd.host()) + " < " + path});
    CHECK(bob.receive() == "ann joined the room");
    for (const auto* line : {"ann: one", "ann: two", "ann: three", "ann left the room"})
        CHECK(bob.receive() == line);
    CHECK(speaker.wait() == 0);
    std::remove(path.c_str());
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

TEST_CASE("a host whose key has changed is refused, loudly, with both fingerprints") {
    std::string port;
    std::string first;
    {
        Chatd chatd;
        port = std::to_string(chatd.port());
        Process member({CHAT_PROGRAM, "--name", "ann", chatd.host()});
        member.close_input();
        REQUIRE(member.wait() == 0);
        const auto at = chatd.output().find('#');
        first = chatd.output().substr(at + 1, 19);
    }
    Process other({CHATD_PROGRAM, "--port", port}, Process::Standard::pipes,
                  {{"XDG_STATE_HOME", "/tmp/chat-other-state"}});
    REQUIRE(other.output_has("yourname"));
    Process member({CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port});
    CHECK(member.wait() == EX_NOPERM);
    CHECK(member.errors().find("HAS CHANGED, from " + first + " to ") != std::string::npos);
    Process pinned({CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port + "#" + first});
    CHECK(pinned.wait() == EX_NOPERM);
    std::filesystem::remove_all("/tmp/chat-other-state");
}

TEST_CASE("chat can speak the plain protocol") {
    Chatd chatd;
    const auto bob = Client::joined(chatd, "bob");
    Process member({CHAT_PROGRAM, "--classic", "--name", "ann", chatd.host()});
    CHECK(bob.receive() == "ann joined the room");
    member.write("hello\n");
    CHECK(bob.receive() == "ann: hello");
    bob.send("C bob hi");
    CHECK(member.output_has("bob: hi"));
    member.close_input();
    CHECK(bob.receive() == "ann left the room");
    CHECK(member.wait() == 0);
}

TEST_CASE("programs read objects, and send one line that is safe when they return") {
    Chatd chatd;
    Process listener({CHAT_PROGRAM, "--json", "--name", "ann", chatd.host()});
    listener.write("from ann\n");
    listener.close_input(); // it goes on listening
    CHECK(listener.output_has(R"("kind":"join","name":"ann","verified":true})"));
    CHECK(listener.output_has(R"("kind":"say","name":"ann","text":"from ann"})"));
    Process sender({CHAT_PROGRAM, "--name", "ci", "--send", "build 41 is green", chatd.host()});
    CHECK(sender.wait() == 0);
    CHECK(listener.output_has(R"("kind":"say","name":"ci","text":"build 41 is green"})"));
    CHECK(listener.output_has(R"("kind":"leave","name":"ci"})"));
    chatd.write("/quit\n");
    CHECK(listener.output_has(R"("kind":"status","state":"closed"})"));
    CHECK(listener.wait() == EX_UNAVAILABLE);
    CHECK(listener.errors().empty());
}
