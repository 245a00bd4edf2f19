// SPDX-License-Identifier: MIT
// The real host, attacked over real sockets by clients with keys of their own: one attack of each class.
#include "tests/e2e/cable.hpp"
#include "tests/e2e/process.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <regex>
#include <string>
#include <vector>

using e2e::Chatd;
using e2e::Process;
using test::frames;
using test::RawClient;
using namespace std::chrono_literals;

namespace {

/// A UDP socket at an address of ours.
class Socket {
  public:
    Socket(const std::string& from, const std::string& to, std::uint16_t port)
        : descriptor_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
        , host_(net::Address::parse(to, port).value()) {
        const auto own = net::Address::parse(from, 0).value();
        REQUIRE(bind(descriptor_.get(), own.sockaddr_pointer(), own.sockaddr_length()) == 0);
    }
    void send(std::string_view datagram) {
        bytes_out_ += datagram.size();
        sendto(descriptor_.get(), datagram.data(), datagram.size(), 0, host_.sockaddr_pointer(),
               host_.sockaddr_length());
    }
    /// What has come by `patience`, or by then if nothing does.
    std::vector<std::string> receive(std::chrono::milliseconds patience) {
        pollfd wait{descriptor_.get(), POLLIN, 0};
        poll(&wait, 1, static_cast<int>(patience.count()));
        std::vector<std::string> all;
        std::array<char, 2048> buffer;
        for (ssize_t got = 0; (got = recv(descriptor_.get(), buffer.data(), buffer.size(), 0)) >= 0;) {
            all.emplace_back(buffer.data(), static_cast<std::size_t>(got));
            bytes_in_ += all.back().size();
        }
        return all;
    }
    std::size_t bytes_in() const { return bytes_in_; }
    std::size_t bytes_out() const { return bytes_out_; }

  private:
    os::Descriptor descriptor_;
    net::Address host_;
    std::size_t bytes_in_ = 0;
    std::size_t bytes_out_ = 0;
};

/// A raw client at such a socket, which answers as it should unless it is told not to.
class Attacker {
  public:
    Attacker(std::uint64_t seed, std::uint16_t port, const std::string& from = "127.0.0.1",
             const std::string& to = "127.0.0.1")
        : random_(seed)
        , socket(from, to, port)
        , client(RawClient::key(seed), random_) {}

    void put(std::string_view inside) { socket.send(client.session()->packet(inside)); }
    void hear(std::chrono::milliseconds patience = 0ms) {
        for (const auto& datagram : socket.receive(patience)) client.take(datagram);
        if (client.session() == nullptr || client.session()->heard().close) return;
        if (const auto answer = client.session()->true_answer(); !answer.empty()) put(answer);
    }
    bool hears(const std::function<bool()>& holds, std::chrono::milliseconds patience = e2e::patience) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!holds() && std::chrono::steady_clock::now() < end) hear(20ms);
        return holds();
    }
    bool greet() {
        socket.send(client.probe());
        if (!hears([&] { return client.has_room(); })) return false;
        socket.send(client.hello());
        return hears([&] { return client.has_host(); });
    }
    bool enter(const std::string& name) {
        if (!greet()) return false;
        socket.send(client.join(wire::encode(RawClient::payload(name))));
        return hears([&] { return client.is_welcome(); });
    }
    const test::Heard& heard() { return client.session()->heard(); }

  private:
    test::SeededRandom random_;

  public:
    Socket socket;
    RawClient client;
    std::string called;
    std::chrono::steady_clock::time_point pushed{}; ///< when it last sent something by itself
};

/// An ordinary member who is heard by another one.
void check_goes_on(const Chatd& chatd, const std::string& words) {
    Process ann({CHAT_PROGRAM, "--json", "--name", "ann-" + words, chatd.trusted_host()});
    REQUIRE(ann.output_has(R"("state":"online")"));
    Process bob({CHAT_PROGRAM, "--json", "--name", "bob-" + words, chatd.trusted_host()});
    REQUIRE(bob.output_has(R"("state":"online")"));
    ann.write(words + "\n");
    CHECK(bob.output_has(words));
}

std::size_t memory_of(const Process& process) {
    std::ifstream file("/proc/" + std::to_string(process.pid()) + "/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// This thread's sockets are another network's, until it ends.
class InNetwork {
  public:
    explicit InNetwork(const std::string& name)
        : own_(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
        const os::Descriptor other(open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC));
        REQUIRE(setns(other.get(), CLONE_NEWNET) == 0);
    }
    ~InNetwork() { setns(own_.get(), CLONE_NEWNET); }
    InNetwork(const InNetwork&) = delete;
    InNetwork& operator=(const InNetwork&) = delete;

  private:
    os::Descriptor own_;
};

} // namespace

TEST_CASE("attack, crash: authentic joins that are malformed, each sent twice") {
    Chatd chatd;
    const auto whole = wire::encode(RawClient::payload("mallory"));
    std::uint64_t seed = 10;
    for (const auto& payload : {std::string(), whole.substr(0, whole.size() - 1), std::string(200, '\xFF'),
                                wire::encode(RawClient::payload(std::string(900, 'm')))}) {
        Attacker mallory(++seed, chatd.port());
        REQUIRE(mallory.greet());
        const auto request = mallory.client.join(payload);
        mallory.socket.send(request);
        mallory.socket.send(request);
        mallory.hear(50ms);
    }
    check_goes_on(chatd, "alive");
}

