// SPDX-License-Identifier: MIT
// Programs that are killed while everybody talks, and disks that fill up: what was confirmed is there, once.
#include "tests/e2e/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <stdlib.h>
#include <unistd.h>

using e2e::Process;
using e2e::said_in;
using test::TemporaryDirectory;

namespace {

std::string text_in(const std::string& line) {
    constexpr std::string_view mark = R"("text":")";
    const auto from = line.find(mark) + mark.size();
    return line.substr(from, line.find('"', from) - from);
}

/// What the host's log has, as "chatd export --json" prints it.
std::vector<std::string> exported(const std::string& directory) {
    Process exporter({CHATD_PROGRAM, "export", "--json", "--room", "deck", "--state-dir", directory});
    REQUIRE(exporter.wait() == 0);
    return said_in(exporter.output());
}

/// A room whose host dies and comes back, with its log and on its port.
class Room {
  public:
    Room() {
        const e2e::Chatd first({"--room", "deck", "--state-dir", directory_.path});
        port_ = first.port();
        address_ = first.trusted_host();
    }
    void start() {
        host_ = std::make_unique<Process>(
            std::vector<std::string>{CHATD_PROGRAM, "--port", std::to_string(port_), "--room", "deck",
                                     "--flood", "off", "--state-dir", directory_.path});
        REQUIRE(host_->output_has("yourname"));
    }
    void kill() {
        host_->signal(SIGKILL);
        REQUIRE(host_->wait() == 128 + SIGKILL);
    }
    void close() {
        host_->signal(SIGTERM);
        CHECK(host_->wait() == 0);
    }
    void shout(const std::string& line) { host_->write(line + "\n"); }
    std::unique_ptr<Process> join(const std::string& name) const {
        return std::make_unique<Process>(
            std::vector<std::string>{CHAT_PROGRAM, "--json", "--name", name, address_},
            Process::Standard::pipes,
            std::map<std::string, std::string>{{"XDG_STATE_HOME", directory_.path + "/" + name}});
    }
    std::uint16_t port() const { return port_; }
    std::vector<std::string> log() const { return exported(directory_.path); }

  private:
    const TemporaryDirectory directory_;
    std::uint16_t port_ = 0;
    std::string address_;
    std::unique_ptr<Process> host_;
};

/// Any moment within the next `most` milliseconds.
void pass_some_time(std::mt19937_64& random, int most, const std::vector<std::unique_ptr<Process>>& readers) {
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::microseconds(random() % (1000U * static_cast<unsigned>(most)));
    do {
        for (const auto& reader : readers) reader->read_available();
    } while (std::chrono::steady_clock::now() < end);
}

} // namespace

TEST_CASE(
    "a host that is killed again and again under ten members who talk loses, doubles and moves no line" *
    doctest::test_suite("kills")) {
    constexpr std::size_t members = 10;
    const int kills = e2e::rounds(10);
    std::mt19937_64 random(1);
    Room room;
    room.start();
    std::vector<std::unique_ptr<Process>> chats;
    for (std::size_t i = 0; i < members; ++i) chats.push_back(room.join("c" + std::to_string(i)));
    for (auto& chat : chats) REQUIRE(chat->output_has(R"("state":"online")"));

    std::set<std::string> typed;
    const auto talk = [&](int round) {
        for (std::size_t i = 0; i < members; ++i) {
            const auto line = "line " + std::to_string(round) + " of c" + std::to_string(i);
            typed.insert(line);
            chats[i]->write(line + "\n");
        }
    };
    int round = 0;
    for (int kill = 0; kill < kills; ++kill) {
        // Once somebody has heard something since it was started, it is in the middle of it.
        const auto before = said_in(chats.front()->output()).size();
        talk(round++);
        CHECK(e2e::eventually([&] {
            chats.front()->read_available();
            return said_in(chats.front()->output()).size() > before;
        }));
        talk(round++);
        pass_some_time(random, 20, chats);
        room.kill();
        talk(round++);
        pass_some_time(random, 20, chats);
        room.start();
    }
    CHECK(e2e::eventually([&] {
        bool have_all = true;
        for (auto& chat : chats) {
            chat->read_available();
            have_all = have_all && said_in(chat->output()).size() >= typed.size();
        }
        return have_all;
    }));
    const auto all = said_in(chats.front()->output());
    MESSAGE(kills, " kills, ", typed.size(), " lines typed, ", all.size(), " heard by each of ", members);
    CHECK(all.size() == typed.size());
    std::set<std::string> heard;
    for (const auto& line : all) heard.insert(text_in(line));
    CHECK(heard == typed);
    for (const auto& chat : chats) CHECK(said_in(chat->output()) == all);
    // Nobody came or went because the host did.
    CHECK(chats.front()->output().find(R"("kind":"leave")") == std::string::npos);
    for (auto& chat : chats) chat->signal(SIGTERM);
    for (auto& chat : chats) CHECK(chat->wait() == 0);
    room.close();
    CHECK(room.log() == all);
}

