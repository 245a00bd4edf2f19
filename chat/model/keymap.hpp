// SPDX-License-Identifier: MIT
// The actions of keys. The table is the only list of actions, of their keys and of the names for binding.
#pragma once

#include "chat/model/key_press.hpp"

#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace chat {

/// What a key does. A search or a paste that is under way gives some of them another meaning.
enum class Action {
    // the screen
    help,
    page_up,
    page_down,
    oldest,
    newest,
    search, ///< while there is a search: goes on to an older line
    search_newer,
    unread,
    mention_older,
    mention_newer,
    roster,
    redraw,
    suspend,
    look,      ///< the user looks at this terminal
    look_away, ///< the user no longer looks
    // the line
    complete,
    complete_back,
    retry,
    interrupt,
    cancel,
    abort,  ///< a search
    finish, ///< the line
    paste,
    prefix, ///< the next key has another meaning
    edit_elsewhere,
    // the editor's
    type, ///< the character of the key
    newline,
    earlier,
    later,
    line_begin,
    line_end,
    back,
    forward,
    word_back,
    word_forward,
    delete_back,
    delete_ahead,
    kill_word,
    kill_next_word,
    kill_before,
    kill_behind,
    yank,
    nothing,
};

/// A key and the action that it has unless the user binds it. Where an action has several keys, the first
/// row's is shown for it.
struct KeyBinding {
    Action action;
    std::string_view name; ///< by which the user binds other keys to it; empty if that is not possible
    KeyPress key;
    std::string_view help; ///< empty if every editor has it
};
std::span<const KeyBinding> key_bindings();

/// What a key of the table does. Another one types its character, or does nothing.
Action usual_action(const KeyPress& key);

/// The keys that the user has bound.
class Keymap {
  public:
    /// False if there is no such action. With "none" the key does nothing any more.
    bool bind(const KeyPress& key, std::string_view action);
    /// The key of the table that does the same: `key` itself, unless the user has bound it. Empty if it is
    /// bound to "none".
    std::optional<KeyPress> usual(const KeyPress& key) const;
    /// The key that has this action now: the user's, or the table's.
    KeyPress key(Action action) const;

  private:
    std::map<KeyPress, std::optional<Action>> bound_; ///< those that the user has bound
};

} // namespace chat
