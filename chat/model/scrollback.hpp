// SPDX-License-Identifier: MIT
// The lines on the screen and above: which of them are new, which are on their way, and where the user looks.
// It neither draws the lines nor knows what they say.
#pragma once

#include "chat/link/link.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace chat {

/// A line of the scrollback. Its strings are displayable.
struct Line {
    enum class Kind {
        said,
        own,
        admin,
        notice,  ///< something happened in the room
        crowd,   ///< members came and went
        host,    ///< the host says something to us
        warning, ///< somebody may not be who the name says
        local,   ///< this program says something to its user
        unread,  ///< a mark: the lines after it came while nobody looked
    };
    enum class Delivery { none, sending, not_sent };
    enum class Manner { said, acted, whispered };

    std::uint64_t number = 0; ///< counts up; stays with the line
    Kind kind = Kind::local;
    WallTime time{};
    std::string name;
    std::string text;
    Manner manner = Manner::said;
    std::string to; ///< the reader of a whispered line
    LineId id = 0;
    Delivery delivery = Delivery::none;
    bool is_mention = false; ///< it names the user, or is to the user alone
    int more_joined = 0;     ///< of a crowd: how many besides the first, whom the text names
    int more_left = 0;

    static Line made(Kind kind, std::string name, std::string text, WallTime time);
};

class Scrollback {
  public:
    /// Lines kept, and their bytes: lines that people type come to some ten megabytes.
    static constexpr std::size_t max_lines = 100'000;
    static constexpr std::size_t max_size = std::size_t{64} * 1024 * 1024;

    const std::deque<Line>& lines() const { return lines_; }
    /// The index of a line; if it is gone, of the line that came after it.
    std::size_t index_of(std::uint64_t number) const;
    /// The number of the newest line of any kind; it grows whenever one comes.
    std::uint64_t newest_number() const { return next_number_ - 1; }

    /// Adds a line at the end; `event` is the number of the room's event that it shows, if there is one.
    void add(Line line, wire::Sequence event = 0);
    /// Somebody came or went. Several who do so in a burst share a line, if is_one_burst is set.
    void add_crowd(bool has_joined, std::string words, WallTime time);
    /// Whether two who come or go at these times may share a line; null: nobody does.
    bool (*is_one_burst)(WallTime, WallTime) = nullptr;
    void clear();

    // ---- lines on their way

    /// Adds a line that was typed here; resolve() will tell whether it was said.
    void add_own(Line line);
    void resolve(LineId id, Line::Delivery delivery);
    /// No line that is on its way will arrive any more.
    void give_up_waiting();
    std::size_t waiting_lines() const { return waiting_; }
    /// Removes the newest line that was not sent, and gives its id.
    std::optional<LineId> drain_not_sent();

    // ---- what the user has seen

    /// Tells whether the user looks at the screen. Lines that come while nobody looks are unread.
    void look(bool does);
    /// Lines that somebody said since the user last looked.
    std::size_t unread() const { return unread_; }
    /// The mark where the user last stopped looking (0 if there is none), and how many lines came after it.
    std::uint64_t mark() const { return mark_; }
    std::size_t marked() const { return marked_; }

    /// The place to which the view is scrolled: the last row shown is `rows_above_end` rows from the end of
    /// line `number`. Empty while the view follows the newest line.
    struct Anchor {
        std::uint64_t number = 0;
        int rows_above_end = 0;
        std::uint64_t newest = 0; ///< the newest line's number when it was scrolled up
        bool operator==(const Anchor&) const = default;
    };
    std::optional<Anchor> anchor;
    /// Lines that came since the view was scrolled up.
    std::uint64_t new_below() const;

    // ---- earlier lines

    /// Events go on after `from`; those up to `head` came while this program did not run.
    void resume(wire::Sequence from, wire::Sequence head);
    /// An event of the log has come, whether it has a line or not.
    void note_event(wire::Sequence sequence);
    /// The oldest event that is here: older ones may be asked for. Empty if there is nothing older.
    std::optional<wire::Sequence> oldest() const { return has_all_ ? std::nullopt : oldest_; }
    bool is_looking = false; ///< a search, or earlier lines, were asked for
    /// Adds a heading above the earlier lines, unless there is one.
    void add_heading(std::string words, WallTime time);
    struct Older {
        wire::Sequence sequence = 0;
        std::optional<Line> line; ///< empty if the event has none
    };
    /// Puts earlier lines above all others, the oldest first, below a heading, as far as there is room.
    void add_older(std::vector<Older> found, bool is_all, std::string heading, WallTime now);

  private:
    void mark_unread(WallTime time);
    void append(Line line);
    void prepend(Line line);
    void erase(std::uint64_t number);
    void erase(const std::deque<Line>::iterator& line);
    bool is_full() const { return lines_.size() >= max_lines || size_ >= max_size; }

    std::deque<Line> lines_;                             ///< at most max_lines
    std::size_t size_ = 0;                               ///< bytes of lines_, at most max_size
    std::uint64_t next_number_ = std::uint64_t{1} << 32; ///< older lines count down from there
    std::uint64_t first_number_ = next_number_;
    std::optional<wire::Sequence> oldest_;
    wire::Sequence newest_ = 0;
    wire::Sequence unread_until_ = 0; ///< events up to it came before this program started
    bool has_all_ = false;
    std::size_t waiting_ = 0;
    bool is_looked_at_ = true;
    bool is_mark_due_ = false; ///< an unread mark goes before the next line that somebody says
    std::uint64_t mark_ = 0;
    std::size_t marked_ = 0;
    std::size_t unread_ = 0;
    std::uint64_t heading_ = 0; ///< the number of the heading of earlier lines; 0 if there is none
};

} // namespace chat
