// SPDX-License-Identifier: MIT
// The protocol as others meet it: a client that somebody else could have written, and a listener on the
// cable.
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <string>

using e2e::Chatd;
using e2e::Process;

TEST_CASE("a client on a foreign Noise, written from the manual page, takes part") {
    Chatd chatd;
    Process ann({CHAT_PROGRAM, "--json", "--name", "ann", chatd.host()});
    REQUIRE(chatd.errors_have("join   ann"));
    Process foreign({"/usr/bin/python3", TESTS_DIRECTORY "/e2e/foreign_client.py", "127.0.0.1",
                     std::to_string(chatd.port()), "zoë", "grüße from afar"});
    CHECK(foreign.output_has("accepted as"));
    CHECK(foreign.output_has("zoë: grüße from afar"));
    CHECK(ann.output_has(R"("kind":"say","name":"zoë","text":"grüße from afar"})"));
    ann.write("welcome\nbye\n");
    CHECK(foreign.output_has("ann: welcome"));
    CHECK(foreign.output_has("ann: bye"));
    CHECK(foreign.wait() == 0);
    CHECK(ann.output_has(R"("kind":"leave","name":"zoë")"));
    CHECK(foreign.errors().empty());
}

namespace {

/// All that passes over loopback to or from a UDP port.
class Listener {
  public:
    explicit Listener(std::uint16_t port)
        : port_(port)
        , socket_(socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP))) {
        sockaddr_ll where{};
        where.sll_family = AF_PACKET;
        where.sll_protocol = htons(ETH_P_IP);
        where.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
        if (socket_) filter();
        if (socket_ && bind(socket_.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0)
            socket_ = {};
    }
    bool is_allowed() const { return static_cast<bool>(socket_); }

    /// The payloads since the last call, one behind the other.
    std::string heard() const {
        std::string all;
        std::array<unsigned char, 65536> packet;
        for (ssize_t got = 0; (got = recv(socket_.get(), packet.data(), packet.size(), 0)) > 0;) {
            const auto size = static_cast<std::size_t>(got);
            const std::size_t header = (packet[0] & 0x0FU) * 4;
            if (size < header + 8 || packet[9] != IPPROTO_UDP) continue;
            const auto port_at = [&](std::size_t at) { return packet[at] << 8 | packet[at + 1]; };
            if (port_at(header) != port_ && port_at(header + 2) != port_) continue;
            all.append(reinterpret_cast<const char*>(packet.data()) + header + 8, size - header - 8);
            all += '\n';
        }
        return all;
    }

  private:
    /// The kernel keeps what is of this port, and no other test's traffic fills the buffer.
    void filter() const {
        std::array<sock_filter, 9> program = {{
            BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
            BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
            BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port_, 2, 0),
            BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port_, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, 65536),
            BPF_STMT(BPF_RET | BPF_K, 0),
        }};
        const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
        setsockopt(socket_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
    }

    std::uint16_t port_;
    os::Descriptor socket_;
};

} // namespace

TEST_CASE("who listens on the cable reads no name and no text") {
    Chatd chatd;
    const Listener listener(chatd.port());
    if (!listener.is_allowed()) {
        MESSAGE("skipped: this user may not capture packets");
        return;
    }
    Process ann({CHAT_PROGRAM, "--json", "--name", "annabelle", chatd.host()});
    REQUIRE(chatd.errors_have("join   annabelle"));
    Process bob({CHAT_PROGRAM, "--name", "bartholomew", chatd.host()});
    REQUIRE(ann.output_has("bartholomew"));
    bob.write("the treasure is buried here\n");
    REQUIRE(ann.output_has("the treasure is buried here"));
    chatd.write("fire drill at three\n");
    REQUIRE(ann.output_has("fire drill at three"));
    const auto heard = listener.heard();
    CHECK(heard.find("P chat/1 ") != std::string::npos); // it did listen
    for (const auto* secret : {"annabelle", "bartholomew", "treasure", "buried", "drill"})
        CHECK_MESSAGE(heard.find(secret) == std::string::npos, secret);
    // The classic protocol is as plain as it says.
    const auto carl = e2e::Client::joined(chatd, "carl");
    carl.send("C carl anybody can read this");
    REQUIRE(ann.output_has("anybody can read this"));
    CHECK(listener.heard().find("anybody can read this") != std::string::npos);
}
