// SPDX-License-Identifier: MIT
// The newest events as bytes, encoded once for all members that read them. A sequence without an event has an
// empty string.
#pragma once

#include "common/wire/event.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chatd {

class EventCache {
  public:
    /// Bounds in events and in bytes; the oldest go first.
    EventCache(std::size_t max_events, std::size_t max_bytes)
        : max_events_(max_events)
        , max_bytes_(max_bytes) {}

    /// Sets the next event's sequence, while there are no events yet.
    void begin_at(wire::Sequence first) { first_ = first; }
    /// Adds the event of the next sequence.
    void append(std::string event, const wire::Readers& only_for = {}) {
        bytes_ += event.size();
        events_.push_back({std::move(event), only_for});
        while (events_.size() > max_events_ || bytes_ > max_bytes_) {
            bytes_ -= events_.front().bytes.size();
            events_.pop_front();
            ++first_;
        }
    }

    /// The oldest sequence that is there; end() if there is none.
    wire::Sequence first() const { return first_; }
    /// The sequence after the newest.
    wire::Sequence end() const { return first_ + events_.size(); }
    /// The event as `member` may see it: empty if it may not.
    std::string_view at(wire::Sequence sequence, const wire::MemberId& member) const {
        const auto& event = events_[sequence - first_];
        return wire::may_read(event.only_for, member) ? std::string_view(event.bytes) : std::string_view();
    }

  private:
    struct Event {
        std::string bytes;
        wire::Readers only_for;
    };

    std::size_t max_events_;
    std::size_t max_bytes_;
    std::deque<Event> events_;
    std::size_t bytes_ = 0;
    wire::Sequence first_ = 1;
};

} // namespace chatd
