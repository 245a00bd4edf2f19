// SPDX-License-Identifier: MIT
#pragma once

#include "common/session/crypto.hpp"

#include <random>

namespace test {

/// Random bytes that are the same for the same seed.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed)
        : engine_(seed) {}
    void fill(void* bytes, std::size_t count) override {
        for (auto* next = static_cast<std::uint8_t*>(bytes); count > 0; --count)
            *next++ = static_cast<std::uint8_t>(engine_());
    }

  private:
    std::mt19937_64 engine_;
};

} // namespace test
