// SPDX-License-Identifier: MIT
// chat as its user sees it: on a screen, and through pipes.
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
using e2e::Member;
using e2e::Process;
using e2e::Screen;
using test::TemporaryDirectory;

namespace {

std::string chat(const std::string& name, const std::string& host) {
    return std::string(CHAT_PROGRAM) + " --name " + name + " " + host;
}

} // namespace

TEST_CASE("two people talk on their screens, with the admin and a simple client") {
    Chatd chatd;
    Member anna(chatd, "anna", {80, 16});
    Screen bob(60, 12, chat("bob", chatd.trusted_host()));
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
    Member anna(chatd, "anna", {70, 12});
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
    Screen screen(80, 12, chat("bob", chatd.trusted_host()));
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
        return "sh -c 'echo before; before=$(stty -g); " + chat("ann", chatd.trusted_host()) +
               "; s=$?; [ \"$(stty -g)\" = \"$before\" ] && echo modes are the same; echo status $s; exec "
               "cat'";
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
        Process kill({"pkill", "-" + std::to_string(signal), "-f",
                      "^" CHAT_PROGRAM " .*" + chatd.trusted_host() + "$"});
        REQUIRE(kill.wait() == 0);
    }
    CHECK(screen.ends_showing("modes are the same"));
    CHECK(screen.ends_showing("status " + std::to_string(status)));
    CHECK_MESSAGE(screen.shows("before"), screen.text());
    CHECK_FALSE(screen.shows("[ann]"));
}

TEST_CASE("a host that closes is told, and nothing hangs") {
    Chatd chatd;
    Member anna(chatd, "anna");
    chatd.write("/quit\n");
    CHECK(anna.ends_showing("the room is closed"));
    CHECK(anna.ends_showing("not in the room"));
}

TEST_CASE("a host that was killed is waited for, and the line is sent when it is back") {
    auto chatd = std::make_unique<Chatd>();
    const auto port = std::to_string(chatd->port());
    Screen anna(80, 12, chat("anna", chatd->trusted_host()));
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
    const TemporaryDirectory state;
    Process other({CHATD_PROGRAM, "--port", port}, Process::Standard::pipes,
                  {{"XDG_STATE_HOME", state.path}});
    REQUIRE(other.output_has("yourname"));
    Process member({CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port});
    CHECK(member.wait() == EX_NOPERM);
    CHECK(member.errors().find("HAS CHANGED, from " + first + " to ") != std::string::npos);
    Process pinned({CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port + "#" + first});
    CHECK(pinned.wait() == EX_NOPERM);
    CHECK(pinned.errors().find("which the command line says") != std::string::npos);
    CHECK(pinned.errors().find("HAS CHANGED") == std::string::npos);
    CHECK(pinned.errors().find("known_rooms") == std::string::npos);
    // The same fingerprint cut short is a mistake at the keyboard.
    Process cut({CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port + "#" + first.substr(0, 9)});
    CHECK(cut.wait() == EX_USAGE);
    CHECK(cut.errors().find("16 digits") != std::string::npos);
    // In the picker's list it is not just another new room.
    Process list({CHAT_PROGRAM, "--list", "--port", port});
    CHECK(list.wait() == 0);
    CHECK(list.output().find("  NOT THE KEY THAT IS KNOWN") != std::string::npos);
}

