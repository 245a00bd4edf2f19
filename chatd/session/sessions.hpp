// SPDX-License-Identifier: MIT
// The sessions that are open: found by their number and by their key, on the accounts of their addresses,
// asked when it is their time, and given turns to send.
#pragma once

#include "chatd/admission/ledger.hpp"
#include "chatd/session/peer.hpp"
#include "chatd/session/send_queue.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/packet.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatd {

class Sessions {
  public:
    /// `ledger` must outlive it.
    explicit Sessions(Ledger& ledger)
        : ledger_(ledger) {}

    /// A session of a key that has none.
    Peer& add(Peer::Start start);
    /// The session is over. The caller has taken the peer out of its own lists.
    std::unique_ptr<Peer> remove(Peer& peer);

    Peer* find(wire::SessionId id) const;
    Peer* find(const wire::MemberId& key) const;
    std::size_t size() const { return peers_.size(); }
    bool empty() const { return peers_.empty(); }
    /// Those that `is_wanted` holds for; they may be removed one after the other.
    template<class IsWanted>
    std::vector<Peer*> matching(IsWanted is_wanted) const {
        std::vector<Peer*> found;
        for (const auto& [id, peer] : peers_)
            if (is_wanted(*peer)) found.push_back(peer.get());
        return found;
    }
    template<class Handle>
    void for_each(Handle handle) const {
        for (const auto& [id, peer] : peers_) handle(*peer);
    }

    /// What is kept of its commands is on its address' account from now on.
    void note_bytes(Peer& peer);
    /// It has another address, whose account it is on from now on. It must be in no line.
    void set_source(Peer& peer, Source source, std::size_t turn);

    /// It may have something to send, and another deadline.
    void touch(Peer& peer) { outgoing_.touch(peer); }
    void touch_all();
    /// It is to be looked at by then.
    void schedule(Peer& peer, Instant when);
    /// One whose time has come, which has to be scheduled again; null if there is none.
    Peer* pop_due(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Datagrams of this turn: those that are pushed, then what peers have to send. See SendQueue.
    SendQueue& outgoing() { return outgoing_; }

    /// Bytes of memory, about.
    std::size_t memory() const;

  private:
    Ledger& ledger_;
    std::unordered_map<wire::SessionId, std::unique_ptr<Peer>> peers_; ///< as many as Limits::sessions says
    std::unordered_map<wire::MemberId, Peer*> by_key_;
    std::set<std::pair<Instant, wire::SessionId>> deadlines_; ///< one of each peer at most, none too late
    SendQueue outgoing_;
};

} // namespace chatd
