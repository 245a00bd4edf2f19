// SPDX-License-Identifier: MIT
// The screen as a pure function of what it shows and how large it is. It knows no terminal, no clock, no
// keys.
#pragma once

#include "chat/cells.hpp"
#include "chat/ui.hpp"

#include <optional>

namespace chat {

/// Below this only a word says so.
inline constexpr Size smallest_screen{4, 20};

Cells draw(const Model& model, const Ui& ui, Size size);

/// Rows of messages that a screen of that size shows: what PgUp and PgDn go by.
int message_rows(const Model& model, const Ui& ui, Size size);

/// Whether the oldest line is on the screen.
bool is_at_top(const Model& model, const Ui& ui, Size size);

/// Where the view stands after scrolling up by `rows` (down if negative), never past either end.
std::optional<Model::Anchor> scrolled(const Model& model, const Ui& ui, Size size, int rows);
/// With the oldest line at the top.
std::optional<Model::Anchor> scrolled_to_top(const Model& model, const Ui& ui, Size size);
/// With the line at `index` in the middle, as far as the ends let it.
std::optional<Model::Anchor> scrolled_to(const Model& model, const Ui& ui, Size size, std::size_t index);

/// The newest line before `index` that holds `folded_needle`; nothing if none does.
std::optional<std::size_t> find_older(const Model& model, std::string_view folded_needle, std::size_t index);
/// The oldest one from `index` on.
std::optional<std::size_t> find_newer(const Model& model, std::string_view folded_needle, std::size_t index);

} // namespace chat
