// SPDX-License-Identifier: MIT
// The screen as a pure function of what it shows and how large it is. It knows no terminal, no clock, no
// keys.
#pragma once

#include "chat/screen/layout.hpp"

namespace chat {

/// Below this only a word says so.
inline constexpr Size smallest_screen{4, 20};

Cells draw(const Model& model, const UiState& ui, Size size);

} // namespace chat
