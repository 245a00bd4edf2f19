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
    Key key;
    std::string_view help; ///< empty for what every editor does
};
std::span<const KeyAction> key_actions();

/// Keys that the user has bound. To everybody else a key counts as the usual one of what it does.
class Keymap {
  public:
    /// False if there is no such action. "none" takes what the key does away.
    bool bind(const Key& key, std::string_view action);
    /// Nothing if the key does nothing.
    std::optional<Key> usual(const Key& key) const;
    /// The key for the usual one, as it is bound now.
    Key bound(const Key& usual) const;

  private:
    std::map<Key, std::optional<Key>> bound_; ///< as many as were bound
};

} // namespace chat
