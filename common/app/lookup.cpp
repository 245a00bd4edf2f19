// SPDX-License-Identifier: MIT
#include "common/app/lookup.hpp"

#include <algorithm>
#include <vector>

namespace text {
namespace {

/// Damerau's distance in its restricted form: optimal string alignment, by bytes.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

} // namespace

std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> words) {
    constexpr std::size_t longest_worth_comparing = 32;
    if (typed.empty() || typed.size() > longest_worth_comparing) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t best_distance = 3;
    for (const auto word : words) {
        const auto slips = word.starts_with(typed) ? 1 : distance(typed, word);
        if (slips < best_distance && 2 * slips <= std::max(word.size(), typed.size())) {
            best = word;
            best_distance = slips;
        }
    }
    return best;
}

} // namespace text
