// SPDX-License-Identifier: MIT
// What the screen is about: the lines, who is known to be here, how the connection is. Plain state, changed
// by what the network says and the user types; it draws nothing and sends nothing.
#pragma once

#include "chat/link/link.hpp"
#include "chat/model/known_names.hpp"

#include <cstdint>
#include <ctime>
#include <deque>
#include <map>
#include <optional>
#include <set>
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
        notice,  ///< what happened in the room
        crowd,   ///< who came and went
        host,    ///< the host to us
        warning, ///< that somebody may be somebody else
        local,   ///< this program to its user
        unread,  ///< a mark: what follows came while nobody looked
    };
    enum class Delivery { none, sending, not_sent };
    enum class Manner { said, acted, whispered };

    std::uint64_t number = 0; ///< counts up; stays with the line
    Kind kind = Kind::local;
    std::tm time{}; ///< local
    std::string name;
    std::string text;
    Manner manner = Manner::said;
    std::string to; ///< of what is whispered: its reader
    LineId id = 0;
    Delivery delivery = Delivery::none;
    bool is_mention = false; ///< of the user, or to the user alone
    int more_joined = 0;     ///< of a crowd: besides the first, which is in the text
    int more_left = 0;
};

/// Somebody who is known to be here.
struct MemberStatus {
    bool is_classic = false; ///< no key stands behind the name
    bool is_away = false;
    bool is_unreachable = false;
    std::optional<wire::Fingerprint> key = {}; ///< as far as the host tells it
    bool operator==(const MemberStatus&) const = default;
};

class Model {
  public:
    /// Lines kept, and their bytes: what people type is some ten megabytes.
    static constexpr std::size_t max_lines = 100'000;
    static constexpr std::size_t max_size = std::size_t{64} * 1024 * 1024;
    /// Names kept of those known to be here: what a host has at most, and some.
    static constexpr std::size_t max_roster = 4096;

    enum class Connection { joining, online, offline, closed };

    std::string host;  ///< as shown in the title
    std::string room;  ///< what the host calls it; empty if it does not say
    std::string name;  ///< our own
    std::string topic; ///< what the room is about; may be empty
    bool is_encrypted = false;
    bool has_password = false; ///< the room
    bool is_away = false;      ///< ourselves
    std::vector<std::string> typists;
    std::string last_whisperer; ///< to us; empty for nobody
    std::optional<Duration> round_trip;
    Duration silence{}; ///< of the host, while there is no contact
    bool is_roster_whole = false;
    Connection connection = Connection::joining;
    bool gathers_crowds = false;   ///< who comes and goes in a burst is one line
    std::set<std::string> ignored; ///< names whose lines are not shown
    KnownNames known_names;        ///< of this room, where it is encrypted

    /// What the network says, at the local `time`.
    void apply(const LinkEvent& event, const std::tm& time);
    /// The oldest event whose line is here, before which more may be asked for; nothing if nothing is older.
    std::optional<wire::Sequence> oldest() const { return has_all_ ? std::nullopt : oldest_; }
    bool is_looking = false; ///< for something older, or something special

    /// Something that was typed here and handed to the network. False if it is no line.
    bool add_own(LineId id, const wire::Command& command, const std::tm& time);
    /// Takes the newest line that was not sent out of the scrollback.
    std::optional<LineId> drain_not_sent();
    /// A word of this program's.
    void add_local(std::string_view text, const std::tm& time);
    void clear();

    /// Whether the user has the screen before them. What comes when not is unread.
    void look(bool does);
    /// Lines that somebody said since nobody looked.
    std::size_t unread() const { return unread_; }
    /// The mark where somebody last stopped looking, 0 for none, and how many lines came then.
    std::uint64_t mark() const { return mark_; }
    std::size_t marked() const { return marked_; }

    const std::deque<Line>& lines() const { return lines_; }
    /// Where a line is, or the one behind where it was.
    std::size_t index_of(std::uint64_t number) const;
    /// By name; all that are here if is_roster_whole, else those that have been heard of.
    const std::map<std::string, MemberStatus>& roster() const { return roster_; }
    /// Counts up with each line that is said; 0 for who has said none.
    std::uint64_t spoke(const std::string& who) const;
    std::size_t waiting_lines() const { return waiting_; }
    /// Lines that came, of any kind: tells whether any is new.
    std::uint64_t newest_number() const { return next_number_ - 1; }

    /// Where the view has been scrolled to: the last row shown is `rows_above_end` rows from the end of line
    /// `number`. Nothing while it follows the newest line.
    struct Anchor {
        std::uint64_t number = 0;
        int rows_above_end = 0;
        std::uint64_t newest = 0; ///< the newest line's number when it was scrolled up
        bool operator==(const Anchor&) const = default;
    };
    std::optional<Anchor> anchor;
    /// Lines that came since the view was scrolled up.
    std::uint64_t new_below() const;

  private:
    void add(Line line);
    void add(Line::Kind kind, std::string who, std::string text, const std::tm& time);
    void add_crowd(bool has_joined, const std::string& words, const std::tm& time);
    void mark_unread(const std::tm& time);
    void apply_event(const RoomEvent& what, const std::tm& time);
    /// What an event changes besides the lines: who is here, and what the room is about.
    void change_roster(const RoomEvent& what);
    /// Whether `who` is the user. Where a host keeps no log, anybody may go by the name.
    bool is_ours(const RoomEvent& what, const text::Name& who) const;
    void apply_search_results(const SearchResults& found, const std::tm& time);
    /// What was said, as a line; nothing for what is none.
    std::optional<Line> line_of(const wire::Event& event, const std::tm& received) const;
    bool mentions_user(std::string_view text) const;
    void prepend(Line line);
    void resolve(LineId id, Line::Delivery delivery);
    void meet(const std::string& who, MemberStatus presence = {});
    /// Warns if it is not who had the name before.
    void check_key(const text::Name& who, const std::tm& time);
    void forget(const std::string& who);
    void erase(std::uint64_t number);
    void erase(const std::deque<Line>::iterator& line);
    bool is_full() const { return lines_.size() >= max_lines || size_ >= max_size; }

    std::deque<Line> lines_; ///< at most max_lines
    std::size_t size_ = 0;   ///< of them, at most max_size
    std::map<std::string, MemberStatus> roster_;
    wire::Sequence roster_as_of_ = 0;                    ///< events up to it are part of the roster
    std::map<std::string, std::uint64_t> spoke_;         ///< at most max_roster
    std::uint64_t next_number_ = std::uint64_t{1} << 32; ///< older lines count down from there
    std::uint64_t first_number_ = next_number_;
    std::optional<wire::Sequence> oldest_;
    wire::Sequence newest_ = 0;
    wire::Sequence unread_until_ = 0; ///< events that came before this program was there
    bool has_all_ = false;
    std::size_t waiting_ = 0;
    bool is_looked_at_ = true;
    bool is_mark_due_ = false; ///< before the next line that somebody says
    std::uint64_t mark_ = 0;
    std::size_t marked_ = 0;
    std::size_t unread_ = 0;
    std::uint64_t heading_ = 0; ///< the number of the line above what was said before; 0 for none
};

} // namespace chat
