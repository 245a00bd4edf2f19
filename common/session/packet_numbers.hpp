// SPDX-License-Identifier: MIT
// The numbers of a direction's packets. Some are left out by chance, so that a peer that acknowledges what
// never came gives itself away (RFC 9000, section 21.4).
#pragma once

#include "common/base/random.hpp"
#include "common/session/crypto.hpp"
#include "common/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace session {

class PacketNumbers {
  public:
    /// `random` must outlive it.
    explicit PacketNumbers(Random& random);

    /// Of the next packet.
    std::uint64_t next() const { return next_; }
    std::uint64_t take();
    /// Whether all of `intervals` were sent, as far as that is remembered.
    bool were_sent(std::span<const wire::NumberInterval> intervals) const;

  private:
    void plan_skip();

    // A peer that has got past so many is believed about older ones.
    static constexpr std::size_t max_remembered = 32;
    // The first number is left out soon, later ones rarely: each costs some bytes in every acknowledgement.
    static constexpr std::uint64_t first_span = 32;
    static constexpr std::uint64_t longest_span = 4096;

    Random& random_;
    std::uint64_t next_ = 0;
    std::uint64_t span_ = first_span;
    std::uint64_t skip_at_ = 0;
    std::vector<std::uint64_t> skipped_; ///< ascending; at most max_remembered
};

} // namespace session
