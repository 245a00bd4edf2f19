// SPDX-License-Identifier: MIT
// The room's log, as one member may see it: how far the member has been sent it, and which events have
// arrived. The stream keeps no events but a page of old ones; it gets the newest from the feed when it
// writes.
#pragma once

#include "chatd/room/room_log.hpp"
#include "chatd/session/streams/stream.hpp"
#include "common/session/fragments.hpp"
#include "common/wire/event.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace chatd {

class EventStream {
  public:
    /// Events that a member may be sent before the oldest of them has arrived; its client buffers twice as
    /// many.
    static constexpr wire::Sequence max_ahead = 512;
    /// Old events that it asks the log for at once.
    static constexpr std::size_t page_size = 256;

    /// The first event that the member is to have.
    void begin_at(wire::Sequence first) { next_ = floor_ = first; }

    /// The first event that is needed and no longer in the feed. Empty if there is none, or while the log has
    /// not answered.
    std::optional<wire::Sequence> take_wanted(const Feed& feed, const wire::MemberId& reader);
    /// Takes events from the log, and keeps those for `reader`.
    void handle_page(const LogPage& page, const wire::MemberId& reader);

    /// Writes lost events first, then parts, then new events.
    bool write(Outgoing& out);
    /// Whether the last write() sent an event for the first time.
    bool has_written_new() const { return has_written_new_; }
    /// Writes again the oldest events that have not arrived.
    void write_oldest(Outgoing& out);
    void on_acked(const session::SentItem& item);
    void on_lost(const session::SentItem& item);
    /// Whether events are to be sent again.
    bool has_lost() const { return !lost_.empty(); }
    std::size_t memory() const;

  private:
    // The sent item of a part has its event's sequence, and for its count the offset with this bit set.
    static constexpr std::uint64_t part_bit = std::uint64_t{1} << 63;

    bool write_lost(Outgoing& out);
    bool write_parts(Outgoing& out);
    bool write_new(Outgoing& out);
    /// Writes a run of events, or of sequences without one. Returns the end of the run: `first` if nothing
    /// fits.
    wire::Sequence write_run(wire::Sequence first, wire::Sequence end, Outgoing& out) const;
    /// The event as `reader` may see it, no bytes if it may not. Empty if it has to be read from the log.
    std::optional<std::string_view> event_at(const Feed& feed, wire::Sequence sequence,
                                             const wire::MemberId& reader) const;
    void mark_arrived(wire::Sequence sequence);

    wire::Sequence next_ = 0;                             ///< the first event that was never sent
    wire::Sequence floor_ = 0;                            ///< all events before it have arrived
    std::set<wire::Sequence> arrived_;                    ///< events after the floor, within max_ahead of it
    std::set<wire::Sequence> lost_;                       ///< to be sent again
    std::map<wire::Sequence, session::Fragmenter> parts_; ///< of events that are too large for a packet
    bool has_written_new_ = false;
    std::map<wire::Sequence, std::string> past_; ///< events from the log, at most page_size
    wire::Sequence past_begin_ = 0;              ///< past_ covers the sequences from here to past_end_
    wire::Sequence past_end_ = 0;
    bool is_page_asked_ = false;
};

} // namespace chatd
