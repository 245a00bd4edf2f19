// SPDX-License-Identifier: MIT
// What is asked before the screen is there, at a real terminal: a secret is never shown, whenever it is
// typed.
#include "tests/e2e/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sysexits.h>

#include <csignal>
#include <fstream>

using e2e::Chatd;
using e2e::Process;
using e2e::Screen;
using test::TemporaryDirectory;

namespace {

constexpr const char* key_prompt = "the room's key (not shown; Enter alone leaves):";

/// The file with a room's key.
std::string key_file(const TemporaryDirectory& directory) {
    const auto file = directory.path + "/key";
    std::ofstream(file) << "sesame\n";
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    return file;
}

} // namespace

TEST_CASE("what is typed between two questions is neither shown nor taken for an answer") {
    const TemporaryDirectory directory;
    const Chatd chatd({"--key-file", key_file(directory)});
    Process anna({CHAT_PROGRAM, "--name", "anna", chatd.trusted_host()}, Process::Standard::terminal);
    REQUIRE(anna.output_has(key_prompt));
    chatd.signal(SIGSTOP);
    anna.write("wrong\n");
    CHECK(anna.output_has("checking the key"));
    CHECK_FALSE(anna.does_echo());
    anna.write("typed ahead\n");
    chatd.signal(SIGCONT);
    REQUIRE(anna.output_has("that is not the room's key"));
    REQUIRE(anna.output_has(key_prompt));
    anna.write("sesame\n");
    REQUIRE(anna.output_has("\033[?2004h")); // the screen
    anna.write("/quit\r");
    CHECK(anna.wait() == 0);
    CHECK(anna.does_echo());
    CHECK(anna.output().find("typed ahead") == std::string::npos);
    CHECK(anna.output().find("sesame") == std::string::npos);
}

TEST_CASE("a question that a signal ends leaves the terminal as it was") {
    const TemporaryDirectory directory;
    const Chatd chatd({"--key-file", key_file(directory)});
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        for (const bool is_waiting : {false, true}) {
            CAPTURE(signal);
            CAPTURE(is_waiting);
            Process anna({CHAT_PROGRAM, "--name", "anna", chatd.trusted_host()}, Process::Standard::terminal);
            REQUIRE(anna.output_has(key_prompt));
            CHECK_FALSE(anna.does_echo());
            chatd.signal(SIGSTOP);
            if (is_waiting) {
                anna.write("wrong\n");
                REQUIRE(anna.output_has("checking the key"));
                CHECK_FALSE(anna.does_echo());
            }
            anna.signal(signal);
            CHECK(anna.wait() == (signal == SIGQUIT ? 128 + SIGQUIT : EX_UNAVAILABLE));
            CHECK(anna.does_echo());
            chatd.signal(SIGCONT);
        }
    }
}

TEST_CASE("^Z at a question gives the terminal back, and fg asks again") {
    const TemporaryDirectory directory;
    const Chatd chatd({"--key-file", key_file(directory)});
    Screen shell(80, 16, "env PS1='$ ' sh -i");
    REQUIRE(shell.ends_showing("$"));
    const auto enter = [&](const std::string& line) {
        shell.type(line);
        shell.press("Enter");
    };
    enter(CHAT_PROGRAM " --name anna " + chatd.trusted_host());
    REQUIRE(shell.ends_showing(key_prompt));
    shell.press("C-z");
    CHECK(shell.ends_showing("topped")); // in the shell's words
    enter("clear; echo cl'eared'");
    CHECK(shell.ends_showing("cleared"));
    enter("echo vi'sible'");
    CHECK(shell.ends_showing("echo vi'sible'\nvisible"));
    enter("fg");
    REQUIRE(shell.ends_showing(key_prompt));
    shell.type("sesam");
    shell.press("C-h");
    shell.press("C-l"); // no echo of this either
    shell.press("C-u");
    enter("sesame");
    CHECK(shell.ends_showing("[anna]"));
}
