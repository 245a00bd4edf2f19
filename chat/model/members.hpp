// SPDX-License-Identifier: MIT
// The members that are known to be here, and the room's topic, from the roster and the events since. It shows
// nothing and says nothing.
#pragma once

#include "chat/link/link.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// What is known of a member.
struct MemberStatus {
    bool is_classic = false; ///< no key stands behind the name
    bool is_away = false;
    bool is_unreachable = false;
    std::optional<wire::Fingerprint> key = {}; ///< empty if the host does not tell it
    bool operator==(const MemberStatus&) const = default;
};

class Members {
  public:
    /// Names that are kept: as many as a host has at most, and some more.
    static constexpr std::size_t max_known = 4096;

    std::string own_name;
    bool is_away = false; ///< the user is
    std::string topic;    ///< empty if there is none
    std::vector<std::string> typists;

    /// By name: all members if is_whole(), else those that have been heard of.
    const std::map<std::string, MemberStatus>& roster() const { return roster_; }
    bool is_whole() const { return is_whole_; }
    /// The member who whispered to us last; empty if nobody has.
    const std::string& last_whisperer() const { return last_whisperer_; }
    /// A number that is larger the later the member has last said a line; 0 if it has said none.
    std::uint64_t spoke(const std::string& who) const;
    /// The members, without the user, whose names begin so; the one that spoke last comes first.
    std::vector<std::string> like(std::string_view typed) const;
    /// Whether the roster includes the event already.
    bool has_seen(const RoomEvent& what) const;
    /// Whether `who` is the user. If the host keeps no log, anybody may have the name.
    bool is_own(const wire::Event& event, const text::Name& who) const;
    /// Whether the user's name is in `text`, as a word.
    bool are_spoken_of(std::string_view text) const;

    void handle(const RosterKnown& known);
    void handle(const PresenceKnown& known);
    void handle(const RoomEvent& what);
    /// A member is here under that name.
    void meet(const std::string& who, MemberStatus status = {});
    /// The member has said a line.
    void note_speaker(const std::string& who);
    /// Forgets all members.
    void clear() { roster_.clear(); }

  private:
    void rename(const std::string& from, const std::string& to);
    void change_roster(const RoomEvent& what);

    std::map<std::string, MemberStatus> roster_; ///< at most max_known
    bool is_whole_ = false;
    wire::Sequence as_of_ = 0; ///< the roster includes the events up to it
    std::string last_whisperer_;
    std::map<std::string, std::uint64_t> spoke_; ///< at most max_known
    std::uint64_t lines_said_ = 0;
};

} // namespace chat
