// SPDX-License-Identifier: MIT
// What the programs keep on disk, on a machine that others use, too.
#include "tests/e2e/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sysexits.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

using e2e::Chatd;
using e2e::Process;
using test::TemporaryDirectory;

namespace {

using Environment = std::map<std::string, std::string>;

/// Where a user of its own keeps things, below `directory`.
Environment home_in(const TemporaryDirectory& directory) {
    return {{"XDG_DATA_HOME", directory.path + "/data"},
            {"XDG_STATE_HOME", directory.path + "/state"},
            {"XDG_CONFIG_HOME", directory.path + "/config"}};
}

void write(const std::filesystem::path& file, std::string_view content, mode_t mode) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
}

/// The exit status and what is said on standard error.
std::pair<std::optional<int>, std::string> end_of(std::vector<std::string> arguments,
                                                  const Environment& environment) {
    Process process(std::move(arguments), Process::Standard::pipes, environment);
    process.close_input();
    const auto status = process.wait();
    return {status, process.errors()};
}

} // namespace

TEST_CASE("with umask 000, all that both programs keep is private") {
    const TemporaryDirectory directory;
    const auto home = home_in(directory);
    Process chatd({"sh", "-c", "umask 000; exec " CHATD_PROGRAM " --port 0 --room deck"},
                  Process::Standard::pipes, home);
    REQUIRE(chatd.output_has("/udp"));
    const auto end = chatd.output().find("/udp");
    const auto port =
        chatd.output().substr(chatd.output().rfind(':', end) + 1, end - chatd.output().rfind(':', end) - 1);
    REQUIRE(chatd.output_has("yourname"));
    std::string variables;
    for (const auto& [name, value] : home) variables += name + "=" + value + " ";
    {
        e2e::Screen screen(80, 24,
                           "env " + variables +
                               "sh -c 'umask 000; exec " CHAT_PROGRAM " --name ann 127.0.0.1:" + port + "'");
        REQUIRE(screen.ends_showing("[y/N]"));
        screen.type("y");
        screen.press("Enter");
        REQUIRE(screen.ends_showing("[ann]"));
        screen.type("/set bell all");
        screen.press("Enter");
        screen.type("hello");
        screen.press("Enter");
        REQUIRE(screen.ends_showing("ann │ hello"));
        REQUIRE(e2e::eventually([&] {
            return std::filesystem::exists(directory.path + "/config/chat/chat.conf") &&
                   std::filesystem::exists(directory.path + "/state/chat/typed");
        }));
        std::set<std::string> kept;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path)) {
            struct stat status {};
            REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
            CHECK_MESSAGE((status.st_mode & 07777) == (entry.is_directory() ? 0700 : 0600),
                          entry.path().string());
            kept.insert(std::filesystem::relative(entry.path(), directory.path).string());
        }
        for (const char* name : {"data/chat/identity", "data/chat/known_rooms", "state/chat/conversations.db",
                                 "state/chat/conversations.db-wal", "state/chat/name", "state/chat/typed",
                                 "config/chat/chat.conf", "state/chatd/identity", "state/chatd/deck.db",
                                 "state/chatd/deck.db-wal"})
            CHECK_MESSAGE(kept.contains(name), name);
    }
    chatd.signal(SIGTERM);
    CHECK(chatd.wait() == 0);
}

TEST_CASE("neither program uses a directory that others can write to") {
    const TemporaryDirectory directory;
    const auto home = home_in(directory);
    for (const auto& [program, name] :
         {std::pair{CHATD_PROGRAM, "/state/chatd"}, {CHAT_PROGRAM, "/data/chat"}}) {
        const auto loose = directory.path + name;
        write(loose + "/identity", std::string(32, 'k'), 0600); // planted
        ::chmod(loose.c_str(), 0777);
        const auto prefix = std::string(program == std::string(CHATD_PROGRAM) ? "chatd: " : "chat: ");
        const std::vector<std::string> arguments =
            program == std::string(CHATD_PROGRAM)
                ? std::vector<std::string>{program, "--port", "0"}
                : std::vector<std::string>{program, "--name", "ann", "127.0.0.1:9"};
        CHECK(end_of(arguments, home) ==
              std::pair(std::optional(EX_CANTCREAT), prefix + "others can write to the directory '" + loose +
                                                         "': look at what is in it, then chmod 700 '" +
                                                         loose + "'\n"));
        ::chmod(loose.c_str(), 0700);
    }
}

TEST_CASE("what was planted in the place of a file is refused at the start") {
    const TemporaryDirectory directory;
    const auto home = home_in(directory);
    const auto state = directory.path + "/room";
    const std::vector<std::string> host = {CHATD_PROGRAM, "--port",      "0",  "--room",
                                           "deck",        "--state-dir", state};
    write(directory.path + "/target", "", 0600);
    std::filesystem::create_directory(state);
    REQUIRE(::mkfifo((state + "/identity").c_str(), 0600) == 0);
    CHECK(end_of(host, home) ==
          std::pair(std::optional(EX_CANTCREAT),
                    "chatd: '" + state + "/identity' is no regular file: move it away\n"));
    std::filesystem::remove(state + "/identity");
    std::filesystem::create_symlink(directory.path + "/target", state + "/deck.db");
    CHECK(end_of(host, home) ==
          std::pair(std::optional(EX_CANTCREAT),
                    "chatd: '" + state +
                        "/deck.db' is a symbolic link, which is not followed: put the file itself there\n"));
    CHECK(std::filesystem::file_size(directory.path + "/target") == 0);

    const std::vector<std::string> member = {CHAT_PROGRAM, "--name", "ann", "127.0.0.1:9"};
    const auto rooms = directory.path + "/data/chat/known_rooms";
    write(rooms, "127.0.0.1:9 AAAA-AAAA-AAAA-AAAA\n", 0666);
    CHECK(end_of(member, home) ==
          std::pair(std::optional(EX_CANTCREAT), "chat: others can write to '" + rooms +
                                                     "': look at what is in it, then chmod 600 '" + rooms +
                                                     "'\n"));
    ::chmod(rooms.c_str(), 0600);
    const auto conversations = directory.path + "/state/chat/conversations.db";
    std::filesystem::remove(conversations);
    std::filesystem::create_symlink(directory.path + "/target", conversations);
    CHECK(end_of(member, home).first == EX_CANTCREAT);
    const auto settings = directory.path + "/config/chat/chat.conf";
    write(settings, "notify = /tmp/evil\n", 0666);
    CHECK(end_of(member, home).first == EX_NOINPUT);
}

TEST_CASE("a key file that others can read is refused with what to do") {
    const TemporaryDirectory directory;
    const auto home = home_in(directory);
    const auto file = directory.path + "/key";
    write(file, "sesame\n", 0666);
    for (const std::string program : {CHATD_PROGRAM, CHAT_PROGRAM})
        CHECK(end_of({program, "--port", "9", "--key-file", file}, home) ==
              std::pair(std::optional(EX_NOINPUT), std::string(program == CHATD_PROGRAM ? "chatd" : "chat") +
                                                       ": others can read or write the secret in '" + file +
                                                       "': chmod 600 '" + file + "'\n"));
    // Whatever systemd gives a service is its own.
    auto service = home;
    service["CREDENTIALS_DIRECTORY"] = directory.path;
    Process chatd({CHATD_PROGRAM, "--port", "0", "--no-history", "--key-file", file},
                  Process::Standard::pipes, service);
    CHECK(chatd.output_has("join with:"));
}
