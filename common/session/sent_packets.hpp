// SPDX-License-Identifier: MIT
// The packets that are under way, by number. Acknowledged ones are found by a binary search for each
// interval; lost ones are always the oldest.
#pragma once

#include "common/base/time.hpp"
#include "common/session/ranges.hpp"
#include "common/session/sent_item.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace session {

class SentPackets {
  public:
    struct Packet {
        std::uint64_t number = 0;
        Instant time{};
        std::size_t size = 0;
        std::vector<SentItem> items;
        bool is_gone = false; ///< and only here until all before it are
    };

    /// Numbers grow, and times do not decrease.
    void add(Packet packet);
    /// Hands those of `interval` to `handle`, oldest first, and forgets them.
    template<class Handle>
    void take(const Interval& interval, Handle&& handle) {
        auto next = std::partition_point(
            begin(), packets_.end(), [&](const Packet& packet) { return packet.number < interval.first; });
        for (; next != packets_.end() && next->number <= interval.last; ++next) {
            if (std::exchange(next->is_gone, true)) continue;
            handle(*next);
            next->items = {};
        }
        drop_gone();
    }
    Packet take_oldest();
    /// What was in all of them, oldest first; then there are none.
    std::vector<SentItem> clear();

    bool is_empty() const { return first_ == packets_.size(); }
    const Packet& oldest() const { return packets_[first_]; }
    std::uint64_t newest_number() const { return packets_.back().number; }
    /// Bytes of memory, about.
    std::size_t memory() const;

  private:
    using Iterator = std::vector<Packet>::iterator;
    Iterator begin() { return packets_.begin() + static_cast<std::ptrdiff_t>(first_); }
    /// Lets go what is gone at the front, so that the oldest is under way.
    void drop_gone();

    std::vector<Packet> packets_; ///< ascending; their bytes are bounded by the window and the probes
    std::size_t first_ = 0;       ///< the oldest; those before it are gone
};

} // namespace session