TEST_CASE("a client that is killed with lines on their way says them when it is back, once") {
    const TemporaryDirectory directory;
    e2e::Chatd chatd({"--room", "deck", "--flood", "off", "--state-dir", directory.path});
    const auto start = [&] {
        return std::make_unique<Process>(
            std::vector<std::string>{CHAT_PROGRAM, "--json", "--name", "ann", chatd.trusted_host()},
            Process::Standard::pipes,
            std::map<std::string, std::string>{{"XDG_STATE_HOME", directory.path + "/ann"}});
    };
    auto ann = start();
    REQUIRE(ann->output_has(R"("state":"online")"));
    ann->write("before\n");
    REQUIRE(ann->output_has("before"));
    chatd.signal(SIGSTOP);
    for (int i = 0; i < 5; ++i) ann->write("line " + std::to_string(i) + "\n");
    REQUIRE(ann->output_has(R"("state":"offline")"));
    ann->signal(SIGKILL);
    REQUIRE(ann->wait() == 128 + SIGKILL);
    chatd.signal(SIGCONT);
    ann = start();
    REQUIRE(ann->output_has(R"("state":"online")"));
    ann->write("after\n");
    REQUIRE(ann->output_has(R"("text":"after")"));
    chatd.signal(SIGTERM);
    CHECK(chatd.wait() == 0);
    std::vector<std::string> texts;
    for (const auto& line : exported(directory.path)) texts.push_back(text_in(line));
    CHECK(texts ==
          std::vector<std::string>{"before", "line 0", "line 1", "line 2", "line 3", "line 4", "after"});
    // What was said before it was killed, it has read; the rest it is told, in order.
    texts.clear();
    for (const auto& line : said_in(ann->output())) texts.push_back(text_in(line));
    CHECK(texts == std::vector<std::string>{"line 0", "line 1", "line 2", "line 3", "line 4", "after"});
}

TEST_CASE("who only listens is with the host again before its own next word") {
    Room room;
    room.start();
    const auto listener = room.join("bob");
    REQUIRE(listener->output_has(R"("state":"online")"));
    room.kill();
    room.start();
    room.shout("two");
    // The keep-alive would be later than anybody here has patience.
    CHECK(listener->output_has(R"("text":"two")"));
    room.close();
}

TEST_CASE("who was away reads what was missed, and a newcomer what was said last") {
    const TemporaryDirectory directory;
    e2e::Chatd chatd({"--room", "deck", "--history", "2", "--state-dir", directory.path});
    const auto start = [&](const std::string& name, const std::string& history) {
        return std::make_unique<Process>(
            std::vector<std::string>{CHAT_PROGRAM, "--plain", "--history", history, "--name", name,
                                     chatd.trusted_host()},
            Process::Standard::pipes,
            std::map<std::string, std::string>{{"XDG_STATE_HOME", directory.path + "/" + name}});
    };
    auto ann = start("ann", "0");
    REQUIRE(chatd.errors_have("ann"));
    auto bob = start("bob", "0");
    REQUIRE(ann->errors_have("bob joined"));
    bob->close_input(); // and leaves
    CHECK(bob->wait() == 0);
    for (int i = 0; i < 4; ++i) ann->write("line " + std::to_string(i) + "\n");
    // Its own lines are told once they are in the log; a simple client sees that.
    REQUIRE(e2e::eventually([&] {
        auto newcomer = start("carl", "50");
        const bool has_last = newcomer->output_has("ann: line 3");
        CHECK(newcomer->output().find("line 1") == std::string::npos);
        CHECK(newcomer->output().find("ann: line 2") != std::string::npos);
        CHECK(newcomer->errors().find("history") != std::string::npos);
        newcomer->close_input();
        newcomer->wait();
        return has_last;
    }));
    bob = start("bob", "0");
    REQUIRE(bob->output_has("ann: line 3"));
    CHECK(bob->errors().find("while you were away") != std::string::npos);
    CHECK(bob->output() == "ann: line 0\nann: line 1\nann: line 2\nann: line 3\n");
}

