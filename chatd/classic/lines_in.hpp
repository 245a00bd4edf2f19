// SPDX-License-Identifier: MIT
// What classic members say, on its way to the log at the pace that the flood limit allows. Lines above it
// wait their turn. A member that leaves has said all of its lines before.
#pragma once

#include "chatd/classic/classic_member.hpp"
#include "chatd/classic/lines_out.hpp"
#include "chatd/room/context.hpp"
#include "common/base/time.hpp"
#include "common/base/token_bucket.hpp"

#include <cstddef>
#include <map>
#include <optional>

namespace chatd {

class LinesIn {
  public:
    /// Lines that wait their turn, a member.
    static constexpr std::size_t max_waiting = 20;
    /// And bytes of them, but for the last one.
    static constexpr std::size_t max_waiting_bytes = std::size_t{16} << 10;

    using Members = LinesOut::Members;

    /// `flood` is empty for no limit. The others must outlive it.
    LinesIn(const std::optional<Rate>& flood, Members& members, RoomContext& context)
        : flood_(flood)
        , members_(members)
        , context_(context) {}

    enum class Outcome {
        submitted,
        waits,
        refused, ///< too many wait already
    };
    Outcome say(ClassicMember& member, wire::Say say, Instant now);
    /// The member leaves, after what it said.
    void leave(ClassicMember& member);
    /// Whether its leave is on the way to the log.
    static bool has_left(const ClassicMember& member) { return member.is_leaving && member.waiting.empty(); }
    /// Takes back a leave that is not on the way to the log yet, if there is one.
    static void stay(ClassicMember& member);
    /// The member leaves at once. What waits is not said.
    void leave_at_once(ClassicMember& member);
    /// Before the member is forgotten.
    void forget(const wire::MemberId& member) { waiting_.erase(member); }

    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;
    /// Bytes of memory, about.
    std::size_t memory() const;

  private:
    std::optional<Rate> flood_;
    Members& members_;
    RoomContext& context_;
    std::map<wire::MemberId, net::Address> waiting_; ///< members with lines waiting
};

} // namespace chatd
