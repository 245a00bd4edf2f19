// SPDX-License-Identifier: MIT
// One member says a line, N encrypted members hear it: chatd's CPU for each delivery (with the
// acknowledgements that come back), latency until all have it, memory for each member. Prints figures, judges
// nothing.
//
//   bench_sessions [MEMBERS [LINES]]
#include "chat/session_link.hpp"
#include "tests/bench/bench.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace {

using namespace bench;
using namespace std::chrono_literals;

constexpr std::size_t warm_up_lines = 20;
constexpr auto patience = 10s;

struct Member {
    net::Descriptor socket;
    std::unique_ptr<chat::SessionLink> link;
    bool is_online = false;
    std::size_t heard = 0;
};

class Members {
  public:
    Members(std::size_t count, std::uint16_t port)
        : epoll_(epoll_create1(0)) {
        const auto server = loopback(port);
        for (std::size_t i = 0; i < count; ++i) {
            Member member{net::Descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)), nullptr, false, 0};
            if (!member.socket ||
                connect(member.socket.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
                fail("socket");
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, member.socket.get(), &event);
            all_.push_back(std::move(member));
        }
    }

    Member& at(std::size_t index) { return all_[index]; }

    void join(std::size_t index) {
        auto& member = all_[index];
        member.link = std::make_unique<chat::SessionLink>(
            chat::SessionLink::Options{"m" + std::to_string(index), session::KeyPair::generate(random_)},
            random_, net::monotonic_now());
        transmit(member);
        if (!run_until([&] { return member.is_online; })) fail("a member could not join");
    }

    void say(std::size_t index, const std::string& text) {
        all_[index].link->submit(++lines_, wire::Say{text::Text::from_untrusted(text)});
        transmit(all_[index]);
    }

    /// Reads, answers and keeps time until `holds`; false when patience ends.
    template<class Holds>
    bool run_until(Holds holds) {
        const auto end = net::monotonic_now() + patience;
        std::array<epoll_event, 256> ready;
        while (!holds()) {
            const auto now = net::monotonic_now();
            if (now > end) return false;
            const int events = epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 1);
            for (int i = 0; i < events; ++i) receive(all_[ready[static_cast<std::size_t>(i)].data.u64]);
            if (now - ticked_ >= 5ms) tick(now);
        }
        return true;
    }

    /// All acknowledgements out, so that they do not fall into what is measured next.
    void settle() {
        const auto end = net::monotonic_now() + 30ms;
        run_until([&] { return net::monotonic_now() > end; });
    }

    std::size_t heard() const { return heard_; }

  private:
    void tick(Instant now) {
        ticked_ = now;
        for (auto& member : all_) {
            if (!member.link) continue;
            if (const auto due = member.link->next_deadline(); !due || *due > now) continue;
            member.link->handle_deadline(now);
            transmit(member);
        }
    }

    void receive(Member& member) {
        std::array<char, 2048> bytes;
        const auto now = net::monotonic_now();
        for (ssize_t length = 0; (length = recv(member.socket.get(), bytes.data(), bytes.size(), 0)) >= 0;)
            if (member.link)
                member.link->handle_datagram({bytes.data(), static_cast<std::size_t>(length)}, now);
        if (!member.link) return;
        while (const auto event = member.link->poll_event()) {
            if (std::holds_alternative<chat::Online>(*event)) member.is_online = true;
            const auto* what = std::get_if<chat::RoomEvent>(&*event);
            if (what != nullptr && std::holds_alternative<wire::Said>(what->event.what)) ++heard_;
        }
        transmit(member);
    }

    void transmit(Member& member) {
        while (const auto datagram = member.link->poll_transmit(net::monotonic_now()))
            send(member.socket.get(), datagram->data(), datagram->size(), 0);
    }

    net::Descriptor epoll_;
    session::SystemRandom random_;
    std::vector<Member> all_;
    chat::LineId lines_ = 0;
    std::size_t heard_ = 0;
    Instant ticked_{};
};

} // namespace

int main(int argc, char* argv[]) {
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
    const std::size_t lines = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
    if (count < 2 || lines < 1) {
        std::fputs("usage: bench_sessions [MEMBERS [LINES]]\n", stderr);
        return EXIT_FAILURE;
    }
    raise_file_limit();
    const auto chatd = start_chatd();
    Members members(count, chatd.port);
    // A few first, so that what chatd needs once is not counted as a member's.
    constexpr std::size_t first = 10;
    for (std::size_t i = 0; i < std::min(first, count); ++i) members.join(i);
    members.settle();
    const auto memory_before = own_memory(chatd.pid);
    for (std::size_t i = first; i < count; ++i) members.join(i);
    members.settle();
    const auto memory_after = own_memory(chatd.pid);
    std::printf("%zu encrypted members, %zu lines, loopback, one process for all members\n", count, lines);

    const std::string said = "a line of the length that people type, about sixty bytes";
    Figures figures;
    long long cpu_before = 0;
    Instant begin{};
    for (std::size_t line = 0; line < warm_up_lines + lines; ++line) {
        if (line == warm_up_lines) {
            members.settle();
            cpu_before = cpu_time(chatd.pid);
            begin = net::monotonic_now();
        }
        const auto sent = net::monotonic_now();
        const auto wanted = members.heard() + count;
        members.say(0, said);
        if (!members.run_until([&] { return members.heard() >= wanted; }))
            figures.missing += wanted - members.heard();
        if (line >= warm_up_lines)
            figures.latencies_ms.push_back(
                std::chrono::duration<double, std::milli>(net::monotonic_now() - sent).count());
    }
    const double seconds = std::chrono::duration<double>(net::monotonic_now() - begin).count();
    members.settle();
    const auto deliveries = static_cast<double>(lines * count);
    figures.deliveries_per_second = deliveries / seconds;
    figures.cpu_per_delivery_us = static_cast<double>(cpu_time(chatd.pid) - cpu_before) / 1000.0 / deliveries;
    std::sort(figures.latencies_ms.begin(), figures.latencies_ms.end());
    print("chatd", figures);
    if (count > first)
        std::printf("memory a member: %lld bytes\n",
                    (memory_after - memory_before) / static_cast<long long>(count - first));
    stop(chatd.pid);
    return EXIT_SUCCESS;
}
