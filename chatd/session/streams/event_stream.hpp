// SPDX-License-Identifier: MIT
// The room's log, as one member may see it: how far the member is in it, and what of that has arrived. The
// stream keeps no event but a page of old ones; it is shown the ring of the newest when it may write.
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
    /// Old events that are asked for at once.
    static constexpr std::size_t page_size = 256;

    /// The first event that the member is to have.
    void begin_at(wire::Sequence first) { next_ = floor_ = first; }

    /// The first event that is needed and the feed has no more; nothing while there is none, or an answer is
    /// waited for.
    std::optional<wire::Sequence> take_wanted(const Feed& feed, const wire::MemberId& reader);
    /// Events out of the log, of which those for `reader` are kept.
    void handle_page(const LogPage& page, const wire::MemberId& reader);

    /// What was lost first, then parts, then what is new.
    bool write(Outgoing& out);
    /// Whether the last write() sent what was never sent before.
    bool has_written_new() const { return has_written_new_; }
    /// Adds again what has not arrived yet.
    void write_oldest(Outgoing& out);
    void on_acked(const session::SentItem& item);
    void on_lost(const session::SentItem& item);
    /// Whether events are to be sent again.
    bool has_lost() const { return !lost_.empty(); }
    std::size_t memory() const;

  private:
    // The item of a part has its event's sequence and, for a count, the offset with this bit in it.
    static constexpr std::uint64_t part_bit = std::uint64_t{1} << 63;

    bool write_lost(Outgoing& out);
    bool write_parts(Outgoing& out);
    bool write_new(Outgoing& out);
    /// Adds a run of events, or of sequences without one, and returns where it ends: at `first` if none fits.
    wire::Sequence write_run(wire::Sequence first, wire::Sequence end, Outgoing& out) const;
    /// As `reader` may see it; empty for nothing to see. Nothing for one that has to be read from the log.
    std::optional<std::string_view> event_at(const Feed& feed, wire::Sequence sequence,
                                             const wire::MemberId& reader) const;
    void mark_arrived(wire::Sequence sequence);

    wire::Sequence next_ = 0;                             ///< the first event that was never sent
    wire::Sequence floor_ = 0;                            ///< all before it have arrived
    std::set<wire::Sequence> arrived_;                    ///< behind the floor, within max_ahead
    std::set<wire::Sequence> lost_;                       ///< to be sent again
    std::map<wire::Sequence, session::Fragmenter> parts_; ///< of events that are too large for a packet
    bool has_written_new_ = false;
    std::map<wire::Sequence, std::string> past_; ///< out of the log, at most page_size
    wire::Sequence past_begin_ = 0;              ///< what past_ covers
    wire::Sequence past_end_ = 0;
    bool is_page_asked_ = false;
};

} // namespace chatd
