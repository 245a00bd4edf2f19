// SPDX-License-Identifier: MIT
// What a deadline is made of where there are several.
#pragma once

#include "common/base/time.hpp"

#include <algorithm>
#include <optional>

/// The earlier one; empty if there is none.
inline std::optional<Instant> sooner(std::optional<Instant> one, std::optional<Instant> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}
