// SPDX-License-Identifier: MIT
// The last words of sessions that have ended: said again to a client that goes on, and, when the room closes,
// until they are answered.
#pragma once

#include "chatd/session/peer.hpp"
#include "common/base/time.hpp"
#include "common/wire/packet.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chatd {

class Farewells {
  public:
    /// The host's last packet to that session.
    void add(wire::SessionId id, std::string bytes);
    /// What a packet of `size` for a session that is over is answered: no more than that, and not without
    /// end, since the answer may be answered.
    std::optional<std::string> answer(wire::SessionId id, std::size_t size, Instant now);

    /// Says `bytes` from `now` on until `member` answers.
    void repeat(std::unique_ptr<Peer> member, std::string bytes, Instant now);
    /// A packet for one of those.
    void handle(const wire::Data& data, std::string_view datagram, Instant now);
    /// What is to be said again now.
    std::vector<net::OwnedDatagram> drain_due(Instant now);
    std::optional<Instant> next_deadline() const;
    /// Whether everybody has answered, or is waited for no more.
    bool is_done() const { return repeated_.empty(); }

  private:
    static constexpr std::size_t max_said = 256;

    struct Said {
        wire::SessionId id = 0;
        std::string bytes;
        int answers = 0;
        Instant next{};
    };
    struct Repeated {
        std::unique_ptr<Peer> member;
        std::string bytes;
    };
    std::deque<Said> said_;                        ///< the newest, at most max_said
    std::map<wire::SessionId, Repeated> repeated_; ///< as many as there were members
    Instant say_at_{};
    Instant until_{};
};

} // namespace chatd
