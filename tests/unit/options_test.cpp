// SPDX-License-Identifier: MIT
#include "chat/options.hpp"
#include "chatd/option_values.hpp"
#include "chatd/options.hpp"
#include "common/app/failure.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

template<class Parse>
auto parse_with(Parse parse, std::vector<const char*> words) {
    words.insert(words.begin(), "program");
    return parse(static_cast<int>(words.size()), words.data());
}

chatd::Options chatd_options(std::vector<const char*> words) {
    return *parse_with(chatd::parse_options, std::move(words));
}

/// The exit status and the sentence of a refusal.
template<class Parse>
std::pair<int, std::string> failure(Parse parse, std::vector<const char*> words) {
    try {
        parse_with(parse, std::move(words));
    } catch (const Failure& refused) {
        return {refused.status(), refused.what()};
    }
    return {0, "accepted"};
}

struct TemporaryFile {
    explicit TemporaryFile(std::string_view content) {
        const int fd = mkstemp(path.data());
        REQUIRE(fd >= 0);
        close(fd);
        std::ofstream(path) << content;
    }
    ~TemporaryFile() { std::remove(path.c_str()); }
    std::string path = "/tmp/chatd-options-XXXXXX";
};

} // namespace

TEST_CASE("chatd without options listens everywhere on port 9000") {
    const auto options = chatd_options({});
    REQUIRE(options.addresses.size() == 2);
    CHECK(options.addresses[0].to_string() == "0.0.0.0:9000");
    CHECK(options.addresses[1].to_string() == "[::]:9000");
    CHECK(options.is_default_bind);
    CHECK(options.hub.flood == Rate{10, 5});
    CHECK(options.hub.classic == chatd::ClassicAccess::lan);
    CHECK_FALSE(options.room.empty());
}

TEST_CASE("chatd takes what its help lists") {
    const auto options =
        chatd_options({"--port", "4242", "--bind", "127.0.0.1", "--bind=::1", "--room", "deck-3", "--classic",
                       "any", "--flood", "off", "--log-level", "debug", "--classic-max", "5"});
    REQUIRE(options.addresses.size() == 2);
    CHECK(options.addresses[1].to_string() == "[::1]:4242");
    CHECK(options.room == "deck-3");
    CHECK(options.hub.classic == chatd::ClassicAccess::any);
    CHECK_FALSE(options.hub.flood);
    CHECK(options.log_level == chatd::Level::debug);
    CHECK(options.hub.classic_max == 5);
}

TEST_CASE("what chatd cannot take is one sentence that names it, with the status for usage") {
    const auto refused = [](std::vector<const char*> words) {
        return failure(chatd::parse_options, std::move(words));
    };
    CHECK(refused({"--prot", "1"}) ==
          std::pair(EX_USAGE, std::string("no option '--prot'; did you mean '--port'?")));
    CHECK(refused({"--port", "70000"}) ==
          std::pair(EX_USAGE, std::string("--port takes a number from 0 to 65535, not '70000'")));
    for (auto words : std::vector<std::vector<const char*>>{{"--port", "x"},
                                                            {"--port"},
                                                            {"--bind", "here"},
                                                            {"--classic", "maybe"},
                                                            {"--flood", "10"},
                                                            {"--flood", "0/5"},
                                                            {"--flood", "-1/5"},
                                                            {"--log-level", "loud"},
                                                            {"--classic-max", "many"},
                                                            {"--room", ""},
                                                            {"--room", "a\x1b[2J"},
                                                            {"--po", "1"},
                                                            {"--history", "many"},
                                                            {"--history", "1001"},
                                                            {"--classic-history", "101"},
                                                            {"--keep", "0"},
                                                            {"--keep", "30m"},
                                                            {"--names", "0"},
                                                            {"--names", "30"},
                                                            {"--names", "36601d"},
                                                            {"--names", "forever"},
                                                            {"--since", "1d"},
                                                            {"--json"},
                                                            {"export", "--since", "yesterday"},
                                                            {"stray"}})
        CHECK(refused(words).first == EX_USAGE);
}

