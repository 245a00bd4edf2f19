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

constexpr std::array bindings = {
    KeyBinding{Action::help, "help", {Code::f1}, "this help"},
    KeyBinding{Action::page_up, "page-up", {Code::page_up}, "scroll up; at the top older lines are fetched"},
    KeyBinding{Action::page_down, "page-down", {Code::page_down}, "scroll down"},
    KeyBinding{Action::oldest, "oldest", {Code::alt_home}, "to the oldest line"},
    KeyBinding{Action::newest, "newest", {Code::alt_end}, "to the newest line"},
    KeyBinding{
        Action::search, "search", {Code::control, U'r'}, "search as you type; again for older, Esc ends"},
    KeyBinding{Action::unread, "unread", {Code::alt, U'u'}, "to the first unread line"},
    KeyBinding{
        Action::mention_older, "mention-older", {Code::alt, U'p'}, "to the line before that mentions you"},
    KeyBinding{Action::mention_newer, "mention-newer", {Code::alt, U'n'}, "to the next one"},
    KeyBinding{Action::complete, "complete", {Code::tab}, "complete a name or a command; again for the next"},
    KeyBinding{Action::complete_back, "complete-back", {Code::back_tab}, "the one before"},
    KeyBinding{Action::newline, "newline", {Code::alt_enter}, "a new line in what you type"},
    KeyBinding{Action::retry, "retry", {Code::control, U't'}, "send the last line that was NOT SENT again"},
    KeyBinding{Action::roster, "roster", {Code::alt, U'l'}, "show or hide who is here"},
    KeyBinding{Action::redraw, "redraw", {Code::control, U'l'}, "draw the screen anew"},
    KeyBinding{Action::suspend, "suspend", {Code::control, U'z'}, "suspend"},
    KeyBinding{Action::interrupt, "interrupt", {Code::control, U'c'}, "empty the line; twice: leave"},
    KeyBinding{Action::edit_elsewhere, "", {Code::control_x, U'e'}, "write in your $EDITOR"},
    KeyBinding{Action::earlier, "earlier", {Code::up}, ""},
    KeyBinding{Action::later, "later", {Code::down}, ""},
    KeyBinding{Action::line_begin, "line-begin", {Code::control, U'a'}, ""},
    KeyBinding{Action::line_end, "line-end", {Code::control, U'e'}, ""},
    KeyBinding{Action::back, "back", {Code::control, U'b'}, ""},
    KeyBinding{Action::forward, "forward", {Code::control, U'f'}, ""},
    KeyBinding{Action::word_back, "word-back", {Code::alt, U'b'}, ""},
    KeyBinding{Action::word_forward, "word-forward", {Code::alt, U'f'}, ""},
    KeyBinding{Action::delete_ahead, "delete", {Code::control, U'd'}, ""},
    KeyBinding{Action::kill_word, "kill-word", {Code::control, U'w'}, ""},
    KeyBinding{Action::kill_next_word, "kill-next-word", {Code::alt, U'd'}, ""},
    KeyBinding{Action::kill_before, "kill-before", {Code::control, U'u'}, ""},
    KeyBinding{Action::kill_behind, "kill-behind", {Code::control, U'k'}, ""},
    KeyBinding{Action::yank, "yank", {Code::control, U'y'}, ""},
    // Without a name: no other key can be bound to these.
    KeyBinding{Action::prefix, "", {Code::control, U'x'}, ""},
    KeyBinding{Action::finish, "", {Code::enter}, ""},
    KeyBinding{Action::cancel, "", {Code::escape}, ""},
    KeyBinding{Action::abort, "", {Code::control, U'g'}, ""},
    KeyBinding{Action::search_newer, "", {Code::control, U's'}, ""},
    KeyBinding{Action::line_begin, "", {Code::home}, ""},
    KeyBinding{Action::line_end, "", {Code::end}, ""},
    KeyBinding{Action::back, "", {Code::left}, ""},
    KeyBinding{Action::forward, "", {Code::right}, ""},
    KeyBinding{Action::delete_back, "", {Code::backspace}, ""},
    KeyBinding{Action::delete_ahead, "", {Code::del}, ""},
    KeyBinding{Action::kill_word, "", {Code::alt_backspace}, ""},
    KeyBinding{Action::paste, "", {Code::paste}, ""},
    KeyBinding{Action::look, "", {Code::focus_in}, ""},
    KeyBinding{Action::look_away, "", {Code::focus_out}, ""},
};

KeyPress usual_key(Action action) {
    const auto* const found = std::find_if(bindings.begin(), bindings.end(),
                                           [&](const KeyBinding& known) { return known.action == action; });
    return found == bindings.end() ? KeyPress() : found->key;
}

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
    if (key.code == Code::control_x) return "^X " + name_of({Code::control, key.character});
    return {letter};
}

std::span<const KeyBinding> key_bindings() {
    return bindings;
}

Action usual_action(const KeyPress& key) {
    const auto* const found = std::find_if(bindings.begin(), bindings.end(),
                                           [&](const KeyBinding& known) { return known.key == key; });
    if (found != bindings.end()) return found->action;
    return key.code == Code::character ? Action::type : Action::nothing;
}

bool Keymap::bind(const KeyPress& key, std::string_view action) {
    if (action == "none") {
        bound_[key] = std::nullopt;
        return true;
    }
    const auto* const found = std::find_if(bindings.begin(), bindings.end(), [&](const KeyBinding& known) {
        return !known.name.empty() && known.name == action;
    });
    if (found == bindings.end()) return false;
    bound_[key] = found->action;
    return true;
}

std::optional<KeyPress> Keymap::usual(const KeyPress& key) const {
    const auto found = bound_.find(key);
    if (found == bound_.end()) return key;
    if (!found->second) return std::nullopt;
    return usual_key(*found->second);
}

KeyPress Keymap::key(Action action) const {
    for (const auto& [key, bound] : bound_)
        if (bound == action) return key;
    return usual_key(action);
}

} // namespace chat
