// SPDX-License-Identifier: MIT
// Bounds how much is sent to each classic address, and how often members join from there. Only time fills a
// budget again: neither datagrams from the address nor leaving and joining again do.
#pragma once

#include "chatd/admission/limits.hpp"
#include "common/base/time.hpp"
#include "common/net/address.hpp"

#include <cstddef>
#include <unordered_map>

namespace chatd {

/// The budget of one address.
class LineBudget {
  public:
    bool spend(const Rate& rate, std::size_t bytes, Instant now) {
        return bucket_.spend(rate, now, static_cast<int>(bytes));
    }
    Instant ready_at(const Rate& rate, std::size_t bytes) const {
        return bucket_.ready_at(rate, static_cast<int>(bytes));
    }

  private:
    friend class LineBudgets;
    TokenBucket bucket_;
    TokenBucket joins_;
    std::size_t members_ = 0;
};

class LineBudgets {
  public:
    explicit LineBudgets(const ClassicLimits& limits)
        : limits_(limits) {}

    /// Whether there is room for the budget of a member that comes from there.
    bool has_room_for(const net::Address& peer, Instant now);
    /// Whether one may join from there now.
    bool take_join(const net::Address& peer, Instant now);
    /// The budget of a member that comes from there; the reference holds until close().
    LineBudget& open(const net::Address& peer);
    /// Bytes of memory, about.
    std::size_t memory() const { return budgets_.size() * (sizeof(LineBudget) + 64); }
    /// The member that open() was called for is gone.
    void close(const net::Address& peer);

  private:
    bool is_whole(const LineBudget& budget, Instant now) const;

    ClassicLimits limits_;
    std::unordered_map<net::Address, LineBudget> budgets_; ///< of members, and limits_.spent_budgets more
    std::size_t spent_ = 0;                                ///< how many of budgets_ have no member
    Instant swept_at_{};
};

} // namespace chatd
