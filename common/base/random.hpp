// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// Where random bytes come from: the system's in the programs, a seed's in tests.
class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(void* bytes, std::size_t count) = 0;

    std::uint64_t u64() {
        std::uint64_t value = 0;
        fill(&value, sizeof value);
        return value;
    }
};
