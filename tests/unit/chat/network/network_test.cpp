// SPDX-License-Identifier: MIT
// The receiving thread, with a socket and a main thread that has stopped.
#include "chat/network/network.hpp"
#include "tests/support/idle_link.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using namespace std::chrono_literals;

namespace {

constexpr std::size_t events_each = 100;

/// Tells of many events for each datagram; asks for the first one.
class ManyEventsLink final : public test::IdleLink {
  public:
    ManyEventsLink(std::atomic<std::size_t>& datagrams, std::atomic<bool>& has_quit)
        : datagrams_(datagrams)
        , has_quit_(has_quit) {}
    void quit(Instant) override {
        events_ = 1;
        has_quit_ = true;
    }
    void handle_datagram(std::string_view, Instant) override {
        ++datagrams_;
        events_ += events_each;
    }
    std::optional<std::string> poll_transmit(Instant) override {
        if (std::exchange(has_asked_, true)) return std::nullopt;
        return "hello";
    }
    std::optional<chat::LinkEvent> poll_event() override {
        if (events_ == 0) return std::nullopt;
        --events_;
        return test::noticed("x");
    }

  private:
    std::atomic<std::size_t>& datagrams_;
    std::atomic<bool>& has_quit_;
    std::size_t events_ = 0;
    bool has_asked_ = false;
};

/// A host's socket.
class HostSocket {
  public:
    HostSocket()
        : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const auto any = net::Address::parse("127.0.0.1", 0).value();
        REQUIRE(::bind(descriptor_.get(), any.sockaddr_pointer(), any.sockaddr_length()) == 0);
        const timeval patience{5, 0};
        ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    net::Address address() const {
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        REQUIRE(::getsockname(descriptor_.get(), reinterpret_cast<sockaddr*>(&storage), &length) == 0);
        return net::Address::from_sockaddr(reinterpret_cast<const sockaddr*>(&storage), length).value();
    }
    /// Waits for a word, and answers from then on who said it.
    void be_asked() {
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        char byte = 0;
        REQUIRE(::recvfrom(descriptor_.get(), &byte, 1, 0, reinterpret_cast<sockaddr*>(&storage), &length) >=
                0);
        REQUIRE(::connect(descriptor_.get(), reinterpret_cast<const sockaddr*>(&storage), length) == 0);
    }
    void send() const { REQUIRE(::send(descriptor_.get(), "x", 1, 0) == 1); }

  private:
    os::Descriptor descriptor_;
};

} // namespace

TEST_CASE("while nobody takes what is heard nothing more is received, and afterwards it is") {
    HostSocket host;
    std::atomic<std::size_t> datagrams = 0;
    std::atomic<bool> has_quit = false;
    chat::Network network({host.address()}, [&](const chat::JoinAs&, Instant) {
        return std::make_unique<ManyEventsLink>(datagrams, has_quit);
    });
    network.ask(chat::JoinAs{"ann", {}, {}});
    host.be_asked();
    const auto most = chat::Network::max_heard / events_each + 1;
    for (std::size_t sent = 0; sent < 10 * most; ++sent) host.send();
    const auto wait_until = [](auto holds) {
        const auto patience = std::chrono::steady_clock::now() + 10s;
        while (!holds() && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
        REQUIRE(holds());
    };
    wait_until([&] { return datagrams >= most - 1; });
    // What the user asks for is done meanwhile.
    std::size_t heard = 0;
    const auto take_until = [&](auto is_enough) {
        pollfd news{network.fd(), POLLIN, 0};
        while (!is_enough() && ::poll(&news, 1, 10'000) == 1) {
            const auto taken = network.drain_heard().size();
            CHECK(taken <= chat::Network::max_heard + events_each + 1);
            heard += taken;
        }
        CHECK(is_enough());
    };
    network.ask(chat::Quit{});
    wait_until([&] { return has_quit.load(); });
    CHECK(datagrams > 0);
    CHECK(datagrams <= most);
    take_until([&] { return heard % events_each == 1; });
    take_until([&] { return heard >= 10 * most * events_each + 1; });
}
