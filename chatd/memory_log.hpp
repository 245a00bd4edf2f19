// SPDX-License-Identifier: MIT
// A log that lives as long as the program: the reference that every other log is held to.
#pragma once

#include "chatd/log.hpp"

#include <deque>

namespace chatd {

class MemoryLog final : public RoomLog {
  public:
    /// Keeps the newest `capacity` entries (at least one).
    explicit MemoryLog(std::size_t capacity = 65536);

    void append(std::vector<wire::Entry> batch) override;
    std::vector<wire::CommittedEntry> committed() override;
    void read(wire::Sequence first, std::size_t count,
              const std::function<void(const wire::CommittedEntry&)>& handle) const override;
    wire::Sequence last() const override { return last_; }

  private:
    std::size_t capacity_;
    std::deque<wire::CommittedEntry> entries_; ///< at most capacity_
    std::vector<wire::CommittedEntry> fresh_;  ///< one turn's entries, until committed() takes them
    wire::Sequence last_ = 0;
};

} // namespace chatd
