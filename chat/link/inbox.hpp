// SPDX-License-Identifier: MIT
// The events of the room's log as they come in. It keeps an event until all before it are there, and hands
// each over once, in order, without a gap. It knows how far the user has read.
#pragma once

#include "common/session/fragments.hpp"
#include "common/wire/frame.hpp"

#include <map>
#include <optional>
#include <string>

namespace chat {

class Inbox {
  public:
    /// It keeps so many events beyond the next one; a host sends no further ahead.
    static constexpr wire::Sequence max_ahead = 1024;
    /// Bytes of those events, in parts and whole: a host has half as many under way, and none is longer.
    static constexpr std::size_t max_size = max_ahead / 2 * wire::max_message;

    /// Marks of events that are to be shown: more than a user has before them at once. If there are more, the
    /// oldest are forgotten.
    static constexpr std::size_t max_unseen = 16 * max_ahead;

    /// With `marks_unseen` it keeps the mark of each event that is to be shown and has not been seen yet.
    explicit Inbox(bool marks_unseen)
        : marks_unseen_(marks_unseen) {}

    /// The last event that was handed over, and its mark; see wire::mark_of().
    wire::Sequence cursor() const { return cursor_; }
    std::uint64_t mark() const { return mark_; }
    /// The last event that the user was shown, or a later one if nothing between the two is to be shown; and
    /// its mark, 0 if that is not known.
    wire::Sequence seen() const { return seen_; }
    std::uint64_t seen_mark() const { return seen_mark_; }
    /// False if it was seen before, or has not been handed over.
    bool set_seen(wire::Sequence sequence);

    /// Goes on where an earlier run had read to.
    void restore(wire::Sequence cursor, std::uint64_t mark);
    /// Forgets the events beyond the next one: they may be of another log.
    void forget_early();
    /// The same log goes on at `first`; `mark` is that of the event before it.
    void go_on_at(wire::Sequence first, std::uint64_t mark);
    /// Another log begins at `first`. The events beyond the next one are of that log.
    void begin_at(wire::Sequence first, std::uint64_t mark);

    /// False if it is more than a host sends ahead, or a part that fits no event. Before the WELCOME of a
    /// session `has_begun` is false: then an event at or before the cursor may be of another log.
    bool accept(const wire::EventsFrame& events, bool has_begun);
    bool accept(const wire::SkipFrame& skip, bool has_begun);
    bool accept(const wire::PartFrame& part, bool has_begun);

    /// Moves the cursor on and gives the event there, or nothing while it is missing. An empty one is not for
    /// us; any other one is to be shown.
    std::optional<std::string> next();
    /// The last event that next() gave is not to be shown, after all.
    void leave_out();

  private:
    bool take_event(wire::Sequence sequence, std::string bytes, bool has_begun);
    bool has_room(std::size_t count, std::size_t size) const;
    /// If nothing more is to be shown, the user has seen all.
    void pass_unshown();

    const bool marks_unseen_;
    wire::Sequence cursor_ = 0;
    std::uint64_t mark_ = 0;
    wire::Sequence seen_ = 0;
    std::uint64_t seen_mark_ = 0;
    std::map<wire::Sequence, std::uint64_t> unseen_; ///< marks of events behind seen_; at most max_unseen
    std::map<wire::Sequence, std::string> early_; ///< behind a gap, within max_ahead; empty for a skipped one
    std::map<wire::Sequence, session::Reassembly> parts_; ///< the same
    std::size_t size_ = 0;                                ///< of early_ and parts_, within max_size
};

} // namespace chat
