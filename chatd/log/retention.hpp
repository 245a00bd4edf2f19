// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace chatd {

/// How much of the log is kept: all of it, if neither is given.
struct Retention {
    std::optional<std::chrono::seconds> age = {};
    std::optional<std::uint64_t> entries = {};
};

} // namespace chatd
