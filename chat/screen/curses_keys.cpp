// SPDX-License-Identifier: MIT
#include "chat/screen/curses_keys.hpp"

#include "chat/screen/curses.hpp"
#include "common/text/utf8.hpp"

#include <cerrno>

namespace chat {
namespace {

// Keys that terminfo has no names for, beyond those that ncurses numbers itself.
constexpr int key_alt_home = KEY_MAX + 1;
constexpr int key_alt_end = KEY_MAX + 2;
constexpr int key_paste_begin = KEY_MAX + 3;
constexpr int key_paste_end = KEY_MAX + 4;
constexpr int key_focus_in = KEY_MAX + 5;
constexpr int key_focus_out = KEY_MAX + 6;
constexpr std::size_t most_pasted = std::size_t{1} << 20;

} // namespace

void CursesKeys::define() {
    define_key("\033[1;3H", key_alt_home);
    define_key("\033[1;3F", key_alt_end);
    define_key("\033[200~", key_paste_begin);
    define_key("\033[201~", key_paste_end);
    define_key("\033[I", key_focus_in);
    define_key("\033[O", key_focus_out);
}

std::optional<KeyPress> CursesKeys::named(unsigned code) {
    using Code = KeyPress::Code;
    switch (code) {
    case KEY_ENTER: return KeyPress{Code::enter};
    case KEY_BACKSPACE: return KeyPress{Code::backspace};
    case KEY_DC: return KeyPress{Code::del};
    case KEY_LEFT: return KeyPress{Code::left};
    case KEY_RIGHT: return KeyPress{Code::right};
    case KEY_UP: return KeyPress{Code::up};
    case KEY_DOWN: return KeyPress{Code::down};
    case KEY_HOME: return KeyPress{Code::home};
    case KEY_END: return KeyPress{Code::end};
    case KEY_PPAGE: return KeyPress{Code::page_up};
    case KEY_NPAGE: return KeyPress{Code::page_down};
    case KEY_BTAB: return KeyPress{Code::back_tab};
    case KEY_F(1): return KeyPress{Code::f1};
    case key_alt_home: return KeyPress{Code::alt_home};
    case key_alt_end: return KeyPress{Code::alt_end};
    case key_focus_in: return KeyPress{Code::focus_in};
    case key_focus_out: return KeyPress{Code::focus_out};
    case key_paste_begin: is_pasting_ = true; return std::nullopt;
    default: return std::nullopt;
    }
}

std::optional<KeyPress> CursesKeys::behind_escape() {
    using Code = KeyPress::Code;
    wint_t next = 0;
    const int kind = get_wch(&next);
    if (kind == KEY_CODE_YES && next == KEY_HOME) return KeyPress{Code::alt_home};
    if (kind == KEY_CODE_YES && next == KEY_END) return KeyPress{Code::alt_end};
    if (kind == KEY_CODE_YES && next == KEY_BACKSPACE) return KeyPress{Code::alt_backspace};
    if (kind == KEY_CODE_YES && next == KEY_ENTER) return KeyPress{Code::alt_enter};
    if (kind != OK) return KeyPress{Code::escape};
    if (next == 0x7F || next == L'\b') return KeyPress{Code::alt_backspace};
    if (next == L'\r' || next == L'\n') return KeyPress{Code::alt_enter};
    return KeyPress{Code::alt, static_cast<char32_t>(next)};
}

std::optional<KeyPress> CursesKeys::read() {
    using Code = KeyPress::Code;
    for (;;) {
        wint_t input = 0;
        errno = 0;
        const int kind = get_wch(&input);
        if (kind != OK && kind != KEY_CODE_YES) {
            if (errno != 0 && errno != EAGAIN && errno != EINTR) is_gone_ = true;
            return std::nullopt;
        }
        if (is_pasting_) {
            if (kind == KEY_CODE_YES && input == key_paste_end) {
                is_pasting_ = false;
                return KeyPress{Code::paste};
            }
            if (kind == OK && paste_.size() < most_pasted)
                paste_ += text::encoded(input == L'\r' ? U'\n' : static_cast<char32_t>(input));
            continue;
        }
        if (kind == KEY_CODE_YES) {
            if (const auto key = named(input)) return key;
            continue;
        }
        switch (input) {
        case L'\r':
        case L'\n': return KeyPress{Code::enter};
        case L'\t': return KeyPress{Code::tab};
        case 0x7F:
        case L'\b': return KeyPress{Code::backspace};
        case 0x1B: return behind_escape();
        default: break;
        }
        if (input >= 1 && input <= 26) return KeyPress{Code::control, static_cast<char32_t>(input + 'a' - 1)};
        return KeyPress{Code::character, static_cast<char32_t>(input)};
    }
}

} // namespace chat
