// SPDX-License-Identifier: MIT
#include "chat/screen/browser.hpp"

#include "chat/screen/layout.hpp"
#include "common/text/name.hpp"
#include "common/text/utf8.hpp"

#include <utility>

namespace chat {

void Browser::scroll(int rows, Size size) {
    model_.scrollback.anchor = scrolled(model_, ui_, size, rows);
}

void Browser::scroll_to_top(Size size) {
    model_.scrollback.anchor = scrolled_to_top(model_, ui_, size);
}

bool Browser::go_to_unread(Size size) {
    const auto index = model_.scrollback.index_of(model_.scrollback.mark());
    if (model_.scrollback.mark() == 0 || index >= model_.scrollback.lines().size()) return false;
    model_.scrollback.anchor = scrolled_to(model_, ui_, size, index);
    return true;
}

bool Browser::go_to_mention(bool is_older, Size size) {
    const auto& lines = model_.scrollback.lines();
    const auto from = mention_ == 0 ? lines.size() : model_.scrollback.index_of(mention_);
    std::optional<std::size_t> found;
    if (is_older) {
        for (auto i = from; i-- > 0 && !found;)
            if (lines[i].is_mention) found = i;
    } else {
        for (auto i = from + 1; i < lines.size() && !found; ++i)
            if (lines[i].is_mention) found = i;
    }
    if (found) {
        mention_ = lines[*found].number;
        model_.scrollback.anchor = scrolled_to(model_, ui_, size, *found);
        return true;
    }
    if (mention_ == 0) return false;
    mention_ = 0;
    scroll_to_end();
    return true;
}

void Browser::begin_search(std::string query, Size size) {
    ui_.search = Search{std::move(query), 0, model_.scrollback.anchor};
    if (!ui_.search->query.empty()) find_again(true, true, size);
}

void Browser::extend_search(std::string_view displayable, Size size) {
    ui_.search->query += displayable;
    find_again(true, true, size);
}

bool Browser::search(Action action, const KeyPress& key, Size size) {
    switch (action) {
    case Action::type: extend_search(text::encoded(key.character), size); return true;
    case Action::delete_back: shorten_search(size); return true;
    case Action::search:
    case Action::earlier: find_again(true, false, size); return true;
    case Action::search_newer:
    case Action::later: find_again(false, false, size); return true;
    case Action::finish: ui_.search.reset(); return true;
    case Action::abort:
    case Action::cancel:
    case Action::interrupt: end_search(); return true;
    default: break; // what no search knows
    }
    // With Ctrl it is taken for a slip in searching. Any other key shows that the user is done with the
    // search.
    if (key.code == KeyPress::Code::control) return true;
    ui_.search.reset();
    return false;
}

void Browser::shorten_search(Size size) {
    auto& query = ui_.search->query;
    const auto clusters = text::graphemes(query);
    if (!clusters.empty()) query.resize(query.size() - clusters.back().size());
    find_again(true, true, size);
}

void Browser::end_search() {
    model_.scrollback.anchor = ui_.search->before;
    ui_.search.reset();
}

void Browser::find_again(bool is_older, bool may_stay, Size size) {
    auto& search = *ui_.search;
    const auto needle = text::folded(search.query);
    if (needle.empty()) {
        search.found = 0;
        model_.scrollback.anchor = search.before;
        return;
    }
    const auto here =
        search.found == 0 ? model_.scrollback.lines().size() : model_.scrollback.index_of(search.found);
    const auto found = is_older ? find_older(model_, needle, here + (may_stay ? 1 : 0))
                                : find_newer(model_, needle, here + 1);
    if (!found) {
        if (may_stay) search.found = 0;
        return;
    }
    search.found = model_.scrollback.lines()[*found].number;
    model_.scrollback.anchor = scrolled_to(model_, ui_, size, *found);
}

} // namespace chat
