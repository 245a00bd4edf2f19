// SPDX-License-Identifier: MIT
// What members ask for, on its way to the room and to the log: commands in the order of their outboxes, and
// searches, as fast as their key, their address and everybody together may have them.
#pragma once

#include "chatd/admission/ledger.hpp"
#include "chatd/room/context.hpp"
#include "chatd/session/peer.hpp"
#include "chatd/session/sessions.hpp"
#include "chatd/session/typists.hpp"
#include "chatd/session/waiting_line.hpp"
#include "common/base/time.hpp"
#include "common/wire/packet.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chatd {

class Intake {
  public:
    /// Without `has_history` a search finds nothing. What it is given must outlive it.
    Intake(const Limits& limits, bool has_history, Ledger& ledger, RoomContext& context, Sessions& sessions,
           Typists& typists);

    /// Hands on what it may have now; the rest waits.
    void go_on(Peer& member, Instant now);
    /// Serves those who waited for what others had.
    void serve(Instant now);
    /// What the log has found for it.
    void handle_page(Peer& member, const LogPage& page);
    /// It waits for nothing any more.
    void leave_lines(Peer& member);

    /// Whether a packet of a member that has much waiting has to count as lost.
    bool is_over_memory(const Peer& member, const wire::Data& data, std::string_view datagram);
    /// When the member's key may have what it waits for; Instant::max() if it waits for nothing of its own.
    Instant ready_at(const Peer& member) const;
    /// When serve() has something to do.
    std::optional<Instant> next_deadline() const;
    /// Commands that came faster than their key may send them, and waited.
    std::uint64_t delayed() const { return delayed_; }

  private:
    void submit_commands(Peer& member, Instant now);
    void submit_command(Peer& member, Instant now);
    void submit_search(Peer& member, Instant now);
    void begin_search(Peer& member, Instant now);
    /// Whether its key may have one now, whatever others may.
    bool may_have(Cost cost, Peer& member, Instant now);
    /// It has to wait with what it wants.
    void hold_back(Peer& member);

    const std::size_t fair_share_;
    const bool has_history_;
    Ledger& ledger_;
    RoomContext& context_;
    Sessions& sessions_;
    Typists& typists_;
    WaitingLine commands_{ledger_, Cost::command};
    WaitingLine searches_{ledger_, Cost::search};
    std::uint64_t delayed_ = 0;
};

} // namespace chatd
