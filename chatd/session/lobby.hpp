// SPDX-License-Identifier: MIT
// Members with a session who are not let in yet: first their join has to be in the log, which waits until
// their key, their address and everybody together may have one more; then there has to be memory for the
// roster that they are welcomed with.
#pragma once

#include "chatd/admission/ledger.hpp"
#include "chatd/room/context.hpp"
#include "chatd/session/feed.hpp"
#include "chatd/session/memberships.hpp"
#include "chatd/session/peer.hpp"
#include "chatd/session/roster_cache.hpp"
#include "chatd/session/sessions.hpp"
#include "chatd/session/waiting_line.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chatd {

class Lobby {
  public:
    /// A newcomer gets at most `max_history` lines of what was said before. What it is given must outlive it.
    Lobby(const Limits& limits, std::size_t max_history, Ledger& ledger, RoomContext& context, Feed& feed,
          Sessions& sessions, Memberships& memberships);

    void set_log_id(const LogId& log_id) { log_id_ = log_id; }
    const LogId& log_id() const { return log_id_; }

    /// Has it join the room if it is not in it, and admits it if it is. Asked again until that is done.
    void let_in(Peer& member, Instant now, bool is_its_turn = false);
    /// The newest event is its join: it is admitted.
    void handle_joined(Peer& member, Instant now);
    /// What the log has at the cursor of one that is not admitted.
    void handle_page(Peer& member, const LogPage& page, Instant now);
    /// It waits for nothing any more.
    void leave_line(Peer& member);

    /// Lets those in whose turn it is.
    void serve(Instant now);
    std::optional<Instant> next_deadline() const { return joins_.next_deadline(); }
    /// Those whose roster takes too long to arrive, while its memory is wanted. They are to be sent away.
    std::vector<Peer*> drain_overdue(Instant now);

    /// Bytes of memory, about.
    std::size_t memory() const { return rosters_.bytes(); }

  private:
    /// It is in the room: it is welcomed, once it is known how far it is in the log and there is memory for
    /// its roster.
    void admit(Peer& member, Instant now);
    /// Whether there is memory for a newcomer's roster, and a way to save its join.
    bool may_let_in() const;
    /// It is let in later.
    void wait(Peer& member, Instant until);
    void tell_to_wait(Peer& member);
    /// Whether the log has the event at its cursor, as far as that is known without the disk.
    std::optional<bool> is_cursor_true(const Peer::Start& start) const;
    wire::WelcomeFrame welcome_for(const Peer& member) const;
    wire::Sequence start_for(const Peer& member) const;
    std::shared_ptr<const std::string> encoded_roster();

    const std::size_t roster_bytes_;
    const std::size_t max_history_;
    Ledger& ledger_;
    RoomContext& context_;
    Feed& feed_;
    Sessions& sessions_;
    Memberships& memberships_;
    LogId log_id_{};
    WaitingLine joins_{ledger_, Cost::join};
    RosterCache rosters_;
    Instant reclaim_at_{};
};

} // namespace chatd
