// SPDX-License-Identifier: MIT
// The lines that there are: which of them are new, which are on their way, and where the user looks. It
// neither draws them nor knows what they say.
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
    WallTime time{};
    std::string name;
    std::string text;
    Manner manner = Manner::said;
    std::string to; ///< of what is whispered: its reader
    LineId id = 0;
    Delivery delivery = Delivery::none;
    bool is_mention = false; ///< of the user, or to the user alone
    int more_joined = 0;     ///< of a crowd: besides the first, which is in the text
    int more_left = 0;

    static Line made(Kind kind, std::string name, std::string text, WallTime time);
};

class Scrollback {
  public:
    /// Lines kept, and their bytes: what people type is some ten megabytes.
    static constexpr std::size_t max_lines = 100'000;
    static constexpr std::size_t max_size = std::size_t{64} * 1024 * 1024;

    const std::deque<Line>& lines() const { return lines_; }
    /// Where a line is, or the one behind where it was.
    std::size_t index_of(std::uint64_t number) const;
    /// Lines that came, of any kind: tells whether any is new.
    std::uint64_t newest_number() const { return next_number_ - 1; }

    /// At the end; of an event of the room, that one's number.
    void add(Line line, wire::Sequence event = 0);
    /// Somebody came or went. Those who do so in a burst share a line, where bursts are gathered.
    void add_crowd(bool has_joined, std::string words, WallTime time);
    /// Whether two who come or go at these times may share a line; null if nobody does.
    bool (*is_one_burst)(WallTime, WallTime) = nullptr;
    void clear();

    // ---- lines on their way

    /// One that was typed here, and is to be told the fate of.
    void add_own(Line line);
    void resolve(LineId id, Line::Delivery delivery);
    /// None that is on its way will arrive.
    void give_up_waiting();
    std::size_t waiting_lines() const { return waiting_; }
    /// Takes the newest line that was not sent out.
    std::optional<LineId> drain_not_sent();

    // ---- what the user has seen

    /// Whether the user has the screen before them. What comes when not is unread.
    void look(bool does);
    /// Lines that somebody said since nobody looked.
    std::size_t unread() const { return unread_; }
    /// The mark where somebody last stopped looking, 0 for none, and how many lines came then.
    std::uint64_t mark() const { return mark_; }
    std::size_t marked() const { return marked_; }

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

    // ---- what was before

    /// Events go on behind `from`; those up to `head` came while this program was not there.
    void resume(wire::Sequence from, wire::Sequence head);
    /// An event of the log is here, whether it has a line or not.
    void note_event(wire::Sequence sequence);
    /// The oldest event whose line is here, before which more may be asked for; nothing if nothing is older.
    std::optional<wire::Sequence> oldest() const { return has_all_ ? std::nullopt : oldest_; }
    bool is_looking = false; ///< for something older, or something special
    /// A line above what was said before; the first one stays.
    void add_heading(std::string words, WallTime time);
    struct Older {
        wire::Sequence sequence = 0;
        std::optional<Line> line; ///< nothing if the event has none
    };
    /// Puts what was found above all others, oldest first, as far as there is room, below a heading.
    void add_older(std::vector<Older> found, bool is_all, std::string heading, WallTime now);

  private:
    void mark_unread(WallTime time);
    void append(Line line);
    void prepend(Line line);
    void erase(std::uint64_t number);
    void erase(const std::deque<Line>::iterator& line);
    bool is_full() const { return lines_.size() >= max_lines || size_ >= max_size; }

    std::deque<Line> lines_;                             ///< at most max_lines
    std::size_t size_ = 0;                               ///< of them, at most max_size
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