TEST_CASE("attack, identity: another one's look-alike, and a listener whom nobody sees") {
    Chatd chatd;
    Process ann({CHAT_PROGRAM, "--json", "--name", "alice", chatd.trusted_host()});
    REQUIRE(ann.output_has(R"("state":"online")"));
    Attacker mallory(20, chatd.port());
    REQUIRE(mallory.enter("aiice"));
    mallory.socket.send(mallory.client.rename(1, "aIice"));
    REQUIRE(mallory.hears([&] { return mallory.heard().results.contains(1); }));
    CHECK_FALSE(mallory.heard().results.at(1).is_accepted);

    // In one burst: it leaves, comes back, and somebody else comes with its name.
    Attacker other(21, chatd.port());
    REQUIRE(other.greet());
    auto before = *mallory.client.session();
    REQUIRE(mallory.greet());
    mallory.socket.send(before.packet(frames(wire::CloseFrame{})));
    mallory.socket.send(mallory.client.join(wire::encode(RawClient::payload("aiice", 2))));
    other.socket.send(other.client.join(wire::encode(RawClient::payload("aiice"))));
    for (int i = 0; i < 10; ++i) mallory.hear(50ms), other.hear(50ms);
    ann.write("a secret\n");
    REQUIRE(ann.output_has("a secret"));
    for (int i = 0; i < 10; ++i) mallory.hear(50ms), other.hear(50ms);
    const auto listeners =
        (mallory.heard().has_said("a secret") ? 1 : 0) + (other.heard().has_said("a secret") ? 1 : 0);
    chatd.write("/who\n");
    REQUIRE(chatd.output_has("alice"));
    chatd.write("/stats\n");
    REQUIRE(chatd.output_has("members "));
    std::size_t listed = 0;
    for (auto at = chatd.output().find("aiice"); at != std::string::npos;
         at = chatd.output().find("aiice", at + 1))
        ++listed;
    CHECK(listed == static_cast<std::size_t>(listeners));
}

TEST_CASE("attack, amplification: a member that moves to a victim and acknowledges blind") {
    Chatd chatd({"--flood", "off"});
    Attacker mallory(30, chatd.port());
    REQUIRE(mallory.enter("mallory"));
    for (std::uint64_t line = 1; line <= 16; ++line)
        mallory.socket.send(mallory.client.say(line, std::to_string(line) + std::string(900, 'x')));
    REQUIRE(mallory.hears([&] { return mallory.heard().results.size() >= 16; }));
    Socket victim("127.0.0.2", "127.0.0.1", chatd.port());
    auto& session = *mallory.client.session();
    const auto from = session.newest();
    victim.send(session.packet(std::string(100, frames(wire::PingFrame{}).front())));
    for (std::uint64_t i = 1; i <= 60; ++i) {
        victim.receive(10ms); // counts, and knows nothing
        victim.send(session.packet(test::ack_of(from + 1, from + i) +
                                   frames(wire::SearchFrame{i, wire::max_varint, 200, "x"})));
    }
    victim.receive(200ms);
    MESSAGE(victim.bytes_in(), " bytes for ", victim.bytes_out());
    CHECK(victim.bytes_in() <= 3 * victim.bytes_out());
    check_goes_on(chatd, "quiet");
}

TEST_CASE("attack, exhaustion: searches and parts without end, and nobody who waits for them") {
    Chatd chatd({"--flood", "off"});
    Attacker mallory(40, chatd.port());
    REQUIRE(mallory.enter("mallory"));
    for (std::uint64_t line = 1; line <= 32; ++line)
        mallory.socket.send(mallory.client.say(line, std::string(900, 'x')));
    REQUIRE(mallory.hears([&] { return mallory.heard().results.size() >= 32; }));
    [[maybe_unused]] const auto before = memory_of(chatd);
    std::uint64_t number = 0;
    const std::string piece(1000, 'p');
    for (int round = 0; round < 2000; ++round) {
        std::string inside;
        for (int i = 0; i < 67; ++i)
            inside += frames(wire::SearchFrame{++number, wire::max_varint, 200, "no"});
        mallory.put(inside.substr(0, inside.size() / 67 * 50));
        // What overlaps ends a session; these only never become whole.
        const auto part = static_cast<std::uint64_t>(round) % 9;
        mallory.put(frames(wire::PartFrame{true, 34 + static_cast<std::uint64_t>(round) / 9 % 30,
                                           part * wire::part_size, wire::max_message,
                                           piece.substr(0, wire::part_size)}));
        if (round % 20 == 0) mallory.hear(1ms);
    }
    const auto began = std::chrono::steady_clock::now();
    check_goes_on(chatd, "swift");
    const auto took = (std::chrono::steady_clock::now() - began) / 1ms;
    MESSAGE("two joined and talked in ", took, " ms");
#ifndef __SANITIZE_ADDRESS__ // which keeps what was freed
    const auto grown = memory_of(chatd) - std::min(before, memory_of(chatd));
    MESSAGE((grown / 1024), " KiB more");
    CHECK(grown < std::size_t{32} << 20);
#endif
}

