// SPDX-License-Identifier: MIT
// What a room full of hostile members costs its host, and its two honest ones: as many sessions as there may
// be, from many addresses, none of which acknowledges what it should, each with all the commands under way
// that it may have, each in parts that never become whole, and with searches without end. Prints figures,
// judges nothing. Needs root: it runs in a network namespace of its own.
//
//   bench_hostile [MEMBERS [ADDRESSES]]
#include "chat/link/session_client.hpp"
#include "common/os/clock.hpp"
#include "common/os/descriptor.hpp"
#include "common/os/random.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/raw_client.hpp"

#include <sched.h>
#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>

namespace {

using namespace bench;
using namespace std::chrono_literals;

constexpr const char* host = "10.66.0.1";

void run_or_fail(const std::string& command) {
    if (std::system(command.c_str()) != 0) fail(command.c_str());
}

/// A network of its own, where each address counts by itself.
void enter_network(std::size_t addresses) {
    if (unshare(CLONE_NEWNET) != 0) fail("a network namespace of its own (is this root?)");
    run_or_fail("ip link set lo up && ip link add lan type veth peer name cable && ip link set cable up && "
                "ip link set lan up && "
                "ip addr add 10.66.0.1/16 dev lan");
    for (std::size_t i = 0; i < addresses; ++i)
        run_or_fail("ip addr add 10.66.1." + std::to_string(i + 1) + "/16 dev lan");
}

sockaddr_in address_of(const std::string& literal, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, literal.c_str(), &address.sin_addr);
    return address;
}

