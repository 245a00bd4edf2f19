// SPDX-License-Identifier: MIT
#include "chat/model/keymap.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat {
namespace {

using Code = KeyPress::Code;

constexpr std::array<std::pair<Code, std::string_view>, 18> named = {{{Code::enter, "Enter"},
                                                                      {Code::alt_enter, "M-Enter"},
                                                                      {Code::escape, "Esc"},
                                                                      {Code::tab, "Tab"},
                                                                      {Code::back_tab, "S-Tab"},
                                                                      {Code::backspace, "Backspace"},
                                                                      {Code::del, "Del"},
                                                                      {Code::left, "Left"},
                                                                      {Code::right, "Right"},
                                                                      {Code::up, "Up"},
                                                                      {Code::down, "Down"},
                                                                      {Code::home, "Home"},
                                                                      {Code::end, "End"},
                                                                      {Code::page_up, "PgUp"},
                                                                      {Code::page_down, "PgDn"},
                                                                      {Code::alt_home, "M-Home"},
                                                                      {Code::alt_end, "M-End"},
                                                                      {Code::f1, "F1"}}};

constexpr std::array actions = {
    KeyAction{"help", {Code::f1}, "this help"},
    KeyAction{"page-up", {Code::page_up}, "scroll up; at the top older lines are fetched"},
    KeyAction{"page-down", {Code::page_down}, "scroll down"},
    KeyAction{"oldest", {Code::alt_home}, "to the oldest line"},
    KeyAction{"newest", {Code::alt_end}, "to the newest line"},
    KeyAction{"search", {Code::control, U'r'}, "search as you type; again for older, Esc ends"},
    KeyAction{"unread", {Code::alt, U'u'}, "to the first unread line"},
    KeyAction{"mention-older", {Code::alt, U'p'}, "to the line before that mentions you"},
    KeyAction{"mention-newer", {Code::alt, U'n'}, "to the next one"},
    KeyAction{"complete", {Code::tab}, "complete a name or a command; again for the next"},
    KeyAction{"complete-back", {Code::back_tab}, "the one before"},
    KeyAction{"newline", {Code::alt_enter}, "a new line in what you type"},
    KeyAction{"retry", {Code::control, U't'}, "send the last line that was NOT SENT again"},
    KeyAction{"roster", {Code::alt, U'l'}, "show or hide who is here"},
    KeyAction{"redraw", {Code::control, U'l'}, "draw the screen anew"},
    KeyAction{"suspend", {Code::control, U'z'}, "suspend"},
    KeyAction{"interrupt", {Code::control, U'c'}, "empty the line; twice: leave"},
    KeyAction{"earlier", {Code::up}, ""},
    KeyAction{"later", {Code::down}, ""},
    KeyAction{"line-begin", {Code::control, U'a'}, ""},
    KeyAction{"line-end", {Code::control, U'e'}, ""},
    KeyAction{"back", {Code::control, U'b'}, ""},
    KeyAction{"forward", {Code::control, U'f'}, ""},
    KeyAction{"word-back", {Code::alt, U'b'}, ""},
    KeyAction{"word-forward", {Code::alt, U'f'}, ""},
    KeyAction{"delete", {Code::control, U'd'}, ""},
    KeyAction{"kill-word", {Code::control, U'w'}, ""},
    KeyAction{"kill-next-word", {Code::alt, U'd'}, ""},
    KeyAction{"kill-before", {Code::control, U'u'}, ""},
    KeyAction{"kill-behind", {Code::control, U'k'}, ""},
    KeyAction{"yank", {Code::control, U'y'}, ""},
};

} // namespace

std::optional<KeyPress> parse_key(std::string_view name) {
    for (const auto& [code, known] : named)
        if (known == name) return KeyPress{code};
    if (name.size() == 2 && name[0] == '^' && name[1] >= 'A' && name[1] <= 'Z')
        return KeyPress{Code::control, static_cast<char32_t>(name[1] - 'A' + 'a')};
    if (name.size() == 3 && name.starts_with("M-") && name[2] > ' ' && name[2] <= '~')
        return KeyPress{Code::alt, static_cast<char32_t>(name[2])};
    return std::nullopt;
}

std::string name_of(const KeyPress& key) {
    for (const auto& [code, known] : named)
        if (code == key.code) return std::string(known);
    const auto letter = static_cast<char>(key.character);
    if (key.code == Code::control) return {'^', static_cast<char>(letter - 'a' + 'A')};
    if (key.code == Code::alt) return {'M', '-', letter};
    return {letter};
}

std::span<const KeyAction> key_actions() {
    return actions;
}

bool Keymap::bind(const KeyPress& key, std::string_view action) {
    if (action == "none") {
        bound_[key] = std::nullopt;
        return true;
    }
    const auto* const found = std::find_if(actions.begin(), actions.end(),
                                           [&](const KeyAction& known) { return known.name == action; });
    if (found == actions.end()) return false;
    bound_[key] = found->key;
    return true;
}

std::optional<KeyPress> Keymap::usual(const KeyPress& key) const {
    const auto found = bound_.find(key);
    return found == bound_.end() ? std::optional(key) : found->second;
}

KeyPress Keymap::bound(const KeyPress& usual) const {
    for (const auto& [key, action] : bound_)
        if (action == usual) return key;
    return usual;
}

} // namespace chat
