// SPDX-License-Identifier: MIT
// Journeys over the screen, in a real terminal: what a person sees, and how the terminal is afterwards.
#include "tests/e2e/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sysexits.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

using e2e::Chatd;
using e2e::Client;
using e2e::Member;
using e2e::Process;
using e2e::Screen;
using test::TemporaryDirectory;

namespace {

std::string chat(const std::string& name, const Chatd& chatd, const std::string& environment = "") {
    return environment + " " CHAT_PROGRAM " --name " + name + " " + chatd.trusted_host();
}

/// With settings, keys and memory of its own.
std::string home(const TemporaryDirectory& directory) {
    return "XDG_CONFIG_HOME=" + directory.path + " XDG_STATE_HOME=" + directory.path;
}

void enter(Screen& screen, const std::string& line) {
    screen.type(line);
    screen.press("Enter");
}

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

constexpr const char* focus_in = "1b 5b 49";
constexpr const char* focus_out = "1b 5b 4f";

} // namespace

TEST_CASE("a message of several lines, names completed, mentions and a mark where one looked away") {
    Chatd chatd({"--flood", "off"});
    Member anna(chatd, "anna", {80, 20});
    Screen bob(80, 20, chat("bob", chatd));
    REQUIRE(anna.ends_showing("bob joined"));
    bob.type("two things:");
    bob.press("M-Enter");
    bob.type("1. the printer is back");
    CHECK(bob.ends_showing("> two things:\n  1. the printer is back"));
    bob.press("Enter");
    CHECK(anna.ends_showing("bob │ two things:"));
    CHECK(anna.ends_showing("    │ 1. the printer is back"));
    anna.press_bytes(focus_out);
    anna.press("C-l"); // the keys before it have been taken when it is drawn anew
    bob.type("an");
    bob.press("Tab");
    CHECK(bob.ends_showing("> anna:"));
    enter(bob, "can you check rack 3?");
    CHECK(anna.ends_showing(">bob │ anna: can you check rack 3?"));
    CHECK(anna.ends_showing("- 1 unread -"));
    CHECK(e2e::eventually([&] { return anna.title().starts_with("(1) "); }));
    anna.press_bytes(focus_in);
    CHECK(e2e::eventually([&] { return !anna.title().starts_with("("); }));
    for (int i = 0; i < 30; ++i) enter(bob, "line " + std::to_string(i));
    CHECK(anna.ends_showing("line 29"));
    anna.press("M-u");
    CHECK(anna.ends_showing("- 1 unread -"));
    anna.press("M-End");
    CHECK(anna.ends_showing("line 29"));
    anna.press("M-p");
    CHECK(anna.ends_showing(">bob │ anna: can you check rack 3?"));
    enter(anna, "/mentions");
    CHECK(anna.ends_showing("bob: anna: can you check rack 3?"));
}

TEST_CASE("what is looked for is found as it is typed, and the view goes back") {
    Chatd chatd({"--flood", "off"});
    Member anna(chatd, "anna");
    const auto bob = Client::joined(chatd, "bob");
    bob.send("C bob the Printer is on fire");
    for (int i = 0; i < 30; ++i) bob.send("C bob line " + std::to_string(i));
    REQUIRE(anna.ends_showing("line 29"));
    anna.press("C-r");
    anna.type("printer");
    CHECK(anna.ends_showing("the Printer is on fire"));
    CHECK(anna.shows("search: printer"));
    anna.press("Escape");
    CHECK(anna.ends_showing("line 29"));
    CHECK(e2e::eventually([&] { return !anna.shows("search:"); }));
    enter(anna, "/search fire");
    CHECK(anna.ends_showing("the Printer is on fire"));
    anna.press("Enter");
    CHECK(anna.ends_showing("scrolled up"));
    anna.press("C-r");
    anna.type("scanner");
    CHECK(anna.ends_showing("not here; /history asks the host"));
    anna.press("Escape");
    CHECK(e2e::eventually([&] { return !anna.shows("search:"); })); // a key right behind it would be Alt's
    enter(anna, "/history LINE 17");
    CHECK(anna.ends_showing("1 found, that is all"));
}

TEST_CASE("scrolling up goes on where the screen began, as far as the host remembers") {
    const TemporaryDirectory directory;
    Chatd chatd({"--flood", "off", "--history", "5", "--state-dir", directory.path});
    const auto bob = Client::joined(chatd, "bob");
    for (int i = 0; i < 150; ++i) bob.send("C bob line " + std::to_string(i) + ".");
    CHECK(bob.heard_nothing_before("L bob", "OK"));
    Screen anna(80, 14, chat("anna", chatd));
    REQUIRE(anna.ends_showing("line 149."));
    CHECK(anna.shows("history: what was said before you came"));
    CHECK_FALSE(anna.shows("line 144."));
    anna.press("M-Home");
    CHECK(anna.ends_showing("line 140.")); // what came above fills the screen
    anna.press("M-Home");
    CHECK(anna.ends_showing("line 45."));
    anna.press("M-Home");
    anna.press("M-Home");
    CHECK(anna.ends_showing("line 0."));
    CHECK(anna.ends_showing("nothing older is kept"));
    anna.press("M-End");
    CHECK(anna.ends_showing("line 149."));
}

