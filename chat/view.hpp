// SPDX-License-Identifier: MIT
// The screen as a pure function of what it shows and how large it is. It knows no terminal, no clock, no
// keys.
#pragma once

#include "chat/cells.hpp"
#include "chat/editor.hpp"
#include "chat/model.hpp"

#include <optional>

namespace chat {

/// Below this only a word says so.
inline constexpr Size smallest_screen{4, 20};

Cells draw(const Model& model, const Editor& editor, Size size);

/// Rows of messages that a screen of that size shows: what PgUp and PgDn go by.
int message_rows(Size size);

/// Whether the oldest line is on the screen.
bool is_at_top(const Model& model, Size size);

/// Where the view stands after scrolling up by `rows` (down if negative), never past either end.
std::optional<Model::Anchor> scrolled(const Model& model, Size size, int rows);

} // namespace chat
