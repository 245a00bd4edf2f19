// SPDX-License-Identifier: MIT
// Who is known to be here, how they are, and what the room is about: what the roster says, and the events
// since. It shows nothing and says nothing.
#pragma once

#include "chat/link/link.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// Somebody who is known to be here.
struct MemberStatus {
    bool is_classic = false; ///< no key stands behind the name
    bool is_away = false;
    bool is_unreachable = false;
    std::optional<wire::Fingerprint> key = {}; ///< as far as the host tells it
    bool operator==(const MemberStatus&) const = default;
};

class Members {
  public:
    /// Names kept of those known to be here: what a host has at most, and some.
    static constexpr std::size_t max_known = 4096;

    std::string own_name;
    bool is_away = false; ///< ourselves
    std::string topic;    ///< what the room is about; may be empty
    std::vector<std::string> typists;

    /// By name; all that are here if is_whole(), else those that have been heard of.
    const std::map<std::string, MemberStatus>& roster() const { return roster_; }
    bool is_whole() const { return is_whole_; }
    /// Whoever whispered to us last; empty for nobody.
    const std::string& last_whisperer() const { return last_whisperer_; }
    /// Counts up with each line that is said; 0 for a member that has said none.
    std::uint64_t spoke(const std::string& who) const;
    /// Those whose names begin so, less ourselves, whoever spoke last first.
    std::vector<std::string> like(std::string_view typed) const;
    /// Whether the roster that was told has the event already.
    bool has_seen(const RoomEvent& what) const;
    /// Whether `who` is the user. Where a host keeps no log, anybody may go by the name.
    bool is_own(const wire::Event& event, const text::Name& who) const;
    /// Whether the user's name is in `text`, as a word.
    bool are_spoken_of(std::string_view text) const;

    void handle(const RosterKnown& known);
    void handle(const PresenceKnown& known);
    void handle(const RoomEvent& what);
    /// Somebody is here under that name.
    void meet(const std::string& who, MemberStatus status = {});
    /// They have said a line.
    void note_speaker(const std::string& who);
    /// Nobody is known to be here any more.
    void clear() { roster_.clear(); }

  private:
    void rename(const std::string& from, const std::string& to);
    void change_roster(const RoomEvent& what);

    std::map<std::string, MemberStatus> roster_; ///< at most max_known
    bool is_whole_ = false;
    wire::Sequence as_of_ = 0; ///< events up to it are part of the roster
    std::string last_whisperer_;
    std::map<std::string, std::uint64_t> spoke_; ///< at most max_known
    std::uint64_t lines_said_ = 0;
};

} // namespace chat