TEST_CASE("a full disk is told, lines wait, and nothing is lost") {
    const TemporaryDirectory directory;
    const auto inside = "mount -t tmpfs -o size=1m none " + directory.path +
                        " && exec " CHATD_PROGRAM " --port 0 --room deck --state-dir " + directory.path;
    Process chatd({"unshare", "-m", "sh", "-c", inside});
    if (!chatd.output_has("yourname")) {
        MESSAGE("skipped: this user may not make mount namespaces: ", chatd.errors());
        return;
    }
    const auto end = chatd.output().find("/udp");
    const auto host = "127.0.0.1:" + chatd.output().substr(chatd.output().rfind(':', end) + 1,
                                                           end - chatd.output().rfind(':', end) - 1);
    const auto in_its_place = [&](const std::string& command) {
        Process shell({"nsenter", "-t", std::to_string(chatd.pid()), "-m", "sh", "-c", command});
        return shell.wait();
    };
    const TemporaryDirectory home;
    Process ann({CHAT_PROGRAM, "--json", "--name", "ann", host}, Process::Standard::pipes,
                {{"XDG_STATE_HOME", home.path}});
    REQUIRE(ann.output_has(R"("state":"online")"));
    ann.write("before\n");
    REQUIRE(ann.output_has(R"("text":"before")"));
    in_its_place("cat /dev/zero > " + directory.path + "/filler");
    ann.write("under way\n");
    REQUIRE(ann.output_has("the host can't save: lines wait"));
    REQUIRE(chatd.errors_have("cannot save: "));
    e2e::Client simple(static_cast<std::uint16_t>(std::stoi(host.substr(host.find(':') + 1))));
    CHECK(ann.output().find(R"("text":"under way")") == std::string::npos);
    CHECK(in_its_place("rm " + directory.path + "/filler") == 0);
    REQUIRE(ann.output_has("the host can save again"));
    REQUIRE(ann.output_has(R"("text":"under way")"));
    CHECK(chatd.errors_have("can save again"));
    ann.write("after\n");
    CHECK(ann.output_has(R"("text":"after")"));
    ann.signal(SIGTERM);
    CHECK(ann.wait() == 0);
    chatd.signal(SIGTERM);
    CHECK(chatd.wait() == 0);
}

TEST_CASE("a classic member is back under its name after its host was killed") {
    Room room;
    room.start();
    const e2e::Client eve(room.port());
    eve.send("L eve");
    REQUIRE(eve.receive() == "OK");
    room.kill();
    room.start();
    eve.send("L eve");
    CHECK(eve.receive() == "OK");
}

TEST_CASE("a damaged log is refused with the way out, and a second host on one log, too") {
    const TemporaryDirectory directory;
    {
        e2e::Chatd chatd({"--room", "deck", "--state-dir", directory.path});
        Process second({CHATD_PROGRAM, "--port", "0", "--room", "deck", "--state-dir", directory.path});
        CHECK(second.wait() == 69);
        CHECK(second.errors().find("is in use: is another chatd hosting this room?") != std::string::npos);
        Process exporter({CHATD_PROGRAM, "export", "--room", "deck", "--state-dir", directory.path});
        CHECK(exporter.wait() == 69);
        CHECK(exporter.errors().find("is in use: close the room first, with /quit") != std::string::npos);
    }
    Process spoiler({"sh", "-c",
                     "echo this is no database >" + directory.path + "/deck.db; rm -f " + directory.path +
                         "/deck.db-wal"});
    CHECK(spoiler.wait() == 0);
    Process chatd({CHATD_PROGRAM, "--port", "0", "--room", "deck", "--state-dir", directory.path});
    CHECK(chatd.wait() == 65);
    CHECK(chatd.errors().find("is damaged") != std::string::npos);
    CHECK(chatd.errors().find("move it away to begin a new one") != std::string::npos);
    Process none({CHATD_PROGRAM, "export", "--room", "galley", "--state-dir", directory.path});
    CHECK(none.wait() == 66);
}
