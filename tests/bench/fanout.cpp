// SPDX-License-Identifier: MIT
// One talks, N hear: deliveries a second, chatd's CPU for each, latency, memory for each member; beside a
// plain sendto() loop to the same sockets, measured in the same run. Prints figures, judges nothing.
//
//   bench_fanout [MEMBERS [LINES]]
#include "common/os/clock.hpp"
#include "common/os/descriptor.hpp"
#include "tests/bench/bench.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace bench;
using namespace std::chrono_literals;

constexpr std::size_t warm_up_lines = 20;
constexpr auto patience = 5s;

struct Receiver {
    os::Descriptor socket;
    sockaddr_in address{};
};

/// Sockets on loopback, all watched by one epoll.
class Receivers {
  public:
    explicit Receivers(std::size_t count)
        : epoll_(epoll_create1(0)) {
        for (std::size_t i = 0; i < count; ++i) {
            Receiver receiver{os::Descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)), loopback(0)};
            if (!receiver.socket) fail("socket");
            auto* address = reinterpret_cast<sockaddr*>(&receiver.address);
            socklen_t length = sizeof receiver.address;
            if (bind(receiver.socket.get(), address, length) != 0) fail("bind");
            getsockname(receiver.socket.get(), address, &length);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, receiver.socket.get(), &event);
            all_.push_back(std::move(receiver));
        }
    }

    std::vector<Receiver>& all() { return all_; }

    /// Reads until `count` datagrams that start with `front` have come, or patience ends; calls `each` for
    /// each.
    template<class Each>
    std::size_t expect(std::size_t count, std::string_view front, Each each) {
        std::size_t got = 0;
        const auto end = os::monotonic_now() + patience;
        std::array<epoll_event, 256> ready;
        std::array<char, 2048> bytes;
        while (got < count && os::monotonic_now() < end) {
            const int events = epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 100);
            for (int i = 0; i < events; ++i) {
                const auto& receiver = all_[ready[static_cast<std::size_t>(i)].data.u64];
                for (ssize_t length = 0;
                     (length = recv(receiver.socket.get(), bytes.data(), bytes.size(), 0)) >= 0;) {
                    if (!std::string_view(bytes.data(), static_cast<std::size_t>(length)).starts_with(front))
                        continue;
                    ++got;
                    each();
                }
            }
        }
        return got;
    }

  private:
    os::Descriptor epoll_;
    std::vector<Receiver> all_;
};

/// Has `say` send each of the lines, and waits for each until all receivers have it.
template<class Say>
Figures measure(Receivers& receivers, std::size_t hearers, std::size_t lines, pid_t sender,
                std::string_view front, Say say) {
    Figures figures;
    long long cpu_before = 0;
    Instant begin{};
    for (std::size_t line = 0; line < warm_up_lines + lines; ++line) {
        if (line == warm_up_lines) {
            cpu_before = cpu_time(sender);
            begin = os::monotonic_now();
        }
        const auto sent = os::monotonic_now();
        say(line);
        figures.missing += hearers - receivers.expect(hearers, front, [] {});
        if (line >= warm_up_lines)
            figures.latencies_ms.push_back(
                std::chrono::duration<double, std::milli>(os::monotonic_now() - sent).count());
    }
    const double seconds = std::chrono::duration<double>(os::monotonic_now() - begin).count();
    const auto deliveries = static_cast<double>(lines * hearers);
    // The scheduler's figures lag until the process sleeps.
    poll(nullptr, 0, 20);
    figures.cpu_per_delivery_us = static_cast<double>(cpu_time(sender) - cpu_before) / 1000.0 / deliveries;
    figures.deliveries_per_second = deliveries / seconds;
    std::sort(figures.latencies_ms.begin(), figures.latencies_ms.end());
    return figures;
}

/// A process that sends `text` to every receiver with sendto() whenever it reads a byte.
pid_t start_raw_loop(Receivers& receivers, std::size_t first, int trigger, std::string_view text) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    const int raw = socket(AF_INET, SOCK_DGRAM, 0);
    for (char byte = 0; read(trigger, &byte, 1) == 1;)
        for (std::size_t i = first; i < receivers.all().size(); ++i)
            sendto(raw, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&receivers.all()[i].address),
                   sizeof(sockaddr_in));
    _exit(0);
}

} // namespace

int main(int argc, char* argv[]) {
    const std::size_t members = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
    const std::size_t lines = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 300;
    if (members < 2 || lines < 1) {
        std::fputs("usage: bench_fanout [MEMBERS [LINES]]\n", stderr);
        return EXIT_FAILURE;
    }
    raise_file_limit();
    Receivers receivers(members);
    const auto chatd = start_chatd();
    auto server = loopback(chatd.port);
    const auto send_from = [&](std::size_t index, const std::string& datagram) {
        sendto(receivers.all()[index].socket.get(), datagram.data(), datagram.size(), 0,
               reinterpret_cast<sockaddr*>(&server), sizeof server);
    };

    // One member first, so that what chatd needs once is not counted as a member's.
    send_from(0, "L talker");
    receivers.expect(1, "OK", [] {});
    const auto memory_before = own_memory(chatd.pid);
    for (std::size_t i = 1; i < members; ++i) {
        send_from(i, "L m" + std::to_string(i));
        if (receivers.expect(1, "OK", [] {}) != 1) fail("a member could not join");
    }
    const auto memory_after = own_memory(chatd.pid);

    const std::string said = "a line of the length that people type, about sixty bytes";
    std::array<int, 2> trigger{};
    if (pipe(trigger.data()) != 0) fail("pipe");
    const auto raw_pid = start_raw_loop(receivers, 1, trigger[0], "talker: " + said);

    std::printf("%zu members, %zu lines of %zu bytes, loopback, one process for all members\n", members,
                lines, said.size());
    // Raw, chatd, raw, chatd: whatever else the machine does, both see some of it.
    std::vector<Figures> raw;
    std::vector<Figures> ours;
    for (int round = 0; round < 3; ++round) {
        raw.push_back(measure(receivers, members - 1, lines, raw_pid, "talker: ", [&](std::size_t) {
            if (write(trigger[1], "x", 1) != 1) fail("write");
        }));
        print("sendto loop", raw.back());
        ours.push_back(measure(receivers, members - 1, lines, chatd.pid,
                               "talker: ", [&](std::size_t) { send_from(0, "C talker " + said); }));
        print("chatd", ours.back());
    }
    const auto least_cpu = [](const std::vector<Figures>& all) {
        return std::min_element(all.begin(), all.end(),
                                [](const Figures& a, const Figures& b) {
                                    return a.cpu_per_delivery_us < b.cpu_per_delivery_us;
                                })
            ->cpu_per_delivery_us;
    };
    std::printf("CPU a delivery, chatd : sendto loop = %.2f (least of three each)\n",
                least_cpu(ours) / least_cpu(raw));
    std::printf("memory a member: %lld bytes\n",
                (memory_after - memory_before) / static_cast<long long>(members - 1));

    stop(raw_pid);
    stop(chatd.pid);
    return EXIT_SUCCESS;
}
