// SPDX-License-Identifier: MIT
// A set of numbers as intervals, of bounded size: what has arrived of a direction's packets. The same set is
// the replay filter and the source of acknowledgements.
#pragma once

#include "common/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace session {

using Interval = wire::NumberInterval; ///< from `first` to `last`, both in

class Ranges {
  public:
    /// Keeps at most `max_intervals`. When there would be one more the lowest is forgotten, and no number up
    /// to its end is new any more. (Closing the lowest gap instead would acknowledge what never came.)
    explicit Ranges(std::size_t max_intervals = 32)
        : max_intervals_(max_intervals) {}

    /// False if it is not new: in already, or too old to be known.
    bool insert(std::uint64_t number);
    bool is_new(std::uint64_t number) const;

    bool empty() const { return intervals_.empty(); }
    /// Ascending, with gaps between them.
    const std::vector<Interval>& intervals() const { return intervals_; }

  private:
    std::size_t max_intervals_;
    std::uint64_t forgotten_below_ = 0;
    std::vector<Interval> intervals_;
};

} // namespace session
