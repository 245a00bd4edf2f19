// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace chatd {

/// What is kept of what is old: all of it, if neither is given.
struct Retention {
    std::optional<std::chrono::seconds> age = {};
    std::optional<std::uint64_t> entries = {};
};

} // namespace chatd
