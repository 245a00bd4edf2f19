// SPDX-License-Identifier: MIT
#include "chatd/session/sessions.hpp"

#include "common/base/sooner.hpp"

#include <algorithm>

namespace chatd {

Peer& Sessions::add(Peer::Start start) {
    const auto id = start.session->id();
    auto& peer = *peers_.emplace(id, std::make_unique<Peer>(std::move(start))).first->second;
    by_key_[peer.start().id] = &peer;
    ledger_.add(Holding::session, peer.source());
    touch(peer);
    return peer;
}

std::unique_ptr<Peer> Sessions::remove(Peer& peer) {
    const auto found = peers_.find(peer.session().id());
    auto removed = std::move(found->second);
    peers_.erase(found);
    by_key_.erase(peer.start().id);
    outgoing_.remove(peer);
    if (peer.scheduled) deadlines_.erase({*peer.scheduled, peer.session().id()});
    ledger_.remove(Holding::session, peer.source());
    ledger_.remove(Holding::waiting_byte, peer.source(), peer.noted_bytes);
    return removed;
}

Peer* Sessions::find(wire::SessionId id) const {
    const auto found = peers_.find(id);
    return found == peers_.end() ? nullptr : found->second.get();
}

Peer* Sessions::find(const wire::MemberId& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second;
}

void Sessions::note_bytes(Peer& peer) {
    const auto bytes = peer.waiting_bytes();
    if (bytes > peer.noted_bytes)
        ledger_.add(Holding::waiting_byte, peer.source(), bytes - peer.noted_bytes);
    else
        ledger_.remove(Holding::waiting_byte, peer.source(), peer.noted_bytes - bytes);
    peer.noted_bytes = bytes;
}

void Sessions::set_source(Peer& peer, Source source, std::size_t turn) {
    outgoing_.remove(peer); // its turn is its address'
    ledger_.remove(Holding::session, peer.source());
    ledger_.remove(Holding::waiting_byte, peer.source(), peer.noted_bytes);
    peer.set_source(std::move(source), turn);
    ledger_.add(Holding::session, peer.source());
    ledger_.add(Holding::waiting_byte, peer.source(), peer.noted_bytes);
    note_bytes(peer);
    touch(peer);
}

void Sessions::touch_all() {
    for (auto& [id, peer] : peers_) touch(*peer);
}

void Sessions::schedule(Peer& peer, Instant when) {
    // Too early does no harm, and most deadlines are put off again and again.
    if (peer.scheduled && *peer.scheduled <= when) return;
    const auto id = peer.session().id();
    if (peer.scheduled) deadlines_.erase({*peer.scheduled, id});
    deadlines_.emplace(when, id);
    peer.scheduled = when;
}

Peer* Sessions::pop_due(Instant now) {
    if (deadlines_.empty() || deadlines_.begin()->first > now) return nullptr;
    auto* peer = find(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    peer->scheduled.reset();
    return peer;
}

std::optional<Instant> Sessions::next_deadline() const {
    const auto due = deadlines_.empty() ? std::nullopt : std::optional(deadlines_.begin()->first);
    return sooner(due, outgoing_.next_deadline());
}

std::size_t Sessions::memory() const {
    std::size_t bytes = 0;
    for (const auto& [id, peer] : peers_) bytes += peer->memory();
    return bytes;
}

} // namespace chatd