TEST_CASE("chatd keeps names as long as it is told") {
    const auto names_for = [](const char* how) { return chatd_options({"--names", how}).hub.names_for; };
    CHECK(chatd_options({}).hub.names_for == std::chrono::hours(30 * 24));
    CHECK(names_for("2d") == std::chrono::hours(48));
    CHECK(names_for("12h") == std::chrono::hours(12));
    CHECK(names_for("36600d") == wire::max_names_for);
    CHECK(names_for("off") == std::chrono::seconds(0));
}

TEST_CASE("chatd keeps its log as long as it is told") {
    using namespace std::chrono_literals;
    const auto kept = [](const char* how) { return chatd_options({"--keep", how}).retention; };
    CHECK_FALSE(kept("forever").age);
    CHECK_FALSE(kept("forever").entries);
    CHECK(kept("30d").age == 30 * 24h);
    CHECK(kept("12h").age == 12h);
    CHECK(kept("100000").entries == 100000);
    CHECK(chatd_options({}).has_history);
    CHECK_FALSE(chatd_options({"--no-history"}).has_history);
    CHECK(chatd_options({"--state-dir", "/srv/chat"}).state_directory == "/srv/chat");
}

TEST_CASE("what to export is read as people write it") {
    using namespace std::chrono_literals;
    const WallTime now{1700000000s};
    CHECK(chatd::parse_since("2h", now) == now - 2h);
    CHECK(chatd::parse_since("30d", now) == now - 720h);
    CHECK(chatd::parse_since("2026-11-20T10:00", now) > chatd::parse_since("2026-11-20", now));
    for (const auto* typed : {"", "h", "-1h", "2026", "2026-13-40", "tomorrow"})
        CHECK_FALSE(chatd::parse_since(typed, now));
    CHECK_FALSE(chatd_options({}).exported);
    CHECK(chatd_options({"export", "--json"}).exported->is_json);
}

TEST_CASE("a configuration file sets what the command line does not") {
    const TemporaryFile file("# a comment\nport = 4000\nroom = galley\n");
    const auto options = chatd_options({"--config", file.path.c_str(), "--room", "deck-3"});
    CHECK(options.addresses[0].port() == 4000);
    CHECK(options.room == "deck-3");
}

TEST_CASE("a fault in the file is told with its line") {
    const TemporaryFile unknown("port = 4000\n\nflod = off\n");
    CHECK(failure(chatd::parse_options, {"--config", unknown.path.c_str()}) ==
          std::pair(EX_CONFIG, unknown.path + ":3: unknown setting 'flod'; 'chatd --help' lists them"));
    const TemporaryFile broken("port\n");
    CHECK(failure(chatd::parse_options, {"--config", broken.path.c_str()}).first == EX_CONFIG);
    CHECK(failure(chatd::parse_options, {"--config", "/nonexistent/file"}).first == EX_NOINPUT);
}

TEST_CASE("chat takes a host in every form that people write") {
    const auto host_of = [](const char* typed) {
        const auto options = parse_with(chat::parse_options, {"--name", "ann", typed});
        return options->host->host + " " + std::to_string(options->host->port);
    };
    CHECK(host_of("10.0.0.5") == "10.0.0.5 9000");
    CHECK(host_of("ship-srv:4242") == "ship-srv 4242");
    CHECK(host_of("[::1]:4242") == "::1 4242");
    CHECK(failure(chat::parse_options, {"host:x"}).first == EX_USAGE);
    CHECK(failure(chat::parse_options, {"one", "two"}).first == EX_USAGE);
    CHECK(failure(chat::parse_options, {"--nmae", "x"}) ==
          std::pair(EX_USAGE, std::string("no option '--nmae'; did you mean '--name'?")));
}

TEST_CASE("chat says what an option takes") {
    CHECK(failure(chat::parse_options, {"--port", "0"}) ==
          std::pair(EX_USAGE, std::string("--port takes a number from 1 to 65535, not '0'")));
    CHECK(failure(chat::parse_options, {"--history", "-1"}) ==
          std::pair(EX_USAGE, std::string("--history takes a number of lines, not '-1'")));
    CHECK(failure(chat::parse_options, {"--force"}) ==
          std::pair(EX_USAGE, std::string("--passphrase-file and --force go with: chat identity")));
    const auto options =
        parse_with(chat::parse_options, {"--name", "ann", "--json", "--port", "4242", "here"});
    CHECK(options->is_plain);
    CHECK(options->host->port == 4242);
    CHECK_FALSE(options->history);
}
