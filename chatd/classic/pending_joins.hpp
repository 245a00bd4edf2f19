// SPDX-License-Identifier: MIT
// Joins of classic clients on their way through the log: from where, and how they are to be answered.
#pragma once

#include "common/net/datagram.hpp"
#include "common/wire/event.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

namespace chatd {

struct PendingJoin {
    net::Path path;
    bool ends_lines = false;
    std::string holder;           ///< its Source's
    std::size_t request_size = 0; ///< of its L
};

/// Bounded by those who add to it: they are counted with the members.
class PendingJoins {
  public:
    void add(const wire::MemberId& member, PendingJoin join);
    /// The join is in the log, or was refused there. Empty if none was on its way.
    std::optional<PendingJoin> take(const wire::MemberId& member);
    bool has_from(const net::Address& peer) const { return from_.contains(peer); }
    std::size_t size() const { return joins_.size(); }
    std::size_t count_from(const std::string& holder) const;

  private:
    std::unordered_map<wire::MemberId, PendingJoin> joins_;
    std::unordered_map<net::Address, wire::MemberId> from_; ///< of joins_
};

} // namespace chatd
