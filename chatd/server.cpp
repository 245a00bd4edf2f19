// SPDX-License-Identifier: MIT
#include "chatd/server.hpp"

#include "chatd/log/memory_log.hpp"
#include "chatd/log/sqlite_log.hpp"

#include "common/app/failure.hpp"
#include "common/session/crypto.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace chatd {
namespace {

// So that one turn ends although datagrams keep coming; what is left waits in the kernel for the next.
constexpr int receive_batches_a_turn = 16;
static_assert(net::UdpSocket::max_received >= wire::classic::max_request);
// In one turn, for all that it sends. A full send buffer means a full queue of the network interface, which
// empties in less, or answers that wait for neighbours that nobody has heard of.
constexpr auto send_patience = std::chrono::milliseconds(100);
// Datagrams to addresses that have proved nothing that are sent before the queue is looked at again: they
// take less than half of the smallest buffer together with the quarter that is theirs.
constexpr std::size_t unproven_batch_size = 16;
// An interface that is at work shortens its queue in this time. One that does not has answers in it that wait
// for neighbours, which the kernel gives up after three seconds.
constexpr auto unproven_patience = std::chrono::milliseconds(20);
constexpr auto neighbour_patience = std::chrono::seconds(3);

std::string name_of(const net::Address& address) {
    return address.to_string() + "/udp";
}

/// Where others reach a socket that listens at `bound`: there, or at the first address of the machine.
std::string reachable_at(const net::Address& bound) {
    if (!bound.is_unspecified()) return bound.host();
    for (const auto& prefix : net::interface_prefixes())
        if (prefix.address.family() == AF_INET && !prefix.address.is_loopback()) return prefix.address.host();
    return "127.0.0.1";
}

std::vector<net::UdpSocket> open_sockets(const Options& options, std::vector<std::string>& missing) {
    std::vector<net::UdpSocket> sockets;
    std::uint16_t port = 0;
    for (auto where : options.addresses) {
        // With port 0 the first socket's choice is everybody's.
        if (where.port() == 0 && port != 0) where = where.with_port(port);
        try {
            sockets.emplace_back(where);
            port = sockets.back().local_address().port();
        } catch (const std::system_error& error) {
            const auto code = error.code().value();
            const auto sentence = "cannot bind " + name_of(where) + ": " + error.code().message();
            if (options.is_default_bind && (code == EAFNOSUPPORT || code == EADDRNOTAVAIL)) {
                missing.push_back(sentence);
                continue;
            }
            std::string advice;
            if (code == EADDRINUSE) advice = " (is another chatd running? --port takes another one)";
            if (code == EADDRNOTAVAIL) advice = " (no interface of this machine has that address)";
            if (code == EACCES) advice = " (ports below 1024 need a privileged user)";
            throw Failure(EX_UNAVAILABLE, sentence + advice);
        }
    }
    if (sockets.empty()) throw Failure(EX_UNAVAILABLE, missing.front());
    return sockets;
}

std::unique_ptr<RoomLog> open_log(const Options& options, Random& random) {
    if (!options.has_history) {
        LogId id{};
        random.fill(id.data(), id.size());
        return std::make_unique<MemoryLog>(id);
    }
    try {
        return std::make_unique<SqliteLog>(log_file(options), options.retention, random);
    } catch (const sqlite::Error& error) {
        throw Failure(exit_status_of(error), error.what());
    }
}

std::vector<std::string> command_words() {
    std::vector<std::string> words;
    for (const auto& command : admin_commands()) words.push_back("/" + std::string(command.name));
    return words;
}

Logger::Style log_style() {
    if (isatty(STDERR_FILENO) != 0) return Logger::Style::terminal;
    return std::getenv("JOURNAL_STREAM") != nullptr ? Logger::Style::journal : Logger::Style::file;
}

} // namespace

Server::Server(const Options& options)
    : signals_({SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT})
    , sockets_(open_sockets(options, missing_))
    , hub_(options.hub, random_)
    , log_(open_log(options, random_))
    , console_(command_words())
    , log_writer_(STDERR_FILENO)
    , logger_(options.log_level, log_style(),
              [this](std::string line) {
                  // A terminal that is also the console's has the line that is being typed on it.
                  if (console_.is_interactive() && isatty(STDERR_FILENO) != 0)
                      console_.show(std::move(line));
                  else
                      log_writer_.write(std::move(line));
              })
    , opened_(os::monotonic_now())
    , clock_(os::wall_now(), opened_)
    , batches_(sockets_.size()) {
    try {
        hub_.restore(*log_, loop_.now());
        clock_.begin_after(hub_.newest_time());
    } catch (const std::runtime_error& error) {
        throw Failure(EX_DATAERR, "the log '" + log_file(options).string() + "' is damaged (" + error.what() +
                                      "): put a copy of it back, or move it away to begin a new one");
    }
    learn_interfaces();
    show_banner(options);
    for (const auto& sentence : missing_) tell_admin({{Level::warning, "listen", "", sentence}});
    watch_sockets();
    if (log_->fd() >= 0) loop_.watch(log_->fd(), EPOLLIN, [](std::uint32_t) {}); // the turn does the rest
    watch_console();
    watch_signals();
    watch_interfaces();
    watch_clock();
}

