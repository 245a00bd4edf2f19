// SPDX-License-Identifier: MIT
// What was said last, as classic newcomers are sent it.
#pragma once

#include "chatd/room/messages.hpp"
#include "chatd/room/room_log.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace chatd {

class LastLines {
  public:
    explicit LastLines(std::size_t most)
        : most_(most) {}

    /// Keeps an event's lines, if it has any.
    void add(const KeptEvent& kept, const Messages& words);
    const std::deque<std::string>& lines() const { return lines_; }
    std::size_t memory() const;

  private:
    std::size_t most_;
    std::deque<std::string> lines_; ///< at most most_
};

} // namespace chatd