TEST_CASE("chat can speak the classic protocol") {
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

TEST_CASE("a host that is new is asked about, and remembered") {
    Chatd chatd;
    const auto fingerprint = chatd.fingerprint();
    {
        Screen anna(80, 14, chat("anna", chatd.host()));
        CHECK(anna.ends_showing(fingerprint));
        REQUIRE(anna.ends_showing("join it? [y/N]"));
        anna.press("Enter");
        CHECK(anna.ends_showing("was not confirmed"));
    }
    {
        Screen anna(80, 14, chat("anna", chatd.host()));
        REQUIRE(anna.ends_showing("join it? [y/N]"));
        anna.type("y");
        anna.press("Enter");
        CHECK(anna.ends_showing("[anna]"));
    }
    Screen anna(80, 14, chat("anna", chatd.host()));
    CHECK(anna.ends_showing("[anna]"));
}

TEST_CASE("a room with a key: asked for unseen or read from a file, and told if it is wrong") {
    const auto directory = std::filesystem::temp_directory_path() / ("chat-key-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory);
    const auto file = (directory / "key").string();
    std::ofstream(file) << "open sesame\n";
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    Chatd chatd({"--key-file", file});
    Screen anna(80, 14, chat("anna", chatd.host()));
    REQUIRE(anna.ends_showing("the room's key (not shown"));
    anna.type("sesame");
    anna.press("Enter");
    REQUIRE(anna.ends_showing("that is not the room's key"));
    anna.type("open sesame");
    anna.press("Enter");
    CHECK(anna.ends_showing("[anna]"));
    CHECK(anna.ends_showing("encrypted, with a key"));

    Process member({CHAT_PROGRAM, "--name", "bob", "--key-file", file, chatd.host()});
    member.write("hello\n");
    CHECK(anna.ends_showing(" bob │ hello"));
    Process without({CHAT_PROGRAM, "--name", "carl", chatd.host()});
    CHECK(without.wait() == EX_NOPERM);
    CHECK(without.errors().find("wants a key: --key-file FILE gives it") != std::string::npos);
    std::ofstream(file) << "other\n";
    Process wrong({CHAT_PROGRAM, "--name", "carl", "--key-file", file, chatd.host()});
    CHECK(wrong.wait() == EX_NOPERM);
    CHECK(wrong.errors().find("that is not the key of the room") != std::string::npos);
    Chatd open;
    Process unwanted({CHAT_PROGRAM, "--name", "carl", "--key-file", file, open.host()});
    CHECK(unwanted.wait() == EX_NOPERM);
    const Client dora(chatd.port());
    dora.send("L dora");
    CHECK(dora.receive() == "chatd: this room takes encrypted clients only: join with chat");
    std::filesystem::remove_all(directory);
}

TEST_CASE("talking in more ways than one") {
    Chatd chatd;
    Member anna(chatd, "anna", {80, 16});
    Screen bob(80, 16, chat("bob", chatd.trusted_host()));
    REQUIRE(anna.ends_showing("bob joined"));
    Process listener({CHAT_PROGRAM, "--json", "--name", "carl", chatd.host()});
    REQUIRE(anna.ends_showing("here 3"));
    const auto command = [](Screen& screen, const char* line) {
        screen.type(line);
        screen.press("Enter");
    };
    bob.type("thinking about");
    CHECK(anna.ends_showing("bob is typing"));
    bob.press("C-u");
    command(bob, "/me waves");
    CHECK(anna.ends_showing(" *bob │ waves"));
    CHECK(listener.output_has(R"("kind":"act","name":"bob","text":"waves")"));
    command(anna, "/msg bob only you");
    CHECK(bob.ends_showing(">[anna] │ only you"));
    CHECK(anna.ends_showing(" [anna] │ [to bob] only you"));
    command(bob, "/reply and you");
    CHECK(anna.ends_showing(">[bob] │ and you")); // for her alone
    command(bob, "/nick rob");
    CHECK(anna.ends_showing("bob is now called rob"));
    CHECK(bob.ends_showing("[rob]"));
    CHECK(listener.output_has(R"("kind":"rename","name":"bob","to":"rob")"));
    command(bob, "/away lunch");
    CHECK(anna.ends_showing("rob is away: lunch"));
    CHECK(anna.ends_showing("│ rob away"));
    command(anna, "/msg nobody hi");
    CHECK(anna.ends_showing("nobody of that name is here"));
    CHECK(anna.ends_showing("NOT SENT"));
    chatd.write("/topic drill at 15:00\n");
    CHECK(anna.ends_showing("│ drill at 15:00"));
    CHECK(listener.output_has(R"("kind":"topic","text":"drill at 15:00")"));
    CHECK(listener.output().find("only you") == std::string::npos);
    Screen dora(80, 16, chat("dora", chatd.trusted_host()));
    CHECK(dora.ends_showing("│ drill at 15:00")); // a newcomer is told
}

TEST_CASE("somebody else under a name that was here is told, with both keys") {
    Chatd chatd;
    const test::TemporaryDirectory first;
    const test::TemporaryDirectory second;
    Member anna(chatd, "anna", {90, 16});
    const auto be_zoe = [&](const std::string& data) {
        Process zoe({CHAT_PROGRAM, "--name", "zoe", "--send", "it is me", chatd.host()},
                    Process::Standard::pipes, {{"XDG_DATA_HOME", data}, {"XDG_STATE_HOME", data}});
        CHECK(zoe.wait() == 0);
    };
    be_zoe(first.path);
    REQUIRE(anna.ends_showing("zoe │ it is me"));
    be_zoe(first.path);
    be_zoe(second.path);
    CHECK(anna.ends_showing("!key │ zoe has another key than before,"));
    CHECK(anna.ends_showing("it may be somebody else"));
}

TEST_CASE("rooms are found without an address") {
    const Chatd chatd({"--room", "deck-3"});
    const auto port = std::to_string(chatd.port());
    const test::TemporaryDirectory directory; // where no room is known
    const std::map<std::string, std::string> home = {{"XDG_DATA_HOME", directory.path}};
    const auto pipes = Process::Standard::pipes;
    Process list({CHAT_PROGRAM, "--list", "--port", port}, pipes, home);
    CHECK(list.wait() == 0);
    CHECK(list.output().find("deck-3") != std::string::npos);
    CHECK(list.output().find(chatd.fingerprint() + "  new") != std::string::npos);
    CHECK(std::count(list.output().begin(), list.output().end(), '\n') ==
          2); // one room, however it is reached
    Process member({CHAT_PROGRAM, "--name", "ann", "--port", port, "--send", "found you"}, pipes, home);
    CHECK(member.wait() == 0);
    auto typed = chatd.fingerprint();
    for (auto& c : typed) c = static_cast<char>(std::tolower(c));
    Process pinned({CHAT_PROGRAM, "--name", "ann", "--send", "hi", chatd.host() + "#" + typed}, pipes, home);
    CHECK(pinned.wait() == 0);
    Process known({CHAT_PROGRAM, "--list", "--port", port}, pipes, home);
    CHECK(known.wait() == 0);
    CHECK(known.output().find(chatd.fingerprint() + "  known") != std::string::npos);
}

TEST_CASE("no room to be found is told with what was tried") {
    std::string port;
    {
        const Chatd chatd;
        port = std::to_string(chatd.port());
    }
    Process nothing({CHAT_PROGRAM, "--list", "--port", port});
    CHECK(nothing.wait() == EX_UNAVAILABLE);
    CHECK(nothing.errors().find("no room was found on the networks here in 1 s") != std::string::npos);
}
