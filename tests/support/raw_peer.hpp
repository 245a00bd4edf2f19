// SPDX-License-Identifier: MIT
// A raw client at an address of a hub that only a test turns.
#pragma once

#include "tests/support/hub_harness.hpp"
#include "tests/support/raw_client.hpp"

#include <string>
#include <string_view>

namespace test {

/// Of a hub whose key is nobody else's.
inline chatd::Hub::Options hub_options() {
    chatd::Hub::Options made;
    made.identity = RawClient::key(99);
    return made;
}

class RawPeer {
  public:
    /// `room` must outlive it. Its key is its seed's.
    RawPeer(HubHarness& room, std::uint64_t seed, const net::Address& where,
            std::optional<std::string> password = {})
        : at(where)
        , random_(seed)
        , client(RawClient::key(seed), random_, std::move(password))
        , room_(room) {}
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    /// A turn with this datagram in it; what came back goes to the client. Returns how many bytes did.
    std::size_t send(std::string_view datagram) { return hear(room_.turn(at, datagram)); }
    std::size_t pass(Duration duration) { return hear(room_.pass(duration)); }
    std::size_t hear(const std::vector<Sent>& sent) {
        std::size_t bytes = 0;
        for (const auto& datagram : to(sent, at)) {
            bytes += datagram.size();
            client.take(datagram);
        }
        return bytes;
    }

    /// Up to where a JOIN may follow.
    void greet() {
        send(client.probe());
        REQUIRE(client.has_room());
        send(client.hello());
        REQUIRE(client.has_host());
    }
    void join(const wire::JoinPayload& payload) {
        greet();
        send(client.join(wire::encode(payload)));
    }
    /// Joins and is welcome.
    void enter(const std::string& name) {
        join(RawClient::payload(name));
        REQUIRE(client.is_welcome());
    }

    net::Address at;

  private:
    SeededRandom random_;

  public:
    RawClient client;

  private:
    HubHarness& room_;
};

} // namespace test
