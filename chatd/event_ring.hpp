// SPDX-License-Identifier: MIT
// The newest events as bytes, encoded once for all members that read them. A sequence without an event
// (refused, or nobody's business) is there as an empty string.
#pragma once

#include "common/wire/event.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace chatd {

class EventRing {
  public:
    /// Bounds in events and in bytes; the oldest go first.
    EventRing(std::size_t max_events, std::size_t max_bytes)
        : max_events_(max_events)
        , max_bytes_(max_bytes) {}

    /// Of the sequence behind the last one.
    void append(std::string event) {
        bytes_ += event.size();
        events_.push_back(std::move(event));
        while (events_.size() > max_events_ || bytes_ > max_bytes_) {
            bytes_ -= events_.front().size();
            events_.pop_front();
            ++first_;
        }
    }

    /// The oldest sequence that is here; end() if there is none.
    wire::Sequence first() const { return first_; }
    /// Behind the newest.
    wire::Sequence end() const { return first_ + events_.size(); }
    std::string_view at(wire::Sequence sequence) const { return events_[sequence - first_]; }

  private:
    std::size_t max_events_;
    std::size_t max_bytes_;
    std::deque<std::string> events_;
    std::size_t bytes_ = 0;
    wire::Sequence first_ = 1;
};

} // namespace chatd
