// SPDX-License-Identifier: MIT
// Addresses from which a member was removed. For a while the room takes nobody from there whom it did not
// know before. Its memory is bounded, however many are removed.
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
    /// If there are more, the address that was barred first is free again.
    static constexpr std::size_t max_addresses = 256;

    /// Bars the address, with any port; `removed_at` is the entry that removed the member.
    void bar(const net::Address& address, wire::Sequence removed_at, Instant until);
    /// The entry that it was barred for; empty if it is not barred.
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
