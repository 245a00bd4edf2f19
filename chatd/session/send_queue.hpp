// SPDX-License-Identifier: MIT
// What goes out in a turn: answers at once, and what members may have to send by turns, no faster than all
// of them together may. It sends nothing itself.
#pragma once

#include "chatd/session/fair_queue.hpp"
#include "chatd/session/peer.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/datagram.hpp"
#include "common/wire/packet.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace chatd {

class SendQueue {
  public:
    void push(net::OwnedDatagram datagram) { datagrams_.push_back(std::move(datagram)); }
    /// That one may have something to send.
    void touch(Peer& member) {
        if (!std::exchange(member.is_ready, true)) ready_.push(member);
    }
    void remove(Peer& member) {
        if (std::exchange(member.is_ready, false)) ready_.erase(member);
    }

    /// The next datagram, valid until end_turn(). `fill` makes a member's next one, or none; then `done` is
    /// called with that member.
    template<class Fill, class Done>
    std::optional<net::Outgoing> poll(Instant now, Fill fill, Done done) {
        while (sent_ == datagrams_.size() && !ready_.empty() && ready_at() <= now) {
            auto& member = ready_.pop();
            if (auto datagram = fill(member)) {
                pacer_.spend(pace, now, static_cast<int>(datagram->bytes.size()));
                datagrams_.push_back(std::move(*datagram));
                ready_.push(member); // behind the others
            } else {
                member.is_ready = false;
                done(member);
            }
        }
        if (sent_ == datagrams_.size()) return std::nullopt;
        const auto& next = datagrams_[sent_++];
        return net::Outgoing{&next.path, next.bytes, next.is_proven};
    }
    void end_turn() {
        datagrams_.clear();
        sent_ = 0;
    }
    /// When a member may send: it is held back by the pace, or new. Nothing if none has something to send.
    std::optional<Instant> next_deadline() const {
        return ready_.empty() ? std::nullopt : std::optional(ready_at());
    }

  private:
    // All members together get no more than 200 Mbit/s, 256 full datagrams at once: a thousand windows at
    // once are more than any switch's buffer.
    static constexpr Rate pace{256 * static_cast<int>(wire::max_packet), 25'000'000};

    Instant ready_at() const { return pacer_.ready_at(pace, wire::max_packet); }

    std::deque<net::OwnedDatagram> datagrams_; ///< this turn's
    std::size_t sent_ = 0;
    FairQueue ready_; ///< members that may have something to send
    TokenBucket pacer_;
};

} // namespace chatd
