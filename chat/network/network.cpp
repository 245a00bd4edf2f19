// SPDX-License-Identifier: MIT
#include "chat/network/network.hpp"

#include "common/base/overloaded.hpp"
#include "common/net/error_queue.hpp"
#include "common/net/interfaces.hpp"
#include "common/net/sent_marks.hpp"
#include "common/os/random.hpp"
#include "common/session/crypto.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace chat {
namespace {

/// A socket that receives from one peer only, with the ICMP errors about it.
class ConnectedSocket {
  public:
    explicit ConnectedSocket(const net::Address& peer)
        : descriptor_(::socket(peer.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        is_connected_ = descriptor_ && ::connect(fd(), peer.sockaddr_pointer(), peer.sockaddr_length()) == 0;
        if (!is_connected_) return;
        net::keep_errors(fd(), peer.family());
        os::SystemRandom random;
        secret_ = random.u64();
    }
    int fd() const { return descriptor_.get(); }
    /// Whether there is a way to the peer at all.
    bool is_connected() const { return is_connected_; }

    /// A datagram that can't leave is lost.
    void send(std::string_view datagram) {
        sent_.add(net::mark_of(datagram, secret_));
        retried([&] { return ::send(fd(), datagram.data(), datagram.size(), MSG_DONTWAIT); });
    }
    /// The next datagram; empty once there are no more.
    std::optional<std::string_view> receive(std::span<char> buffer) {
        const auto got = retried([&] { return ::recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT); });
        if (got < 0) return std::nullopt;
        return std::string_view(buffer.data(), static_cast<std::size_t>(got));
    }
    /// Whether ICMP has said since the last call that the peer's port is closed, and quoted a datagram that
    /// we sent. Anybody can send an error.
    bool take_port_closed() {
        drain_errors();
        return std::exchange(is_port_closed_, false);
    }

  private:
    // At most so many datagrams are on their way before the first error about them comes back.
    static constexpr std::size_t marks = 32;

    void drain_errors() {
        net::drain_error_queue(fd(), [this](const net::Address&, std::string_view quote) {
            is_port_closed_ = is_port_closed_ || sent_.has(quote, secret_);
        });
    }
    /// Repeats `call` while it returns the error of an earlier datagram.
    template<class Call>
    ssize_t retried(Call call) {
        for (int surfaced = 0;; ++surfaced) {
            const auto result = call();
            if (result >= 0 || errno == EAGAIN || surfaced == net::surfaced_errors) return result;
        }
    }

    os::Descriptor descriptor_;
    bool is_connected_ = false;
    std::uint64_t secret_ = 0;
    net::SentMarks<marks> sent_;
    bool is_port_closed_ = false;
};

/// The thread's state between two wake-ups.
class Worker {
  public:
    Worker(const std::vector<net::Address>& addresses, const LinkMaker& make_link, Queue<Request>& requests,
           Queue<TimedEvent>& heard, const os::Wakeup& drained, const os::Wakeup& stop)
        : addresses_(addresses)
        , make_link_(make_link)
        , requests_(requests)
        , heard_(heard) {
        loop_.watch(requests_.fd(), EPOLLIN, [this](std::uint32_t) {
            for (auto& request : requests_.drain_all()) carry_out(std::move(request));
        });
        loop_.watch(interfaces_.fd(), EPOLLIN, [this](std::uint32_t) {
            interfaces_.clear();
            if (link_) link_->handle_new_network(loop_.now());
        });
        loop_.watch(drained.fd(), EPOLLIN, [this, &drained](std::uint32_t) {
            drained.clear();
            listen();
        });
        loop_.watch(stop.fd(), EPOLLIN, [this](std::uint32_t) { is_stopped_ = true; });
        open(0);
    }

    void run() {
        while (!is_stopped_) {
            loop_.wait(link_ ? link_->next_deadline() : std::nullopt);
            if (!link_) continue;
            link_->handle_deadline(loop_.now());
            transmit();
            hand_over_events();
        }
    }

  private:
    void open(std::size_t index) {
        if (socket_) ignore();
        address_ = index;
        socket_.emplace(addresses_[index]);
        listen();
    }

    void listen() {
        if (std::exchange(is_listening_, socket_->is_connected()) || !is_listening_) return;
        loop_.watch(socket_->fd(), EPOLLIN, [this](std::uint32_t) { receive(); });
    }
    /// Reads errors, too: while they wait they would wake us again and again.
    void ignore() {
        if (std::exchange(is_listening_, false)) loop_.forget(socket_->fd());
    }

    void carry_out(Request request) {
        std::visit(Overloaded{
                       [&](JoinAs& join) {
                           join_ = std::move(join);
                           link_ = make_link_(join_, loop_.now());
                       },
                       [&](Submit& line) {
                           if (link_) link_->submit(line.id, line.command);
                       },
                       [&](const ShowTyping& typing) {
                           if (link_) link_->show_typing(typing.is_typing);
                       },
                       [&](const Seen& seen) {
                           if (link_) link_->set_seen(seen.sequence);
                       },
                       [&](Find& find) {
                           if (link_) link_->find(find.before, find.needle);
                       },
                       [&](Quit&) {
                           if (link_) link_->quit(loop_.now());
                       },
                   },
                   request);
    }

    void receive() {
        std::array<char, 65536> buffer;
        while (heard_.size() < Network::max_heard) {
            const auto datagram = socket_->receive(buffer);
            if (!datagram) break;
            if (!link_) continue;
            link_->handle_datagram(*datagram, loop_.now());
            hand_over_events();
        }
        if (heard_.size() >= Network::max_heard) return ignore();
        if (socket_->take_port_closed() && link_) link_->handle_port_closed(loop_.now());
    }

    void transmit() {
        while (const auto datagram = link_->poll_transmit(loop_.now())) {
            // Without a route the link gives up by itself after a while.
            if (socket_->is_connected()) socket_->send(*datagram);
        }
    }

    void hand_over_events() {
        while (auto event = link_->poll_event()) {
            if (std::holds_alternative<Online>(*event)) has_been_online_ = true;
            if (std::holds_alternative<Unanswered>(*event) && !has_been_online_ &&
                address_ + 1 < addresses_.size()) {
                open(address_ + 1);
                link_ = make_link_(join_, loop_.now());
                transmit();
                return;
            }
            heard_.push({os::wall_now(), std::move(*event)});
        }
    }

    const std::vector<net::Address>& addresses_;
    const LinkMaker& make_link_;
    Queue<Request>& requests_;
    Queue<TimedEvent>& heard_;
    os::EventLoop loop_;
    net::InterfaceWatch interfaces_;
    std::size_t address_ = 0;
    std::optional<ConnectedSocket> socket_;
    bool is_listening_ = false; ///< the loop watches the socket
    JoinAs join_;
    std::unique_ptr<Link> link_;
    bool has_been_online_ = false;
    bool is_stopped_ = false;
};

} // namespace

Network::Network(std::vector<net::Address> addresses, LinkMaker make_link)
    : addresses_(std::move(addresses))
    , make_link_(std::move(make_link)) {
    thread_ = std::thread([this] { run(); });
}

Network::~Network() {
    stop_.signal();
    thread_.join();
}

std::vector<TimedEvent> Network::drain_heard() {
    auto heard = heard_.drain_all();
    if (heard.size() >= max_heard) drained_.signal();
    return heard;
}

void Network::run() {
    Worker(addresses_, make_link_, requests_, heard_, drained_, stop_).run();
}

} // namespace chat
