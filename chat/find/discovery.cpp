// SPDX-License-Identifier: MIT
#include "chat/find/discovery.hpp"

#include "chat/text/label.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/net/interfaces.hpp"
#include "common/os/random.hpp"
#include "common/session/crypto.hpp"
#include "common/text/width.hpp"
#include "common/wire/packet.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <string_view>
#include <tuple>

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 1s;
// A network loses a broadcast more readily than an addressed datagram.
constexpr std::array<Duration, 3> asked_at = {0ms, 200ms, 500ms};

/// The addresses at which a question reaches all hosts of a network.
std::vector<net::Address> everywhere(std::uint16_t port) {
    std::vector<net::Address> targets;
    for (const auto& prefix : net::interface_prefixes())
        if (const auto all = prefix.everybody()) targets.push_back(all->with_port(port));
    for (const auto* loopback : {"127.0.0.1", "::1"}) targets.push_back(*net::Address::parse(loopback, port));
    return targets;
}

os::Descriptor open_socket(int family) {
    os::Descriptor socket(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int yes = 1;
    if (socket && family == AF_INET) setsockopt(socket.get(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
    return socket;
}

/// What the user is told about a room: whether its key and its address are known.
std::string standing_of(const FoundRoom& room, const KnownRooms& known_rooms, int most_columns) {
    const auto here = known_rooms.find(room.address.to_string());
    if (here == room.fingerprint) return tr("known");
    if (const auto elsewhere = known_rooms.host_of(room.fingerprint))
        return tr("known as {0}", {label(*elsewhere, most_columns)});
    return here ? tr("NOT THE KEY THAT IS KNOWN") : tr("new");
}

using Table = std::vector<std::vector<std::string>>;

Table cells_of(const std::vector<FoundRoom>& rooms, const KnownRooms& known_rooms, int most) {
    Table rows = {{"ROOM", "HOST", "HERE", "LOCK", "FINGERPRINT", ""}};
    for (const auto& room : rooms)
        rows.push_back({label(room.room, most),
                        (room.host.empty() ? "" : label(room.host, most) + " ") + room.address.to_string(),
                        std::to_string(room.members), room.has_password ? "key" : "-", room.fingerprint,
                        standing_of(room, known_rooms, most)});
    return rows;
}

std::vector<std::string> in_columns(const Table& rows) {
    std::vector<std::string> lines(rows.size());
    for (std::size_t column = 0; column < rows.front().size(); ++column) {
        int width = 0;
        for (const auto& row : rows) width = std::max(width, text::columns(row[column]));
        for (std::size_t i = 0; i < rows.size(); ++i)
            lines[i] +=
                rows[i][column] +
                std::string(static_cast<std::size_t>(width - text::columns(rows[i][column]) + 2), ' ');
    }
    for (auto& line : lines) line.resize(line.find_last_not_of(' ') + 1);
    return lines;
}

/// The rank of an address: the lowest comes first, this machine itself, then IPv4.
std::tuple<bool, bool> distance(const net::Address& address) {
    return {!address.is_loopback(), address.family() != AF_INET};
}

} // namespace

Finder::Finder(std::uint16_t port, os::EventLoop& loop)
    : loop_(loop)
    , targets_(everywhere(port))
    , sockets_{open_socket(AF_INET), open_socket(AF_INET6)} {
    constexpr std::string_view digits = "0123456789abcdef";
    os::SystemRandom random;
    for (auto& digit : probe_.nonce) digit = digits[random.u64() % digits.size()];
    for (const auto& socket : sockets_)
        if (socket) loop_.watch(socket.get(), EPOLLIN, [this, &socket](std::uint32_t) { receive(socket); });
}

Finder::~Finder() {
    for (const auto& socket : sockets_)
        if (socket) loop_.forget(socket.get());
}

void Finder::ask() {
    const auto datagram = format(probe_);
    for (const auto& target : targets_) {
        const auto& socket = sockets_[target.family() == AF_INET ? 0 : 1];
        // A network that can't be sent to has no room either.
        if (socket)
            ::sendto(socket.get(), datagram.data(), datagram.size(), 0, target.sockaddr_pointer(),
                     target.sockaddr_length());
    }
}

std::vector<FoundRoom> Finder::rooms(Instant since) const {
    std::vector<FoundRoom> rooms;
    for (const auto& [key, heard] : found_)
        if (heard.at >= since) rooms.push_back(heard.room);
    std::sort(rooms.begin(), rooms.end(), [](const FoundRoom& a, const FoundRoom& b) {
        return std::tie(a.room, a.fingerprint) < std::tie(b.room, b.fingerprint);
    });
    return rooms;
}

void Finder::receive(const os::Descriptor& socket) {
    std::array<char, 2048> bytes;
    for (;;) {
        sockaddr_storage from{};
        socklen_t length = sizeof from;
        const auto got = ::recvfrom(socket.get(), bytes.data(), bytes.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &length);
        if (got < 0 && errno == ECONNREFUSED) continue; // nobody on loopback
        if (got < 0) return;
        const auto address = net::Address::from_sockaddr(reinterpret_cast<sockaddr*>(&from), length);
        const auto packet = wire::parse_packet({bytes.data(), static_cast<std::size_t>(got)});
        const auto* answer = packet ? std::get_if<wire::RoomAnswer>(&*packet) : nullptr;
        if (address && answer != nullptr && answer->nonce == probe_.nonce) take(*answer, *address);
    }
}

void Finder::take(const wire::RoomAnswer& answer, const net::Address& address) {
    constexpr std::size_t most = 256; // nobody reads a longer list, and anybody may answer
    const auto known = found_.find(answer.host_key);
    if (known == found_.end() && found_.size() >= most) return;
    const auto now = os::monotonic_now();
    const bool is_nearer = known == found_.end() || distance(address) <= distance(known->second.room.address);
    found_[answer.host_key] = {{is_nearer ? address : known->second.room.address, label(answer.room),
                                label(answer.host), session::fingerprint({answer.host_key}), answer.members,
                                answer.has_password},
                               now};
}

std::vector<FoundRoom> find_rooms(std::uint16_t port, os::SignalDescriptor& signals) {
    os::EventLoop loop;
    Finder finder(port, loop);
    loop.watch(signals.fd(), EPOLLIN, [&](std::uint32_t) {
        if (const int signal = signals.read(); signal != 0 && signal != SIGWINCH)
            throw Failure(EX_UNAVAILABLE, tr("stopped while looking for rooms"));
    });
    const auto began = os::monotonic_now();
    std::size_t asked = 0;
    while (os::monotonic_now() < began + patience) {
        if (asked < asked_at.size() && os::monotonic_now() >= began + asked_at[asked]) {
            finder.ask();
            ++asked;
        }
        loop.wait(began + (asked < asked_at.size() ? asked_at[asked] : patience));
    }
    return finder.rooms(began);
}

std::optional<FoundRoom> meant_room(const std::vector<FoundRoom>& rooms, const KnownRooms& known_rooms,
                                    bool may_ask) {
    const auto is_known = [&](const FoundRoom& room) { return known_rooms.knows(room.fingerprint); };
    if (std::count_if(rooms.begin(), rooms.end(), is_known) == 1)
        return *std::find_if(rooms.begin(), rooms.end(), is_known);
    if (rooms.size() == 1 && (may_ask || known_rooms.is_empty())) return rooms.front();
    return std::nullopt;
}

std::vector<std::string> table_of(const std::vector<FoundRoom>& rooms, const KnownRooms& known_rooms,
                                  int columns) {
    constexpr int least = 8;
    constexpr int step = 4;
    for (int most = label_columns;; most -= step) {
        auto table = in_columns(cells_of(rooms, known_rooms, most));
        const auto is_wider = [&](const std::string& line) { return text::columns(line) > columns; };
        if (most - step < least || std::none_of(table.begin(), table.end(), is_wider)) return table;
    }
}

} // namespace chat
