// SPDX-License-Identifier: MIT
// What a classic member may cost, and make others cost: a part of the table of costs. A classic address can
// prove nothing, so what goes there is bounded whatever comes from there.
#pragma once

#include "common/token_bucket.hpp"

#include <cstddef>

namespace chatd {

struct ClassicLimits {
    /// Bytes of lines to one address, for all memberships there together. Loopback is exempt: nobody else's
    /// address is there.
    Rate lines{16 * 1024, 8 * 1024};
    /// Datagrams of one member that are read. At the default flood limit it needs 5 a second; pasting comes
    /// on top. Loopback is exempt.
    Rate datagrams{200, 100};
    /// Joins from one address, which everybody is told of; over it they are refused. Loopback is exempt.
    Rate joins{16, 1};
    /// The same for all classic members together, loopback too.
    Rate all_joins{1024, 50};
    /// Members of one holder (see Source) at a time. Loopback is exempt.
    std::size_t members = 8;
    /// Addresses that nobody is at any more and whose budget is not whole again, which takes 16 seconds
    /// at most.
    std::size_t spent_budgets = 4096;
};

} // namespace chatd
