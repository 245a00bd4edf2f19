// SPDX-License-Identifier: MIT
// Addresses from which a member was removed: for a while nobody comes from there that the room did not know
// before. Its memory is fixed, however many are removed.
#pragma once

#include "common/base/time.hpp"
#include "common/net/address.hpp"
#include "common/wire/event.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chatd {

class BarredAddresses {
  public:
    /// One more, and the one that was barred first is let in again.
    static constexpr std::size_t max_addresses = 256;

    /// Whatever the port; `removed_at` is the entry that it was barred for.
    void bar(const net::Address& address, wire::Sequence removed_at, Instant until);
    /// The entry that it is barred for, if it is.
    std::optional<wire::Sequence> barred_at(const net::Address& address, Instant now) const;

  private:
    struct Barred {
        std::string host;
        wire::Sequence removed_at = 0;
        Instant until{};
    };
    std::vector<Barred> barred_; ///< at most max_addresses, in the order in which they were barred
};

} // namespace chatd
