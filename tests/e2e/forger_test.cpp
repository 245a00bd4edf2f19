// SPDX-License-Identifier: MIT
// What somebody on the host's cable can do with addresses that are not theirs. Two network namespaces with a
// cable between them; the room is on host 0, the forger on host 1.
#include "tests/e2e/cable.hpp"
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

#include <regex>

using e2e::Cable;
using e2e::Process;

namespace {

#define MAKE_OR_SKIP(cable)                                                                                  \
    Cable cable;                                                                                             \
    if (!cable.is_made()) {                                                                                  \
        MESSAGE("skipped: this user may not make network namespaces, or ip is missing");                     \
        return;                                                                                              \
    }

std::vector<std::string> forger(const Cable& cable, const std::string& what) {
    return cable.on(1, {"python3", TESTS_DIRECTORY "/e2e/forger.py", what, cable.hardware_address(0)});
}

std::vector<std::string> room(const Cable& cable) {
    return cable.on(0, {CHATD_PROGRAM, "--flood", "off", "--no-history"});
}

std::size_t count(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    return static_cast<std::size_t>(
        std::distance(std::sregex_iterator(text.begin(), text.end(), expression), std::sregex_iterator()));
}

} // namespace

TEST_CASE("the host's own address from the cable is a stranger's") {
    MAKE_OR_SKIP(cable);
    Process chatd(room(cable));
    REQUIRE(chatd.output_has("yourname"));
    Process stranger(forger(cable, "own-address"));
    REQUIRE(stranger.output_has("done"));
    REQUIRE(chatd.errors_have("last"));
    CHECK(count(chatd.errors(), "join[^\n]* six[0-9]") == 8);  // as many as any address has
    CHECK(count(chatd.errors(), "join[^\n]* four[0-9]") == 0); // Linux takes no such IPv4 source
    CHECK(count(chatd.errors(), "privileged") == 0);
}

TEST_CASE("an address whose name was misused gets no more than its budget") {
    MAKE_OR_SKIP(cable);
    cable.ip(0, "neigh add 10.78.0.66 lladdr " + cable.hardware_address(1) + " dev cable");
    Process chatd(room(cable));
    REQUIRE(chatd.output_has("yourname"));
    Process stranger(forger(cable, "victim"));
    REQUIRE(stranger.output_has(" ms\n"));
    std::smatch found;
    REQUIRE_MESSAGE(std::regex_search(stranger.output(), found, std::regex("heard ([0-9]+) in ([0-9]+) ms")),
                    stranger.errors());
    const auto bytes = std::stoul(found[1].str());
    const auto milliseconds = std::stoul(found[2].str());
    MESSAGE(stranger.output());
    CHECK(bytes >= 16 * 1024);                                     // it did come to that
    const auto refusals = (milliseconds / 1000 + 1) * 120 + 8 * 2; // one a second, and its eight OKs
    CHECK(bytes <= 16 * 1024 + 8 * 1024 * milliseconds / 1000 + refusals);
}

TEST_CASE("a flood of forged ICMP errors ends no membership, and a true one does") {
    MAKE_OR_SKIP(cable);
    Process chatd(room(cable));
    REQUIRE(chatd.output_has("yourname"));
    Process stranger(forger(cable, "errors"));
    REQUIRE_MESSAGE(stranger.output_has("flooded"), stranger.errors());
    chatd.write("are you there?\n");
    CHECK(stranger.output_has("admin: are you there?"));
    CHECK(count(chatd.errors(), "gone") == 0);
    REQUIRE(stranger.output_has("closed"));
    for (const auto* line : {"one\n", "two\n", "three\n"}) {
        chatd.write(line);
        chatd.output_has("shouted to");
    }
    CHECK(chatd.errors_have("port unreachable"));
}

TEST_CASE("chat believes no forged ICMP error, and a true one at once") {
    MAKE_OR_SKIP(cable);
    Process host(forger(cable, "mute-host"));
    REQUIRE_MESSAGE(host.output_has("listening"), host.errors());
    Process chat(cable.on(0, {CHAT_PROGRAM, "--json", "--name", "ann", "10.78.0.2"}));
    CHECK_MESSAGE(host.output_has("asked 6 times"), host.errors());
    CHECK(chat.errors_have("the port is closed"));
    CHECK(chat.wait().value_or(0) != 0);
}

namespace {

/// Whether somebody on the room's own machine gets a line through.
bool is_heard(Process& chat, const std::string& line) {
    chat.write(line + "\n");
    return chat.output_has("\"" + line + "\"");
}

} // namespace

TEST_CASE("answers that wait for neighbours that nobody has seen hold no member up") {
    MAKE_OR_SKIP(cable);
    cable.ip(0, "ntable change name arp_cache dev cable retrans 60000"); // they wait for longer than we do
    Process chatd(room(cable));
    REQUIRE(chatd.output_has("yourname"));
    Process ann(cable.on(0, {CHAT_PROGRAM, "--json", "--name", "ann", "127.0.0.1"}));
    REQUIRE(ann.output_has(R"("state":"online")"));
    Process stranger(forger(cable, "probes"));
    REQUIRE_MESSAGE(stranger.output_has("asked"), stranger.errors());
    CHECK(is_heard(ann, "one"));
    chatd.write("/stats\n");
    CHECK(chatd.output_has("members 1"));
}

TEST_CASE("a full queue of one interface stops nobody at another") {
    MAKE_OR_SKIP(cable);
    Process chatd(room(cable));
    REQUIRE(chatd.output_has("yourname"));
    Process ann(cable.on(0, {CHAT_PROGRAM, "--json", "--name", "ann", "127.0.0.1"}));
    REQUIRE(ann.output_has(R"("state":"online")"));
    cable.ip(0, "neigh add 10.78.0.66 lladdr " + cable.hardware_address(1) + " dev cable");
    Process queue(cable.on(0, {"tc", "qdisc", "add", "dev", "cable", "root", "bfifo", "limit", "1"}));
    if (queue.wait() != 0) {
        MESSAGE("skipped: tc is missing");
        return;
    }
    Process stranger(forger(cable, "one-probe"));
    REQUIRE_MESSAGE(stranger.output_has("asked"), stranger.errors());
    CHECK(is_heard(ann, "one"));
    chatd.write("/stats\n");
    CHECK(chatd.output_has("members 1"));
}