void Server::run() {
    finish_turn(); // what the start had to say to the log: who was here by an address alone has left
    while (!is_closing_) {
        auto deadline = hub_.next_deadline();
        if (const auto trial = clock_.next_deadline()) deadline = std::min(deadline.value_or(*trial), *trial);
        if (log_->is_busy()) deadline = loop_.now();
        loop_.wait(deadline);
        hub_.handle_deadline(loop_.now());
        finish_turn();
    }
    hub_.close(loop_.now());
    for (finish_turn(); !hub_.has_said_goodbye(); finish_turn()) {
        loop_.wait(hub_.next_deadline());
        hub_.handle_deadline(loop_.now());
    }
    log_->write({.snapshot = hub_.take_snapshot(true)});
    tell_admin({{Level::info, "closed", "", "the room is closed"}});
}

void Server::watch_sockets() {
    for (unsigned i = 0; i < sockets_.size(); ++i) {
        loop_.watch(sockets_[i].fd(), EPOLLIN, [this, i](std::uint32_t events) {
            if ((events & EPOLLERR) != 0)
                sockets_[i].drain_errors([this](const net::Address& peer, std::string_view quote) {
                    hub_.handle_port_unreachable(peer, quote, loop_.now());
                });
            if ((events & EPOLLIN) != 0) receive(i);
        });
    }
}

void Server::watch_console() {
    loop_.watch(console_.fd(), EPOLLIN, [this](std::uint32_t) {
        for (const auto& input : console_.drain_input()) carry_out(input);
    });
}

void Server::watch_signals() {
    loop_.watch(signals_.fd(), EPOLLIN, [this](std::uint32_t) {
        for (int signal = signals_.read(); signal != 0; signal = signals_.read()) {
            if (signal == SIGWINCH)
                console_.resize();
            else if (signal == SIGCONT)
                console_.resume();
            else
                is_closing_ = true;
        }
    });
}

void Server::watch_interfaces() {
    loop_.watch(interfaces_.fd(), EPOLLIN, [this](std::uint32_t) {
        interfaces_.clear();
        learn_interfaces();
    });
}

void Server::watch_clock() {
    loop_.watch(clock_leaps_.fd(), EPOLLIN,
                [this](std::uint32_t) { clock_leaps_.rearm(); }); // the turn reads it
}

WallTime Server::read_clock() {
    return clock_.read(os::wall_now(), loop_.now());
}

void Server::learn_interfaces() {
    auto prefixes = net::interface_prefixes();
    for (const auto& socket : sockets_)
        if (const auto local = socket.local_address(); local.family() == AF_INET6 && local.is_unspecified())
            for (const auto& prefix : prefixes)
                socket.join_group(net::discovery_group, prefix.interface_index);
    hub_.set_prefixes(std::move(prefixes));
}

void Server::receive(unsigned socket) {
    for (int batch = 0; batch < receive_batches_a_turn; ++batch) {
        const auto count = sockets_[socket].receive([&](const net::Datagram& received) {
            auto datagram = received;
            datagram.path.local.socket = socket;
            hub_.handle_datagram(datagram, loop_.now());
        });
        if (count < net::UdpSocket::batch_size) return;
    }
}

void Server::carry_out(const Console::Input& input) {
    if (input.is_end) {
        // At a terminal Ctrl-D is a wish; the end of a pipe or of /dev/null is not.
        if (console_.is_interactive()) is_closing_ = true;
        return;
    }
    read_clock();
    const AdminContext context{hub_, loop_.now(), loop_.now() - opened_, clock_};
    // What was typed ahead at a terminal was shown there, and so is no key.
    const bool is_key = is_password_asked_ && (input.is_secret || !console_.is_interactive());
    const auto answer =
        is_key ? chatd::set_password(input.line, context) : chatd::carry_out(input.line, context);
    if (is_key) is_password_asked_ = false;
    for (const auto& line : answer.lines) console_.show(line);
    if (answer.asks_password) {
        is_password_asked_ = true;
        console_.ask_secret();
    }
    if (answer.closes_room) is_closing_ = true;
}

