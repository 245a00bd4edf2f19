// SPDX-License-Identifier: MIT
// Cookies prove that somebody hears at an address, and the host keeps nothing for that: a cookie is a MAC
// over the address, under a key that changes.
#pragma once

#include "common/base/random.hpp"
#include "common/base/time.hpp"
#include "common/net/address.hpp"
#include "common/session/crypto.hpp"
#include "common/wire/packet.hpp"

#include <array>
#include <cstdint>

namespace chatd {

class Cookies {
  public:
    /// `random` must outlive it.
    explicit Cookies(Random& random);

    struct Baked {
        std::uint32_t stamp = 0; ///< names the key that made it
        wire::Cookie cookie{};
    };
    Baked bake(const net::Address& address, Instant now);
    /// Whether the cookie was made for that address, under this key or the last one.
    bool is_good(const net::Address& address, std::uint32_t stamp, const wire::Cookie& cookie, Instant now);

  private:
    wire::Cookie cookie_for(const net::Address& address, std::uint32_t stamp) const;
    void turn_key(Instant now);

    Random& random_;
    std::uint32_t stamp_ = 0;
    std::array<session::SymmetricKey, 2> keys_; ///< this stamp's and the last one's, by the lowest bit
    Instant turned_{};
};

} // namespace chatd
