// SPDX-License-Identifier: MIT
// Which keys are in the room by their sessions here: joins and leaves on their way to the log, members
// without a session, who can be reached, and where members are, for the host's next run.
#pragma once

#include "chatd/room/context.hpp"
#include "chatd/session/absentees.hpp"
#include "chatd/session/feed.hpp"
#include "chatd/session/sessions.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/message.hpp"

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

namespace chatd {

class Memberships {
  public:
    /// What it is given must outlive it.
    Memberships(RoomContext& context, Sessions& sessions, Feed& feed)
        : context_(context)
        , sessions_(sessions)
        , feed_(feed) {}

    /// After a start: whoever was in the room is waited for, since nobody has left because the host was away.
    void restore(const std::vector<KeptPath>& paths, Instant now);

    void submit_join(const wire::MemberId& member, const text::Name& name);
    /// Unless it is not in the room, or its join or leave is on the way to the log; then it is decided again
    /// when that is resolved.
    void submit_leave(const wire::MemberId& member);
    /// A join or a leave of it is in the log, whatever came of it. False if another one is on its way.
    bool resolve(const wire::MemberId& member);
    bool is_under_way(const wire::MemberId& member) const { return under_way_.contains(member); }
    bool is_in_room(const wire::MemberId& member) const { return context_.room().find(member) != nullptr; }

    /// Its session is over, and it is given a while to come back, if it is in the room.
    void wait_for(const wire::MemberId& member, Instant now);
    bool is_waited_for(const wire::MemberId& member) const { return absentees_.contains(member); }
    /// It has a session again.
    void come_back(const wire::MemberId& member);
    /// Has that absentee leave who would be waited for least, and is not `kept`. False if there is none.
    bool give_up_one_but(const wire::MemberId& kept);
    /// Members without a session, but for `member`.
    std::size_t absent_but(const wire::MemberId& member) const {
        return absentees_.size() - (absentees_.contains(member) ? 1 : 0);
    }

    /// Where it is, for the log, once it is sure that it is there.
    void note_path(Peer& member);
    /// It is no member any more, nor waited for.
    void forget(const wire::MemberId& member);

    /// Everybody who is here, as newcomers are told.
    wire::Roster roster() const;
    /// Tells everybody whether it can be reached, and what its roster entry is.
    void tell_presence(const wire::MemberId& member);

    /// Absentees that were waited for long enough leave.
    void handle_deadline(Instant now);
    /// Where somebody is to be told now that the host is back.
    std::vector<net::Path> drain_paths_to_tell(Instant now) { return absentees_.drain_paths_to_tell(now); }
    std::optional<Instant> next_deadline() const { return absentees_.next_deadline(); }

    /// Silence after which a member has left.
    static constexpr Duration lifetime = std::chrono::minutes(5);

  private:
    bool is_unreachable(const wire::MemberId& member) const;

    RoomContext& context_;
    Sessions& sessions_;
    Feed& feed_;
    std::unordered_map<wire::MemberId, int> under_way_; ///< joins and leaves
    Absentees absentees_;
};

} // namespace chatd
