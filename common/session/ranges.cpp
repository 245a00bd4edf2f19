// SPDX-License-Identifier: MIT
#include "common/session/ranges.hpp"

#include <algorithm>

namespace session {

bool Ranges::insert(std::uint64_t number) {
    if (!is_new(number)) return false;
    Interval added{number, number};
    // The first that ends right in front of it, or behind it.
    auto at = std::lower_bound(
        intervals_.begin(), intervals_.end(), number,
        [](const Interval& interval, std::uint64_t value) { return interval.last + 1 < value; });
    auto end = at;
    for (; end != intervals_.end() && end->first <= added.last + 1; ++end) {
        added.first = std::min(added.first, end->first);
        added.last = std::max(added.last, end->last);
    }
    at = intervals_.erase(at, end);
    intervals_.insert(at, added);
    if (intervals_.size() > max_intervals_) {
        forgotten_below_ = intervals_.front().last + 1;
        intervals_.erase(intervals_.begin());
    }
    return true;
}

bool Ranges::is_new(std::uint64_t number) const {
    if (number < forgotten_below_) return false;
    const auto at =
        std::lower_bound(intervals_.begin(), intervals_.end(), number,
                         [](const Interval& interval, std::uint64_t value) { return interval.last < value; });
    return at == intervals_.end() || at->first > number;
}

} // namespace session