TEST_CASE("attack, exhaustion: many keys from one address, and from many, leave others their room") {
    e2e::Cable cable;
    if (!cable.is_made()) {
        MESSAGE("skipped: this user may not make network namespaces, or ip is missing");
        return;
    }
    constexpr int addresses = 10;
    constexpr std::uint16_t port = 9000;
    for (int i = 0; i < addresses; ++i)
        cable.ip(1, "addr add 10.78.0." + std::to_string(100 + i) + "/24 dev cable");
    Process chatd(cable.on(0, {CHATD_PROGRAM, "--no-history"}));
    REQUIRE(chatd.output_has("yourname"));
    std::vector<std::unique_ptr<Attacker>> attackers;
    {
        const InNetwork there(cable.on(1, {})[3]);
        std::uint64_t seed = 1000;
        // A hundred from one address, twenty from each of the others.
        for (int i = 0; i < addresses; ++i)
            for (int more = i == 0 ? 100 : 20; more > 0; --more)
                attackers.push_back(std::make_unique<Attacker>(
                    ++seed, port, "10.78.0." + std::to_string(100 + i), "10.78.0.1"));
        for (auto& attacker : attackers) attacker->called = "k" + std::to_string(++seed);
    }
    // Each goes on as soon as it may, and begins anew where nothing came of that for a second.
    const auto begin = std::chrono::steady_clock::now();
    const auto push = [&](Attacker& attacker) {
        attacker.hear();
        auto& client = attacker.client;
        if (client.is_welcome()) return;
        const auto now = std::chrono::steady_clock::now();
        const bool is_stuck = now - attacker.pushed >= 1s;
        if (client.has_host() && client.session() == nullptr)
            attacker.socket.send(client.join(wire::encode(RawClient::payload(attacker.called))));
        else if (client.has_room() && is_stuck)
            attacker.socket.send(client.hello());
        else if (is_stuck)
            attacker.socket.send(client.probe());
        else
            return;
        attacker.pushed = now;
    };
    std::size_t from_one = 0;
    CHECK(e2e::eventually([&] {
        for (auto& attacker : attackers) push(*attacker);
        from_one = 0;
        for (std::size_t i = 0; i < 100; ++i) from_one += attackers[i]->client.is_welcome() ? 1 : 0;
        return from_one >= 16;
    }));
    const auto took =
        std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    MESSAGE(from_one, " of the hundred keys of one address are in");
    CHECK(from_one <= static_cast<std::size_t>(32 + 2 * took)); // the table's bound of joins from an address
    Process ann(cable.on(1, {CHAT_PROGRAM, "--json", "--name", "ann", "10.78.0.1"}));
    CHECK(ann.output_has(R"("state":"online")"));
    ann.write("there is room\n");
    CHECK(ann.output_has("there is room"));
}

TEST_CASE("attack, small ones: what may not be said is refused, and no figure is believed") {
    Chatd chatd;
    Attacker mallory(50, chatd.port());
    REQUIRE(mallory.enter("mallory"));
    const auto kind = wire::encode(wire::Say{text::Text::from_untrusted("x")}).substr(0, 1);
    std::uint64_t number = 0;
    for (const std::string_view text : {"\x1b]0;owned\x07", "",
                                        "a\xE2\x80\xAE"
                                        "b"}) {
        auto command = kind;
        wire::Writer(command).string(text);
        mallory.put(frames(wire::CommandFrame{++number, command}));
    }
    mallory.put(frames(wire::CommandFrame{number + 100'000, kind + "\x01x"}));
    REQUIRE(mallory.hears([&] { return mallory.heard().results.size() == number; }));
    for (const auto& [of, result] : mallory.heard().results) CHECK_FALSE(result.is_accepted);
    mallory.socket.send(mallory.client.say(++number, "and on"));
    REQUIRE(mallory.hears([&] { return mallory.heard().results.contains(number); }));
    CHECK(mallory.heard().results.at(number).is_accepted);

    // A delay that, counted in nanoseconds, does not fit what it is counted in.
    for (int i = 0; i < 5; ++i) {
        mallory.socket.send(mallory.client.say(++number, "again " + std::to_string(i)));
        for (const auto& datagram : mallory.socket.receive(500ms)) mallory.client.take(datagram);
        const auto newest = mallory.client.session()->newest_eliciting();
        auto inside = test::ack_of(newest, newest).substr(0, 1);
        wire::Writer writer(inside);
        writer.varint(newest);
        writer.varint(std::uint64_t{1} << 57);
        writer.varint(0);
        writer.varint(0);
        mallory.put(inside);
    }
    chatd.write("/who\n");
    REQUIRE(chatd.output_has("mallory"));
    chatd.write("/stats\n");
    REQUIRE(chatd.output_has("members "));
    CHECK_FALSE(std::regex_search(chatd.output(), std::regex("-[0-9]{3,} ms")));
    check_goes_on(chatd, "small");
}