os::Descriptor socket_from(const std::string& literal, std::uint16_t port) {
    os::Descriptor made(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    const auto here = address_of(literal, 0);
    const auto there = address_of(host, port);
    if (!made || bind(made.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 ||
        connect(made.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
        fail("a socket");
    return made;
}

struct Hostile {
    os::Descriptor socket;
    std::unique_ptr<test::RawClient> client;
    std::string name;
    Instant asked{};
    std::size_t acknowledged = 0;

    void send(const std::string& datagram) const {
        ::send(socket.get(), datagram.data(), datagram.size(), 0);
    }
    void receive() {
        std::array<char, 2048> bytes;
        for (ssize_t got = 0; (got = recv(socket.get(), bytes.data(), bytes.size(), 0)) >= 0;)
            client->take({bytes.data(), static_cast<std::size_t>(got)});
    }
    /// One step on the way in; true when it is there.
    bool go_in(Instant now) {
        receive();
        if (client->is_welcome()) return true;
        if (now - asked < 1s) return false;
        asked = now;
        if (client->session() != nullptr && client->session()->heard().packets > 0)
            send(client->session()->packet(client->session()->true_ack() + test::frames(wire::PingFrame{})));
        else if (client->has_host())
            send(client->join(wire::encode(test::RawClient::payload(name))));
        else if (client->has_room())
            send(client->hello());
        else
            send(client->probe());
        return false;
    }
};

struct Honest {
    os::Descriptor socket;
    std::unique_ptr<chat::SessionClient> link;
    bool is_online = false;
    std::size_t heard = 0;

    void step(Instant now) {
        std::array<char, 2048> bytes;
        for (ssize_t got = 0; (got = recv(socket.get(), bytes.data(), bytes.size(), 0)) >= 0;)
            link->handle_datagram({bytes.data(), static_cast<std::size_t>(got)}, now);
        link->handle_deadline(now);
        while (const auto event = link->poll_event()) {
            if (std::holds_alternative<chat::Online>(*event)) is_online = true;
            const auto* what = std::get_if<chat::RoomEvent>(&*event);
            const auto* said = what == nullptr ? nullptr : std::get_if<wire::Said>(&what->event.what);
            if (said != nullptr && said->text.view().starts_with("honest")) ++heard;
        }
        while (const auto datagram = link->poll_transmit(now))
            send(socket.get(), datagram->data(), datagram->size(), 0);
    }
};

} // namespace

int main(int argc, char* argv[]) {
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 4094;
    const std::size_t addresses = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 64;
    raise_file_limit();
    enter_network(addresses + 1);
    const auto chatd = start_chatd(nullptr, host, "10/5");
    os::SystemRandom random;

    std::array<Honest, 2> honest;
    for (std::size_t i = 0; i < honest.size(); ++i) {
        honest[i].socket = socket_from("10.66.1." + std::to_string(addresses + 1), chatd.port);
        honest[i].link = std::make_unique<chat::SessionClient>(
            chat::SessionClient::Options{i == 0 ? "ann" : "bob", {session::KeyPair::generate(random)}},
            random, os::monotonic_now());
    }
    const auto step_honest = [&] {
        for (auto& member : honest) member.step(os::monotonic_now());
    };
    while (!honest[0].is_online || !honest[1].is_online) step_honest();
    const auto memory_before = own_memory(chatd.pid);

    std::vector<Hostile> hostile(count);
    for (std::size_t i = 0; i < count; ++i) {
        hostile[i].socket = socket_from("10.66.1." + std::to_string(i % addresses + 1), chatd.port);
        hostile[i].client = std::make_unique<test::RawClient>(session::KeyPair::generate(random), random);
        hostile[i].name = "hostile-" + std::to_string(i);
    }
    const auto begin = os::monotonic_now();
    std::size_t in = 0;
    while (os::monotonic_now() - begin < 300s) {
        in = 0;
        const auto now = os::monotonic_now();
        for (auto& member : hostile) in += member.go_in(now) ? 1U : 0U;
        step_honest();
        if (in == count) break;
    }
    std::printf("%zu of %zu hostile members from %zu addresses are in after %.0f s; memory %.1f MiB more, "
                "CPU %.1f s\n",
                in, count, addresses, std::chrono::duration<double>(os::monotonic_now() - begin).count(),
                static_cast<double>(own_memory(chatd.pid) - memory_before) / 1048576.0,
                static_cast<double>(cpu_time(chatd.pid)) / 1e9);

    // All that each may have under way, but never the last part; searches; no acknowledgement.
    const std::string part(wire::part_size, 'x');
    const auto attack_begin = os::monotonic_now();
    const auto cpu_before = cpu_time(chatd.pid);
    std::vector<double> latencies;
    std::size_t lines = 0;
    long long most_memory = 0;
    std::size_t next = 0;
    std::uint64_t round = 0;
    std::uint64_t sent_packets = 0;
    while (os::monotonic_now() - attack_begin < 30s) {
        // Ten lines a second, each heard by the other before the next.
        honest[0].link->submit(++lines,
                               wire::Say{text::Text::from_untrusted("honest " + std::to_string(lines))});
        const auto said = os::monotonic_now();
        double latency = -1;
        while (os::monotonic_now() - said < 200ms) {
            step_honest();
            if (latency < 0 && honest[1].heard >= lines)
                latency = std::chrono::duration<double, std::milli>(os::monotonic_now() - said).count();
            for (int burst = 0; burst < 20; ++burst) {
                auto& member = hostile[next];
                if (member.client->is_welcome()) {
                    const auto number = 1 + round % 32;
                    const auto offset = (round / 32) % 8 * wire::part_size;
                    member.send(member.client->session()->packet(test::frames(
                        wire::PartFrame{true, number, offset, 8 * wire::part_size + 600, part})));
                    member.send(member.client->session()->packet(
                        test::frames(wire::SearchFrame{round + 1, wire::max_varint, 200, "x"})));
                    sent_packets += 2;
                }
                if (++next == count) {
                    next = 0;
                    ++round;
                }
            }
        }
        if (latency >= 0) latencies.push_back(latency);
        most_memory = std::max(most_memory, own_memory(chatd.pid) - memory_before);
    }
    const double seconds = std::chrono::duration<double>(os::monotonic_now() - attack_begin).count();
    std::sort(latencies.begin(), latencies.end());
    const auto at = [&](double share) {
        return latencies.empty()
                   ? -1.0
                   : latencies[static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1))];
    };
    std::printf("attack: %.0f packets a second for %.0f s; memory %.1f MiB more at most; CPU %.0f %%\n",
                static_cast<double>(sent_packets) / seconds, seconds,
                static_cast<double>(most_memory) / 1048576.0,
                100.0 * static_cast<double>(cpu_time(chatd.pid) - cpu_before) / 1e9 / seconds);
    std::printf("an honest line: heard %zu of %zu, p50 %.2f ms p99 %.2f ms\n", latencies.size(), lines,
                at(0.5), at(0.99));
    stop(chatd.pid);
    return EXIT_SUCCESS;
}