TEST_CASE("a paste of several lines is asked about, and said, edited or dropped") {
    Chatd chatd;
    Member anna(chatd, "anna", {80, 20});
    Member bob(chatd, "bob", {80, 20});
    anna.paste("first\nsecond\nthird");
    CHECK(anna.ends_showing("a paste of 3 lines, 18 characters"));
    CHECK_FALSE(bob.shows("first"));
    anna.press("Escape");
    CHECK(e2e::eventually([&] { return !anna.shows("a paste"); }));
    anna.paste("first\nsecond\nthird");
    REQUIRE(anna.ends_showing("a paste of 3 lines"));
    anna.type("e");
    CHECK(anna.ends_showing("> first\n  second\n  third"));
    anna.press("C-c");
    anna.paste("one line is as good as typed");
    CHECK(anna.ends_showing("> one line is as good as typed"));
    anna.press("C-c");
    anna.paste("first\nsecond\nthird");
    REQUIRE(anna.ends_showing("a paste of 3 lines"));
    anna.press("Enter");
    CHECK(bob.ends_showing("anna │ first"));
    CHECK(bob.ends_showing("     │ second"));
    CHECK(bob.ends_showing("     │ third"));
    CHECK(anna.ends_showing("anna │ first"));
}

TEST_CASE("a line that was not sent is sent again with a key") {
    Chatd chatd;
    Member anna(chatd, "anna");
    enter(anna, "/msg bob are you there?");
    CHECK(anna.ends_showing("NOT SENT, ^T again"));
    Screen bob(80, 12, chat("bob", chatd));
    REQUIRE(anna.ends_showing("bob joined"));
    anna.press("C-t");
    CHECK(bob.ends_showing(">[anna] │ are you there?"));
    CHECK(e2e::eventually([&] { return !anna.shows("NOT SENT"); }));
    anna.press("C-t");
    CHECK(anna.ends_showing("every line is sent, or on its way"));
}

TEST_CASE("what was set, typed and bound is there at the next start") {
    const TemporaryDirectory directory;
    Chatd chatd;
    {
        Member anna(chatd, "anna", {80, 16}, home(directory));
        enter(anna, "remember me");
        CHECK(anna.ends_showing("anna │ remember me"));
        enter(anna, "/set roster off");
        CHECK(e2e::eventually([&] { return !anna.shows("here 1"); }));
        enter(anna, "/set bind ^G help");
        anna.press("C-g");
        CHECK(anna.ends_showing("write in your $EDITOR"));
        enter(anna, "/set bell loud");
        CHECK(anna.ends_showing("'bell' takes off|mention|all, not 'loud'"));
        enter(anna, "/quit");
    }
    CHECK(content_of(directory.path + "/chat/chat.conf") == "roster = off\nbind = ^G help\n");
    Member anna(chatd, "anna", {80, 16}, home(directory));
    CHECK_FALSE(anna.shows("here 1"));
    for (int i = 0; i < 5; ++i) anna.press("Up");
    CHECK(anna.ends_showing("> remember me"));
    anna.press("C-c");
    anna.press("C-g");
    CHECK(anna.ends_showing("write in your $EDITOR"));
}

TEST_CASE(
    "a long message is written in the user's own editor, and a program is told of what is for the user") {
    const TemporaryDirectory directory;
    std::ofstream(directory.path + "/editor") << "#!/bin/sh\nprintf 'written\\nelsewhere\\n' >> \"$1\"\n";
    std::ofstream(directory.path + "/notify")
        << "#!/bin/sh\necho \"$CHAT_KIND: $CHAT_NAME in $CHAT_ROOM: $CHAT_TEXT\" >> " << directory.path
        << "/told\n";
    for (const auto* name : {"/editor", "/notify"})
        std::filesystem::permissions(directory.path + name, std::filesystem::perms::owner_all);
    Chatd chatd({"--room", "deck-3"});
    Member anna(chatd, "anna", {80, 16}, home(directory) + " EDITOR=" + directory.path + "/editor");
    anna.type("a line: ");
    anna.press("C-x");
    anna.press("C-e");
    CHECK(anna.ends_showing("> a line: written\n  elsewhere"));
    anna.press("C-c");
    enter(anna, "/set notify " + directory.path + "/notify");
    const auto bob = Client::joined(chatd, "bob");
    bob.send("C bob nothing for her");
    bob.send("C bob anna: $(touch pwned) `id`; look");
    CHECK(anna.ends_showing("look"));
    CHECK(e2e::eventually([&] { return content_of(directory.path + "/told").ends_with("look\n"); }));
    CHECK(content_of(directory.path + "/told") == "say: bob in deck-3: anna: $(touch pwned) `id`; look\n");
    enter(anna, "/set notify /nonexistent");
    bob.send("C bob anna?");
    CHECK(anna.ends_showing("cannot run '/nonexistent'"));
}

