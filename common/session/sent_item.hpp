// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace session {

/// A thing in a packet, by a kind that the session's owner defines, and a run of numbers.
struct SentItem {
    std::uint8_t kind = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 1;
    bool operator==(const SentItem&) const = default;
};

} // namespace session
