// SPDX-License-Identifier: MIT
// What keys do. The table is the only list of what can be bound.
#pragma once

#include "chat/model/key_press.hpp"

#include <map>
#include <span>
#include <string_view>

namespace chat {

/// What a key can be bound to, and the key that does it unless told otherwise.
struct KeyAction {
    std::string_view name;
    KeyPress key;
    std::string_view help; ///< empty for what every editor does
};
std::span<const KeyAction> key_actions();

/// Keys that the user has bound. To everybody else a key counts as the usual one of what it does.
class Keymap {
  public:
    /// False if there is no such action. "none" takes what the key does away.
    bool bind(const KeyPress& key, std::string_view action);
    /// Nothing if the key does nothing.
    std::optional<KeyPress> usual(const KeyPress& key) const;
    /// The key for the usual one, as it is bound now.
    KeyPress bound(const KeyPress& usual) const;

  private:
    std::map<KeyPress, std::optional<KeyPress>> bound_; ///< as many as were bound
};

} // namespace chat
