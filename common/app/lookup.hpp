// SPDX-License-Identifier: MIT
// How a word that was typed finds its entry in a table, or the one that was probably meant.
#pragma once

#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace text {

/// The word that a person probably meant by `typed`: at most two slips away (letters missing, added, changed
/// or swapped), and no more than half of its letters. Empty if none is near.
std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> words);

/// What a table has for a word: the entry of that name, or else the name that was probably meant, if one is
/// near.
template<class Entry>
struct Lookup {
    const Entry* entry = nullptr;
    std::optional<std::string> near = {};
};

/// Looks `typed` up in a table whose entries have names that `name_of` gives.
template<std::ranges::forward_range Table, class NameOf>
Lookup<std::ranges::range_value_t<Table>> look_up(const Table& table, std::string_view typed,
                                                  NameOf name_of) {
    std::vector<std::string> names;
    for (const auto& entry : table) {
        names.emplace_back(name_of(entry));
        if (names.back() == typed) return {&entry};
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto near = nearest(typed, views);
    return {nullptr, near ? std::optional(std::string(*near)) : std::nullopt};
}

/// The same where an entry's name is its member.
template<std::ranges::forward_range Table>
auto look_up(const Table& table, std::string_view typed) {
    return look_up(table, typed, [](const auto& entry) { return entry.name; });
}

} // namespace text
