// SPDX-License-Identifier: MIT
// ONLINE as in chat-protocol(7): the session in use, the signs of life that keep it, and the silence that
// puts it in doubt. Beside it there may be an attempt at the next session: with new keys, or with a host that
// has restarted. This one is used until the next one is welcomed.
#pragma once

#include "chat/link/channel.hpp"
#include "chat/link/connector.hpp"
#include "chat/link/membership.hpp"
#include "common/base/random.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chat {

class LiveSession {
  public:
    /// `boot_id` is the host's. `random` must outlive it.
    LiveSession(Channel channel, std::uint64_t boot_id, Random& random);

    Channel& channel() { return channel_; }
    const Channel& channel() const { return channel_; }
    std::uint64_t boot_id() const { return boot_id_; }

    /// The attempt at the next session; null if there is none.
    Connector* next() { return next_ ? &*next_ : nullptr; }
    const Connector* next() const { return next_ ? &*next_ : nullptr; }
    /// Begins an attempt at the next session, in place of any other.
    void begin_next(const Connector::Terms& terms, Instant now);
    /// Asks whether the host has restarted, unless that was asked within `interval` or is being asked.
    void check_host(const Connector::Terms& terms, Duration interval, Instant now);
    void drop_next() { next_.reset(); }
    /// A JOIN for the next one goes out: the host may say that this one is replaced, whatever has become of
    /// that attempt by then.
    void expect_replacement(Instant now) { joined_at_ = now; }
    bool is_replaced_by_own() const { return joined_at_.has_value(); }

    /// The host was heard in this session.
    void handle_heard(Instant now);
    /// Runs the session's timers. Returns the items that count as lost now.
    std::vector<session::SentItem> handle_deadline(Instant now);
    std::optional<Instant> session_due() const { return channel_.session().next_deadline(); }
    /// When the host is to be asked for a sign of life.
    std::optional<Instant> ping_due(const Membership& membership) const;
    void ping() { is_ping_due_ = true; }
    /// When to ask whether the host has restarted: then it knows nothing of this session, and stays silent
    /// in it.
    std::optional<Instant> check_due() const;
    static constexpr Duration check_interval = std::chrono::seconds(1);
    /// Since when an answer is awaited; empty if none is.
    std::optional<Instant> waiting_since() const { return waiting_since_; }
    /// When another session is tried for: this one is given up, or its keys are too old.
    std::optional<Instant> give_up_due() const;
    std::optional<Instant> renewal_due() const;

    /// The attempt at the next session goes first.
    std::optional<std::string> poll_transmit(Membership& membership, Instant now);

  private:
    void fill(session::PacketBuilder& packet, Membership& membership);

    Channel channel_;
    std::uint64_t boot_id_;
    Random& random_;
    std::optional<Connector> next_;
    std::optional<Instant> joined_at_;     ///< the next one, last; until no such JOIN can come any more
    Instant heard_at_{};                   ///< the last packet of the host's
    std::optional<Instant> waiting_since_; ///< for an answer to the probes
    Instant checked_at_;                   ///< whether the host is still the same
    Instant last_sent_at_;
    Duration ping_interval_;
    bool is_ping_due_ = false;
};

} // namespace chat