TEST_CASE("any size, a storm of resizes, and glyphs that do not fit leave no stale cell") {
    Chatd chatd({"--flood", "off"});
    Member anna(chatd, "anna", {80, 20});
    const auto bob = Client::joined(chatd, "bob");
    bob.send("C bob 👩‍👩‍👧‍👦 family 你好你好你好你好 e\u0301nd 🇩🇪 👍🏽");
    REQUIRE(anna.ends_showing("family"));
    for (const auto& [columns, rows] : {std::pair{1, 1}, {2, 30}, {3, 1}, {200, 2}, {19, 4}, {20, 4}})
        anna.resize(columns, rows);
    for (int i = 0; i < 60; ++i) anna.resize(20 + i * 7 % 120, 4 + i * 5 % 30);
    for (int i = 0; i < 30; ++i) bob.send("C bob line " + std::to_string(i));
    anna.resize(80, 20);
    enter(anna, "still here");
    CHECK(anna.ends_showing("anna │ still here"));
    CHECK(anna.ends_showing("line 15")); // it is as high as that
    // The family is scrolled away, with all of its cells; and drawn anew the screen is the same.
    CHECK_FALSE(anna.shows("👩"));
    CHECK_FALSE(anna.shows("family"));
    anna.type("x");
    REQUIRE(anna.ends_showing("> x"));
    const auto before = anna.text();
    anna.press("C-l");
    anna.type("y");
    REQUIRE(anna.ends_showing("> xy"));
    CHECK(anna.text().substr(0, before.rfind("> x")) == before.substr(0, before.rfind("> x")));
}

TEST_CASE("^Z gives the terminal back, and fg the screen") {
    Chatd chatd;
    Screen shell(80, 16, "env PS1='$ ' sh -i");
    REQUIRE(shell.ends_showing("$"));
    enter(shell, chat("anna", chatd));
    REQUIRE(shell.ends_showing("[anna]"));
    shell.type("half a line");
    shell.press("C-z");
    CHECK(shell.ends_showing("topped")); // in the shell's words
    CHECK_FALSE(shell.shows("[anna]"));
    enter(shell, "fg");
    CHECK(shell.ends_showing("> half a line"));
    shell.press("C-c");
    enter(shell, "/quit");
    REQUIRE(e2e::eventually([&] { // the shell's turn: what is typed before that, it shows elsewhere
        const auto screen = shell.text();
        const auto end = screen.find_last_not_of(" \n");
        return end != std::string::npos && std::string_view(screen).substr(0, end + 1).ends_with("\n$");
    }));
    enter(shell, "echo ba'ck'");
    CHECK(shell.ends_showing("\nback"));
}

TEST_CASE("an outage is shown, what is typed waits, and all is there when the host is back") {
    Chatd chatd;
    Member anna(chatd, "anna");
    chatd.signal(SIGSTOP);
    enter(anna, "into the void");
    CHECK(anna.ends_showing("sending"));
    CHECK(anna.ends_showing("last contact"));
    CHECK(anna.shows("1 waiting"));
    chatd.signal(SIGCONT);
    CHECK(anna.ends_showing("the host is back"));
    CHECK(e2e::eventually([&] { return !anna.shows("sending"); }));
}

TEST_CASE("terminals of every kind show the screen, and one that can't says what to do") {
    Chatd chatd;
    for (const std::string term : {"xterm-256color", "screen", "linux", "vt100", "xterm-direct"}) {
        CAPTURE(term);
        Screen anna(80, 12, chat("anna", chatd, "TERM=" + term));
        CHECK(anna.ends_showing("[anna]"));
        enter(anna, "hello from " + term);
        CHECK(anna.ends_showing("anna │ hello from " + term));
        enter(anna, "/quit");
    }
    for (const std::string term : {"dumb", "nonexistent"}) {
        Process anna({CHAT_PROGRAM, "--name", "anna", chatd.trusted_host()}, Process::Standard::terminal,
                     {{"TERM", term}});
        CHECK(anna.wait() == EX_UNAVAILABLE);
        CHECK(anna.output().find("--plain") != std::string::npos);
    }
}

