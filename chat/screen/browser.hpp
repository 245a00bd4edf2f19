// SPDX-License-Identifier: MIT
// Goes through what was said: by pages, by mentions, and by a search as it is typed. Where that leads to is
// the model's anchor.
#pragma once

#include "chat/screen/cells.hpp"
#include "chat/screen/ui_state.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace chat {

class Browser {
  public:
    /// Both must outlive it.
    Browser(Model& model, UiState& ui)
        : model_(model)
        , ui_(ui) {}

    /// Up by `rows`, down if negative. Each of these is as a screen of that size shows it.
    void scroll(int rows, Size size);
    void scroll_to_top(Size size);
    void scroll_to_end() { model_.scrollback.anchor.reset(); }
    /// False if nothing is unread.
    bool go_to_unread(Size size);
    /// From the mention that was gone to last, or from the newest line; past the last one it ends. False if
    /// there is none.
    bool go_to_mention(bool is_older, Size size);

    void begin_search(std::string query, Size size);
    /// More of what is looked for.
    void extend_search(std::string_view displayable, Size size);
    /// While there is a search; `key` is the table's for `action`. False if the action has ended the search
    /// and is to be done itself.
    bool search(Action action, const KeyPress& key, Size size);

  private:
    void shorten_search(Size size);
    void end_search();
    /// The next line with what is looked for; the one that is there counts, too, if `may_stay`.
    void find_again(bool is_older, bool may_stay, Size size);

    Model& model_;
    UiState& ui_;
    std::uint64_t mention_ = 0; ///< the number of the line that was gone to
};

} // namespace chat
