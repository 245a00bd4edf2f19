// SPDX-License-Identifier: MIT
#include "chatd/admission/barred_addresses.hpp"

#include <algorithm>

namespace chatd {

void BarredAddresses::bar(const net::Address& address, wire::Sequence removed_at, Instant until) {
    const std::string host(address.host_bytes());
    std::erase_if(barred_, [&](const Barred& barred) { return barred.host == host; });
    if (barred_.size() == max_addresses) barred_.erase(barred_.begin());
    barred_.push_back({host, removed_at, until});
}

std::optional<wire::Sequence> BarredAddresses::barred_at(const net::Address& address, Instant now) const {
    const auto found = std::find_if(barred_.begin(), barred_.end(), [&](const Barred& barred) {
        return barred.until > now && barred.host == address.host_bytes();
    });
    return found == barred_.end() ? std::nullopt : std::optional(found->removed_at);
}

} // namespace chatd
