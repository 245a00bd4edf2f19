// SPDX-License-Identifier: MIT
// The room's log as its users see it. Asynchronous by its shape: what is appended comes back, in order and
// with its sequence, once it is durable; only then has it happened.
#pragma once

#include "common/wire/event.hpp"

#include <functional>
#include <vector>

namespace chatd {

class RoomLog {
  public:
    virtual ~RoomLog() = default;

    /// Takes a turn's entries, to be committed together and in this order.
    virtual void append(std::vector<wire::Entry> batch) = 0;
    /// What became durable since the last call, oldest first.
    virtual std::vector<wire::CommittedEntry> committed() = 0;
    /// Hands on up to `count` durable entries from `first`, or from the oldest kept if that is later.
    virtual void read(wire::Sequence first, std::size_t count,
                      const std::function<void(const wire::CommittedEntry&)>& handle) const = 0;
    /// The newest durable entry's sequence; 0 for none.
    virtual wire::Sequence last() const = 0;
};

} // namespace chatd
