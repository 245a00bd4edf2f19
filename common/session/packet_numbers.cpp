// SPDX-License-Identifier: MIT
#include "common/session/packet_numbers.hpp"

#include <algorithm>

namespace session {

PacketNumbers::PacketNumbers(Random& random)
    : random_(random) {
    plan_skip();
}

std::uint64_t PacketNumbers::take() {
    const auto number = next_++;
    if (next_ == skip_at_) {
        skipped_.push_back(next_++);
        if (skipped_.size() > max_remembered) skipped_.erase(skipped_.begin());
        plan_skip();
    }
    return number;
}

bool PacketNumbers::were_sent(std::span<const wire::NumberInterval> intervals) const {
    return std::all_of(intervals.begin(), intervals.end(), [&](const wire::NumberInterval& interval) {
        if (interval.last >= next_) return false;
        if (skipped_.empty() || skipped_.back() < interval.first) return true; // as most are
        const auto skipped = std::lower_bound(skipped_.begin(), skipped_.end(), interval.first);
        return *skipped > interval.last;
    });
}

void PacketNumbers::plan_skip() {
    skip_at_ = next_ + 1 + random_.u64() % span_;
    span_ = std::min(span_ * 2, longest_span);
}

} // namespace session
