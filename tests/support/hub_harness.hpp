// SPDX-License-Identifier: MIT
// A hub with its log and a clock that only tests turn: datagrams in, datagrams out, as values.
#pragma once

#include "chatd/hub/hub.hpp"
#include "chatd/hub/turn.hpp"
#include "chatd/log/memory_log.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace test {

inline net::Address address(const std::string& literal, std::uint16_t port) {
    return net::Address::parse(literal, port).value();
}

struct Sent {
    net::Address to;
    std::string bytes;
    bool is_proven = false;
};

class HubHarness {
  public:
    explicit HubHarness(chatd::Hub::Options options = {})
        : hub(std::move(options), random) {
        // One interface, 10.0.0.1/24, with the index 2.
        hub.set_prefixes({{1, address("127.0.0.1", 0), 8}, {2, address("10.0.0.1", 0), 24}});
    }

    void put(const net::Address& from, std::string_view bytes) {
        net::Datagram datagram;
        datagram.path.peer = from;
        datagram.path.local.interface_index = from.is_loopback() ? 1 : 2;
        datagram.bytes = bytes;
        hub.handle_datagram(datagram, now);
    }

    /// The rest of the turn; what went out in it.
    std::vector<Sent> finish_turn() {
        const WallTime time(std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()));
        std::vector<Sent> sent;
        for (auto& notice : chatd::run_turn(hub, log, now, time, [&] {
                 while (const auto next = hub.poll_transmit(now))
                     sent.push_back({next->path->peer, std::string(next->bytes), next->is_proven});
             }))
            notices.push_back(std::move(notice));
        return sent;
    }

    /// A turn with one datagram in it.
    std::vector<Sent> turn(const net::Address& from, std::string_view bytes) {
        put(from, bytes);
        return finish_turn();
    }

    /// Lets time pass, with the hub's deadlines on the way.
    std::vector<Sent> pass(Duration duration) {
        const auto end = now + duration;
        std::vector<Sent> all;
        for (auto next = hub.next_deadline(); next && *next <= end; next = hub.next_deadline()) {
            now = std::max(now, *next);
            hub.handle_deadline(now);
            for (auto& sent : finish_turn()) all.push_back(std::move(sent));
        }
        now = end;
        return all;
    }

    SeededRandom random{42};
    chatd::Hub hub;
    chatd::MemoryLog log;
    Instant now{std::chrono::hours(1)};
    std::vector<chatd::Notice> notices;
};

/// What went to one address, in order.
inline std::vector<std::string> to(const std::vector<Sent>& sent, const net::Address& who) {
    std::vector<std::string> lines;
    for (const auto& one : sent)
        if (one.to == who) lines.push_back(one.bytes);
    return lines;
}

using Lines = std::vector<std::string>;

} // namespace test
