// SPDX-License-Identifier: MIT
// Keys as a person presses them, by the table of what they do.
#pragma once

#include "chat/model/keymap.hpp"
#include "chat/screen/editor.hpp"

namespace test {

inline chat::Editor::Outcome press(chat::Editor& editor, const chat::KeyPress& key) {
    return editor.handle(chat::usual_action(key), key.character);
}

} // namespace test
