// SPDX-License-Identifier: MIT
#include "chat/link/live_session.hpp"

#include <utility>

namespace chat {
namespace {

using namespace std::chrono_literals;

// A router's mapping, and the host's patience, last longer than this.
constexpr Duration keep_alive = 15s;
// A host that has acknowledged a command may have died before it was saved: until there is a result, it is
// asked for a sign of life so often.
constexpr Duration unresolved_interval = 500ms;
// A host may send three times as much to an address that it does not know yet. This much lets it try often.
constexpr std::size_t ping_size = 320;
// Probes without an answer until the host is asked whether it is still the same, and how long they go
// unanswered until another session is tried for.
constexpr int contact_probes = 2;
constexpr Duration session_patience = 10s;
// The host keeps half a handshake for five seconds, and a network a datagram hardly longer. If it uses this
// session after so long, no JOIN of ours replaces it any more.
constexpr Duration join_lifetime = 60s;

} // namespace

LiveSession::LiveSession(Channel channel, std::uint64_t boot_id, Random& random)
    : channel_(std::move(channel))
    , boot_id_(boot_id)
    , random_(random)
    , last_sent_at_(channel_.session().heard())
    , ping_interval_(keep_alive) {}

void LiveSession::begin_next(const Connector::Terms& terms, Instant now) {
    next_.emplace(terms, random_, now);
}

void LiveSession::check_host(const Connector::Terms& terms, Duration interval, Instant now) {
    if (next_ || now - checked_at_ < interval) return;
    checked_at_ = now;
    next_.emplace(terms, random_, now, boot_id_);
}

void LiveSession::handle_heard(Instant now) {
    waiting_since_.reset();
    // The last packet may be the one that says that it is replaced.
    if (joined_at_ && heard_at_ - *joined_at_ > join_lifetime) joined_at_.reset();
    heard_at_ = now;
    // While the host answers, nothing but new keys needs another session.
    if (next_ && next_->is_probing() && now < channel_.session().renewal_due()) next_.reset();
}

std::vector<session::SentItem> LiveSession::handle_deadline(Instant now) {
    auto lost = channel_.session().handle_deadline(now);
    if (channel_.session().recovery().unanswered_probes() == 0)
        waiting_since_.reset();
    else if (!waiting_since_)
        waiting_since_ = now;
    return lost;
}

std::optional<Instant> LiveSession::ping_due(const Membership& membership) const {
    if (is_ping_due_) return std::nullopt;
    return last_sent_at_ + (membership.unresolved_commands() == 0 ? ping_interval_ : unresolved_interval);
}

std::optional<Instant> LiveSession::check_due() const {
    if (next_ || channel_.session().recovery().unanswered_probes() < contact_probes) return std::nullopt;
    return checked_at_ + check_interval;
}

std::optional<Instant> LiveSession::give_up_due() const {
    if (!waiting_since_ || (next_ && !next_->is_check())) return std::nullopt;
    return *waiting_since_ + session_patience;
}

std::optional<Instant> LiveSession::renewal_due() const {
    if (next_) return std::nullopt;
    return channel_.session().renewal_due();
}

std::optional<std::string> LiveSession::poll_transmit(Membership& membership, Instant now) {
    if (next_)
        if (auto datagram = next_->poll_transmit(now)) return datagram;
    if (auto response = channel_.poll_response()) return response;
    auto packet = channel_.session().begin_packet(now);
    if (!packet) return std::nullopt;
    if (packet->room() > 0) fill(*packet, membership);
    auto datagram = channel_.session().finish_packet(std::move(*packet), now);
    if (!datagram) return std::nullopt;
    last_sent_at_ = now;
    // It varies by a tenth, so that the clients of a room do not ping in step.
    ping_interval_ = keep_alive - keep_alive / 10 * static_cast<std::int64_t>(random_.u64() % 1000) / 1000;
    return datagram;
}

void LiveSession::fill(session::PacketBuilder& packet, Membership& membership) {
    if (packet.wants_answer() && !membership.is_owing())
        membership.handle_lost(channel_.session().recovery().oldest_items());
    membership.write(packet);
    // A probe is as large, since its PING may have been the one that got lost.
    const bool wants_ping = is_ping_due_ || packet.wants_answer();
    if (!wants_ping || !packet.items().empty() || packet.room() < ping_size) return;
    for (std::size_t i = 0; i < ping_size; ++i) packet.add(wire::PingFrame{});
    is_ping_due_ = false;
}

} // namespace chat