TEST_CASE("the modes that were switched on are off again, however it ends") {
    Chatd chatd;
    for (const int signal : {0, SIGTERM, SIGHUP, SIGSEGV}) {
        CAPTURE(signal);
        Process anna({CHAT_PROGRAM, "--name", "anna", chatd.trusted_host()}, Process::Standard::terminal);
        REQUIRE(anna.output_has("\033[?2004h\033[?1004h"));
        REQUIRE(anna.output_has("anna"));
        if (signal == 0)
            anna.write("/quit\r");
        else
            anna.signal(signal);
        anna.wait();
        const auto& output = anna.output();
        const auto off = output.rfind("\033[?2004l\033[?1004l");
        REQUIRE(off != std::string::npos);
        CHECK(output.find("\033[?2004h", off) == std::string::npos);
        CHECK(output.find("\033[?1049l", off) != std::string::npos); // and the screen is the old one
    }
}

TEST_CASE("of several rooms one is picked from a list that changes while one looks") {
    const TemporaryDirectory here;
    const TemporaryDirectory there;
    Chatd deck({"--bind", "127.0.0.1", "--room", "deck-3", "--state-dir", here.path});
    const auto port = std::to_string(deck.port());
    Process galley(
        {CHATD_PROGRAM, "--bind", "::1", "--port", port, "--room", "galley", "--state-dir", there.path});
    REQUIRE(galley.output_has("yourname"));
    const auto start = std::string(CHAT_PROGRAM) + " --name anna --port " + port;
    Screen anna(90, 12, start);
    REQUIRE(anna.ends_showing("Up and Down choose, Enter joins, Esc leaves"));
    CHECK(anna.ends_showing("> deck-3"));
    CHECK(anna.ends_showing("  galley"));
    CHECK(anna.ends_showing("  ROOM    HOST"));
    const auto bob = Client::joined(deck, "bob");
    CHECK(anna.ends_showing(":" + port + "  1 "));
    anna.press("Down");
    CHECK(anna.ends_showing("> galley"));
    anna.press("Enter");
    CHECK(anna.ends_showing("It calls itself\n    \"galley\""));
    enter(anna, "y");
    CHECK(anna.ends_showing("galley on "));
    CHECK(anna.ends_showing("[anna]"));
    // It is known now, and so joined at once.
    Screen again(90, 12, start);
    CHECK(again.ends_showing("galley on "));
    enter(again, "/quit");
    galley.signal(SIGKILL);
    galley.wait();
    Screen alone(90, 12, start);
    CHECK(alone.ends_showing("It calls itself\n    \"deck-3\"")); // the only one is not asked for
    // A script is not led there, since it knows another one.
    Process script({CHAT_PROGRAM, "--name", "carl", "--port", port, "--send", "secret"});
    CHECK(script.wait() == EX_USAGE);
    CHECK(script.errors().find("chat " + deck.host() + "#" + deck.fingerprint() + " joins it") !=
          std::string::npos);
}

TEST_CASE("the screen speaks the user's language, installed or not") {
    Chatd chatd;
    Screen anna(80, 12, chat("anna", chatd, "LANG=zh_CN.UTF-8"));
    CHECK(anna.ends_showing("│ 加密"));
    CHECK(anna.ends_showing("在这里 1"));
    enter(anna, "/topic");
    CHECK(anna.ends_showing("聊天室没有话题"));
    enter(anna, "/wo");
    CHECK(anna.ends_showing("没有命令 '/wo'；你是想输入 '/who' 吗？"));
}

TEST_CASE("web addresses are links where the terminal is known to have those, and nowhere else") {
    Chatd chatd;
    const auto bob = Client::joined(chatd, "bob");
    const auto shows_link = [&](const std::map<std::string, std::string>& environment) {
        Process anna({CHAT_PROGRAM, "--name", "anna", chatd.trusted_host()}, Process::Standard::terminal,
                     environment);
        REQUIRE(anna.output_has("anna"));
        REQUIRE(chatd.errors_have("anna"));
        bob.send("C bob slides: http://10.0.0.5/slides.pdf end");
        REQUIRE(anna.output_has("end"));
        anna.write("/quit\r");
        CHECK(anna.wait() == 0);
        REQUIRE(chatd.errors_have("leave"));
        return anna.output().find(
                   ";http://10.0.0.5/slides.pdf\033\\http://10.0.0.5/slides.pdf\033]8;;\033\\") !=
               std::string::npos;
    };
    CHECK(shows_link({{"VTE_VERSION", "7000"}}));
    CHECK_FALSE(shows_link({{"VTE_VERSION", ""}}));
    CHECK_FALSE(shows_link({{"VTE_VERSION", "7000"}, {"TERM", "screen"}}));
}