void Server::finish_turn() {
    tell_admin(run_turn(hub_, *log_, loop_.now(), read_clock(), [this] { transmit(); }));
    tell_admin(clock_.drain_notices());
}

void Server::transmit() {
    send_wait_ends_.reset();
    while (const auto next = hub_.poll_transmit(loop_.now())) {
        const auto socket = next->path->local.socket;
        if (socket >= batches_.size()) { // of a run that listened on more
            hub_.count_unsent(1);
            continue;
        }
        auto& batch = next->is_proven ? batches_[socket].proven : batches_[socket].unproven;
        batch.push_back(*next);
        if (batch.size() == (next->is_proven ? net::UdpSocket::batch_size : unproven_batch_size))
            send(socket, batch);
    }
    for (unsigned i = 0; i < batches_.size(); ++i) {
        send(i, batches_[i].proven);
        send(i, batches_[i].unproven);
    }
}

/// A batch is all of one kind: of peers that have proved where they are, or of others. What goes to addresses
/// that nobody has waits for ARP in the socket's buffer. So others get a part of it only, and what finds no
/// room there is lost, as on any network: no member waits behind it.
void Server::send(unsigned socket, std::vector<net::Outgoing>& batch) {
    if (batch.empty()) return;
    std::span<const net::Outgoing> rest = batch;
    const bool is_proven = rest.front().is_proven;
    for (bool goes_on = is_proven || may_send_unproven(socket); goes_on;) {
        rest = rest.subspan(sockets_[socket].send(rest));
        goes_on = !rest.empty() && is_proven && wait_to_send(socket);
    }
    hub_.count_unsent(rest.size() + sockets_[socket].drain_failures());
    batch.clear();
}

/// Whether there is room again before this turn's patience ends.
bool Server::wait_to_send(unsigned socket) {
    if (!send_wait_ends_) send_wait_ends_ = os::monotonic_now() + send_patience;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(*send_wait_ends_ - os::monotonic_now());
        if (left.count() <= 0) return false;
        pollfd writable{sockets_[socket].fd(), POLLOUT, 0};
        poll(&writable, 1, static_cast<int>(left.count()));
        if ((writable.revents & POLLOUT) != 0) return true;
        // An error that the loop has not read yet ends each wait at once, and makes no room.
        if ((writable.revents & POLLERR) != 0) poll(nullptr, 0, 1);
    }
}

/// Whether the queue is short, or becomes so soon. After a wait in vain there is none for a while.
bool Server::may_send_unproven(unsigned socket) {
    if (sockets_[socket].has_short_queue()) return true;
    auto& wait_again = batches_[socket].unproven_wait_again;
    const auto began = os::monotonic_now();
    if (began < wait_again) return false;
    if (!send_wait_ends_) send_wait_ends_ = began + send_patience;
    const auto until = std::min<Instant>(*send_wait_ends_, began + unproven_patience);
    while (os::monotonic_now() < until) {
        poll(nullptr, 0, 1);
        if (sockets_[socket].has_short_queue()) return true;
    }
    // A shorter wait, where others have waited in this turn, says nothing of the interface.
    if (until == began + unproven_patience) wait_again = until + neighbour_patience;
    return false;
}

void Server::tell_admin(const std::vector<Notice>& notices) {
    const auto now = os::wall_now();
    for (const auto& notice : notices) {
        if (notice.keyword == "join") console_.add_name(notice.subject);
        if (notice.keyword == "leave" || notice.keyword == "kick") console_.remove_name(notice.subject);
        logger_.write(notice, now);
    }
}

void Server::show_banner(const Options& options) {
    std::string where;
    for (const auto& socket : sockets_)
        where += (where.empty() ? "" : " + ") + name_of(socket.local_address());
    console_.show("chatd " CHAT_VERSION "  room \"" + options.room + "\"  " + where +
                  "  history: " + (options.has_history ? log_file(options).string() : "none"));
    const auto port = sockets_.front().local_address().port();
    const auto port_suffix = port == net::default_port ? "" : ":" + std::to_string(port);
    const auto host = reachable_at(sockets_.front().local_address());
    const bool needs_brackets = !port_suffix.empty() && host.find(':') != std::string::npos;
    console_.show("join with:  chat " + (needs_brackets ? "[" + host + "]" : host) + port_suffix + "#" +
                  session::fingerprint(options.hub.identity.public_key));
    const bool takes_classic = options.hub.classic != ClassicAccess::off && !options.hub.password;
    if (takes_classic)
        console_.show("or from any UDP client:  nc -u " + host + " " + std::to_string(port) +
                      ", then  L yourname");
    if (console_.is_interactive())
        console_.show("type to shout, /help for commands, Ctrl-D to close the room");
}

} // namespace chatd
