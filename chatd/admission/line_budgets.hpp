// SPDX-License-Identifier: MIT
// How much is sent to each classic address, and how often members join from there. Only time gives it back,
// and neither what the address sends nor leaving and joining again does.
#pragma once

#include "chatd/admission/limits.hpp"
#include "common/base/time.hpp"
#include "common/net/address.hpp"

#include <cstddef>
#include <unordered_map>

namespace chatd {

/// One address's.
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

    /// Whether a member that comes from there can be given one.
    bool has_room_for(const net::Address& peer, Instant now);
    /// Whether one may join from there now.
    bool take_join(const net::Address& peer, Instant now);
    /// The budget of a member that comes from there; stays where it is until close().
    LineBudget& open(const net::Address& peer);
    /// Bytes of memory, about.
    std::size_t memory() const { return budgets_.size() * (sizeof(LineBudget) + 64); }
    /// That member is gone.
    void close(const net::Address& peer);

  private:
    bool is_whole(const LineBudget& budget, Instant now) const;

    ClassicLimits limits_;
    std::unordered_map<net::Address, LineBudget> budgets_; ///< of members, and limits_.spent_budgets more
    std::size_t spent_ = 0;                                ///< of budgets_ without a member
    Instant swept_at_{};
};

} // namespace chatd
