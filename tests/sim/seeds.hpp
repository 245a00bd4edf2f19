// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdlib>
#include <ranges>

namespace sim {

/// What a sweep goes through: 1 to `usual`, or as many as --seeds says, or the one that --seed says. Each
/// sweep is in the suite that "./run soak" calls by its name.
inline auto seeds(std::uint64_t usual) {
    const auto number = [](const char* name, std::uint64_t otherwise) {
        const char* wanted = std::getenv(name);
        return wanted == nullptr ? otherwise : std::uint64_t{std::strtoull(wanted, nullptr, 10)};
    };
    const auto one = number("CHAT_SIM_SEED", 0);
    if (one != 0) return std::views::iota(one, one + 1);
    return std::views::iota(std::uint64_t{1}, number("CHAT_SIM_SEEDS", usual) + 1);
}

} // namespace sim
