// SPDX-License-Identifier: MIT
#pragma once

namespace chat {

/// One key, as a value: what a terminal sent, without its escape sequences.
struct Key {
    enum class Code {
        character, ///< `character` is what was typed
        control,   ///< with Ctrl: `character` is the letter, in lower case
        alt,       ///< with Alt: `character` is what was typed with it
        enter,
        backspace,
        del,
        left,
        right,
        up,
        down,
        home,
        end,
        page_up,
        page_down,
        alt_home,
        alt_end,
        alt_backspace,
        f1,
    };
    Code code = Code::character;
    char32_t character = 0;
    bool operator==(const Key&) const = default;
};

} // namespace chat
