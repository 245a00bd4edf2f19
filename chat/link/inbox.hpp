// SPDX-License-Identifier: MIT
// The room's log as it comes in: kept until what is before it is there, and then handed over without a gap,
// in order, once. It knows how far the user has read.
#pragma once

#include "common/session/fragments.hpp"
#include "common/wire/frame.hpp"

#include <map>
#include <optional>
#include <string>

namespace chat {

class Inbox {
  public:
    /// Events beyond the next one that are kept; a host sends no further ahead.
    static constexpr wire::Sequence max_ahead = 1024;
    /// Bytes of them, in parts and whole: a host has half as many under way, and none is longer.
    static constexpr std::size_t max_size = max_ahead / 2 * wire::max_message;

    /// Marks of events that are to be shown: more than a user has before them at once. Of more the oldest
    /// are forgotten.
    static constexpr std::size_t max_unseen = 16 * max_ahead;

    /// With `marks_unseen` it knows the mark of each event that is to be shown and not seen yet.
    explicit Inbox(bool marks_unseen)
        : marks_unseen_(marks_unseen) {}

    /// The last event that was handed over, and its mark; see wire::mark_of().
    wire::Sequence cursor() const { return cursor_; }
    std::uint64_t mark() const { return mark_; }
    /// The last event that the user was shown, or one behind it with nothing to be shown between them; and
    /// its mark, 0 where it is not known.
    wire::Sequence seen() const { return seen_; }
    std::uint64_t seen_mark() const { return seen_mark_; }
    /// False if it was seen before, or has not been handed over.
    bool set_seen(wire::Sequence sequence);

    /// What an earlier run had seen.
    void restore(wire::Sequence cursor, std::uint64_t mark);
    /// What came early may have been another log's.
    void forget_early();
    /// Of the same log nothing is to come before `first`; `mark` is of the event before that.
    void go_on_at(wire::Sequence first, std::uint64_t mark);
    /// Another log begins at `first`. What came early is its.
    void begin_at(wire::Sequence first, std::uint64_t mark);

    /// False if it is more than a host sends ahead, or a part that fits no event. With `has_begun` what was
    /// handed over is known; before the WELCOME of a session it is not.
    bool accept(const wire::EventsFrame& events, bool has_begun);
    bool accept(const wire::SkipFrame& skip, bool has_begun);
    bool accept(const wire::PartFrame& part, bool has_begun);

    /// The event at the cursor, which it moves on; nothing while it is missing. It is empty if it is not for
    /// us. Any other one is to be shown.
    std::optional<std::string> next();
    /// The last one that next() gave is not shown.
    void leave_out();

  private:
    bool take_event(wire::Sequence sequence, std::string bytes, bool has_begun);
    bool has_room(std::size_t count, std::size_t size) const;
    /// Where nothing more is to be shown, all is seen.
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
