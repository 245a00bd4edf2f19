// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace text {

/// The word that a person probably meant by `typed`: at most two slips away (letters missing, added, changed
/// or swapped), and no more than half of its letters. Empty if none is near.
std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> words);

} // namespace text
