// SPDX-License-Identifier: MIT
#pragma once

#include "common/base/random.hpp"

namespace os {

/// The kernel's random bytes, by libsodium.
class SystemRandom final : public Random {
  public:
    void fill(void* bytes, std::size_t count) override;
};

} // namespace os
