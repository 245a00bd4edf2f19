// SPDX-License-Identifier: MIT
// What a person meets who starts the programs wrongly, or where something is in the way.
#include "tests/e2e/process.hpp"

#include "common/net/udp_socket.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sysexits.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

using e2e::Chatd;
using e2e::Process;

namespace {

/// The status and the only line on standard error.
void check_failure(std::vector<std::string> arguments, int status, std::string_view sentence) {
    Process process(std::move(arguments));
    process.close_input();
    CHECK(process.wait() == status);
    CHECK(process.errors() == std::string(sentence) + "\n");
}

} // namespace

TEST_CASE("a port that is in use") {
    Chatd first;
    const auto port = std::to_string(first.port());
    check_failure({CHATD_PROGRAM, "--port", port}, EX_UNAVAILABLE,
                  "chatd: cannot bind 0.0.0.0:" + port +
                      "/udp: Address already in use (is another chatd running? --port takes another one)");
}

TEST_CASE("an address that this machine does not have") {
    check_failure(
        {CHATD_PROGRAM, "--bind", "203.0.113.7", "--port", "0"}, EX_UNAVAILABLE,
        "chatd: cannot bind 203.0.113.7:0/udp: Cannot assign requested address (no interface of this machine "
        "has that address)");
}

TEST_CASE("the line to join with has the address that the room is bound to") {
    Chatd four({"--bind", "127.0.0.1"});
    CHECK(four.output().find("join with:  chat 127.0.0.1:" + std::to_string(four.port()) + "#") !=
          std::string::npos);
    Chatd six({"--bind", "::1"});
    CHECK(six.output().find("join with:  chat [::1]:" + std::to_string(six.port()) + "#") !=
          std::string::npos);
}

TEST_CASE("a program that sends plain UDP is invited only where it is let in") {
    const auto invites = [](std::vector<std::string> arguments) {
        Chatd chatd(std::move(arguments));
        chatd.write("/help\n");
        CHECK(chatd.output_has("Commands:")); // behind all of the first lines
        return chatd.output().find("nc -u") != std::string::npos;
    };
    CHECK(invites({}));
    CHECK_FALSE(invites({"--classic", "off"}));
    const test::TemporaryDirectory directory;
    const auto key = directory.file("key");
    std::ofstream(key) << "mast and sail\n";
    std::filesystem::permissions(key, std::filesystem::perms::owner_read);
    CHECK_FALSE(invites({"--key-file", key.string()}));
}

TEST_CASE("options that are wrong") {
    check_failure({CHATD_PROGRAM, "--prot", "9000"}, EX_USAGE,
                  "chatd: no option '--prot'; did you mean '--port'?");
    check_failure({CHAT_PROGRAM, "--plian"}, EX_USAGE, "chat: no option '--plian'; did you mean '--plain'?");
    check_failure({CHAT_PROGRAM, "--name", "a b"}, EX_USAGE,
                  "chat: 'a b' is no name: letters and digits, with . _ - between them");
    check_failure({CHAT_PROGRAM, "--name", "ci", "--send", ""}, EX_USAGE,
                  "chat: --send takes something to say, not ''");
    check_failure({CHAT_PROGRAM, "--name", "ci", "--send", "  "}, EX_USAGE,
                  "chat: --send takes something to say, not '  '");
}

namespace {

std::set<std::string> matches(const std::string& text, const char* pattern) {
    const std::regex regex(pattern);
    std::set<std::string> found;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), regex); at != std::sregex_iterator(); ++at)
        found.insert((*at)[1]);
    return found;
}

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("the manual pages list the options that --help lists, and the commands that /help lists") {
    for (const auto& [program, page] :
         {std::pair{CHATD_PROGRAM, "/../man/chatd.8"}, {CHAT_PROGRAM, "/../man/chat.1"}}) {
        Process help({program, "--help"});
        REQUIRE(help.wait() == 0);
        const auto manual = content_of(std::string(TESTS_DIRECTORY) + page);
        const auto options = matches(help.output(), "--([a-z][a-z-]+)");
        CHECK(options.size() >= 5);
        CHECK(options == matches(manual, "(?:\\bFl |\\| )-([a-z][a-z-]+)"));
    }
    Chatd chatd;
    chatd.write("/help\n");
    REQUIRE(chatd.output_has("//text"));
    CHECK(matches(chatd.output(), "\n  (/[a-z]+)") ==
          matches(content_of(TESTS_DIRECTORY "/../man/chatd.8"), "\n.It Ic (/[a-z]+)"));
}

TEST_CASE("help and version") {
    for (const std::string program : {CHATD_PROGRAM, CHAT_PROGRAM}) {
        Process help({program, "--help"});
        CHECK(help.wait() == 0);
        CHECK(help.output().starts_with("Usage: "));
        Process version({program, "--version"});
        CHECK(version.wait() == 0);
    }
}

TEST_CASE("nobody hosts there") {
    // A port that was free a moment ago.
    std::string port;
    {
        Chatd chatd;
        port = std::to_string(chatd.port());
    }
    check_failure(
        {CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port}, EX_UNAVAILABLE,
        "chat: nobody hosts a room on 127.0.0.1:" + port +
            "/udp: that machine answers that the port is closed (is chatd running there, and on this port?)");
}

TEST_CASE("nobody answers there") {
    // A port that is open and silent.
    const net::UdpSocket silent(net::Address::parse("127.0.0.1", 0).value());
    const auto port = std::to_string(silent.local_address().port());
    check_failure({CHAT_PROGRAM, "--name", "ann", "127.0.0.1:" + port}, EX_UNAVAILABLE,
                  "chat: no answer from 127.0.0.1:" + port +
                      "/udp in 3 s: is chatd running there, does a firewall block UDP " + port +
                      "? (a room that knows only the classic protocol takes --classic)");
}
