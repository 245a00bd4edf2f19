// SPDX-License-Identifier: MIT
// Many encrypted members in one process and one thread, for the benchmarks.
#pragma once

#include "chat/link/session_client.hpp"
#include "common/os/clock.hpp"
#include "common/os/descriptor.hpp"
#include "common/os/random.hpp"
#include "tests/bench/bench.hpp"

#include <sys/epoll.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace bench {

struct Member {
    os::Descriptor socket;
    std::unique_ptr<chat::SessionClient> link;
    bool is_online = false;
    std::size_t accepted = 0; ///< of its lines
    Instant said{};           ///< its newest line
};

class Members {
  public:
    Members(std::size_t count, std::uint16_t port)
        : epoll_(epoll_create1(0)) {
        const auto server = loopback(port);
        for (std::size_t i = 0; i < count; ++i) {
            Member member{
                os::Descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)), nullptr, false, 0, {}};
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

    std::size_t size() const { return all_.size(); }
    Member& at(std::size_t index) { return all_[index]; }

    void join(std::size_t index) {
        auto& member = all_[index];
        member.link = std::make_unique<chat::SessionClient>(
            chat::SessionClient::Options{"m" + std::to_string(index), {session::KeyPair::generate(random_)}},
            random_, os::monotonic_now());
        transmit(member);
        if (!run_until([&] { return member.is_online; })) fail("a member could not join");
    }

    void say(std::size_t index, const std::string& text) {
        all_[index].link->submit(++lines_, wire::Say{text::Text::from_untrusted(text)});
        all_[index].said = os::monotonic_now();
        transmit(all_[index]);
    }

    /// Reads, answers and keeps time until `holds`; false when patience ends.
    template<class Holds>
    bool run_until(Holds holds) {
        const auto end = os::monotonic_now() + std::chrono::seconds(10);
        std::array<epoll_event, 256> ready;
        while (!holds()) {
            const auto now = os::monotonic_now();
            if (now > end) return false;
            const int events = epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 1);
            for (int i = 0; i < events; ++i) receive(all_[ready[static_cast<std::size_t>(i)].data.u64]);
            if (now - ticked_ >= std::chrono::milliseconds(5)) tick(now);
        }
        return true;
    }

    /// All acknowledgements out, so that they do not fall into what is measured next.
    void settle() {
        const auto end = os::monotonic_now() + std::chrono::milliseconds(30);
        run_until([&] { return os::monotonic_now() > end; });
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
        const auto now = os::monotonic_now();
        for (ssize_t length = 0; (length = recv(member.socket.get(), bytes.data(), bytes.size(), 0)) >= 0;)
            if (member.link)
                member.link->handle_datagram({bytes.data(), static_cast<std::size_t>(length)}, now);
        if (!member.link) return;
        while (const auto event = member.link->poll_event()) {
            if (std::holds_alternative<chat::Online>(*event)) member.is_online = true;
            if (std::holds_alternative<chat::LineSent>(*event)) ++member.accepted;
            const auto* what = std::get_if<chat::RoomEvent>(&*event);
            if (what != nullptr && std::holds_alternative<wire::Said>(what->event.what)) ++heard_;
        }
        transmit(member);
    }

    void transmit(Member& member) {
        while (const auto datagram = member.link->poll_transmit(os::monotonic_now()))
            send(member.socket.get(), datagram->data(), datagram->size(), 0);
    }

    os::Descriptor epoll_;
    os::SystemRandom random_;
    std::vector<Member> all_;
    chat::LineId lines_ = 0;
    std::size_t heard_ = 0;
    Instant ticked_{};
};

} // namespace bench
