// SPDX-License-Identifier: MIT
// What the screen is about: the lines, who is known to be here, how the connection is. Plain state, changed
// by what the network says and the user types; it draws nothing and sends nothing.
#pragma once

#include "chat/link.hpp"

#include <cstdint>
#include <ctime>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// A line of the scrollback. Its strings are displayable.
struct Line {
    enum class Kind {
        said,
        own,
        admin,
        notice, ///< who came and went
        host,   ///< the host to us
        local,  ///< this program to its user
        unread, ///< a mark: what follows came while nobody looked
    };
    enum class Delivery { none, sending, not_sent };

    std::uint64_t number = 0; ///< counts up; stays with the line
    Kind kind = Kind::local;
    std::tm time{}; ///< local
    std::string name;
    std::string text;
    LineId id = 0;
    Delivery delivery = Delivery::none;
};

/// Somebody who is known to be here.
struct Presence {
    bool is_classic = false; ///< no key stands behind the name
    bool is_away = false;
    bool is_unreachable = false;
    bool operator==(const Presence&) const = default;
};

class Model {
  public:
    /// Lines kept.
    static constexpr std::size_t max_lines = 100'000;
    /// Names kept of those known to be here: what a host has at most, and some.
    static constexpr std::size_t max_roster = 4096;

    enum class Connection { joining, online, offline, closed };

    std::string host;  ///< as shown in the title
    std::string room;  ///< what the host calls it; empty if it does not say
    std::string name;  ///< our own
    std::string topic; ///< what the room is about; may be empty
    bool is_encrypted = false;
    bool has_key = false; ///< the room
    bool is_away = false; ///< ourselves
    std::vector<std::string> typists;
    std::string last_whisperer; ///< to us; empty for nobody
    std::optional<Duration> round_trip;
    Duration silence{}; ///< of the host, while there is no contact
    bool is_roster_whole = false;
    Connection connection = Connection::joining;

    /// What the network says, at the local `time`.
    void apply(const LinkEvent& event, const std::tm& time);
    /// The oldest event whose line is here, before which more may be asked for; nothing if nothing is older.
    std::optional<wire::Sequence> oldest() const { return has_all_ ? std::nullopt : oldest_; }
    bool is_looking = false; ///< for something older, or something special

    /// A line typed here and handed to the network.
    void add_own(LineId id, std::string_view text, const std::tm& time);
    /// A word of this program's.
    void add_local(std::string_view text, const std::tm& time);
    void clear();

    const std::deque<Line>& lines() const { return lines_; }
    /// By name; all that are here if is_roster_whole, else those that have been heard of.
    const std::map<std::string, Presence>& roster() const { return roster_; }
    std::size_t waiting_lines() const { return waiting_; }

    /// Where the view has been scrolled to: the last row shown is `rows_above_end` rows from the end of line
    /// `number`. Nothing while it follows the newest line.
    struct Anchor {
        std::uint64_t number = 0;
        int rows_above_end = 0;
        std::uint64_t newest = 0; ///< the newest line's number when it was scrolled up
    };
    std::optional<Anchor> anchor;
    /// Lines that came since the view was scrolled up.
    std::uint64_t new_below() const;

  private:
    void add(Line line);
    void add(Line::Kind kind, std::string who, std::string text, const std::tm& time);
    void apply_event(const RoomEvent& what, const std::tm& time);
    void apply_found(const Found& found, const std::tm& time);
    /// What was said, as a line; nothing for what is none.
    std::optional<Line> line_of(const wire::Event& event) const;
    void prepend(Line line);
    void settle(LineId id, Line::Delivery delivery);
    void meet(const std::string& who, Presence presence = {});
    void forget(const std::string& who);

    std::deque<Line> lines_;
    std::map<std::string, Presence> roster_;
    std::uint64_t next_number_ = std::uint64_t{1} << 32; ///< older lines count down from there
    std::uint64_t first_number_ = next_number_;
    std::optional<wire::Sequence> oldest_;
    wire::Sequence newest_ = 0;
    bool has_all_ = false;
    std::size_t waiting_ = 0;
    bool is_unread_due_ = false; ///< the mark comes before the next line that somebody said
    std::uint64_t heading_ = 0;  ///< the number of the line above what was said before; 0 for none
};

} // namespace chat
