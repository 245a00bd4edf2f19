// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// One key, as a value: what a terminal sent, without its escape sequences.
struct KeyPress {
    enum class Code {
        character, ///< `character` is what was typed
        control,   ///< with Ctrl: `character` is the letter, in lower case
        alt,       ///< with Alt: `character` is what was typed with it
        control_x, ///< after ^X: `character` is the letter that came with Ctrl
        enter,
        alt_enter,
        escape,
        tab,
        back_tab,
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
        paste,     ///< text was pasted; the screen has it
        focus_in,  ///< the user looks at this terminal
        focus_out, ///< the user no longer looks
    };
    Code code = Code::character;
    char32_t character = 0;
    auto operator<=>(const KeyPress&) const = default;
};

/// "^R", "M-u", "F1", "PgUp", "M-Home", "S-Tab", …; empty if no key of that name can be bound.
std::optional<KeyPress> parse_key(std::string_view name);
/// The name that parse_key() reads; "^X ^E" for a key after ^X.
std::string name_of(const KeyPress& key);

} // namespace chat
