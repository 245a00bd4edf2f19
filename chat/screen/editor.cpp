// SPDX-License-Identifier: MIT
#include "chat/screen/editor.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chat {
namespace {

constexpr std::string_view blanks = " \n";

bool is_typable(char32_t character) {
    return character >= 0x20 && character != 0x7F && (character < 0x80 || character >= 0xA0) &&
           character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
}

} // namespace

Editor::Outcome Editor::handle(Action action, char32_t character) {
    const auto outcome = apply(action, character);
    settle_cursor();
    return outcome;
}

Editor::Outcome Editor::apply(Action action, char32_t character) {
    switch (action) {
    case Action::type:
        if (!is_typable(character)) return Outcome::ignored;
        insert(text::encoded(character));
        break;
    case Action::newline: insert("\n"); break;
    case Action::earlier: recall_earlier(); break;
    case Action::later: recall_later(); break;
    case Action::line_begin: cursor_ = line_begin(); break;
    case Action::line_end: cursor_ = line_end(); break;
    case Action::back: cursor_ = previous_cluster(); break;
    case Action::forward: cursor_ = next_cluster(); break;
    case Action::word_back: cursor_ = previous_word(); break;
    case Action::word_forward: cursor_ = next_word(); break;
    case Action::delete_back: erase(previous_cluster(), cursor_, false); break;
    case Action::delete_ahead: erase(cursor_, next_cluster(), false); break;
    case Action::kill_word: erase(previous_word(), cursor_, true); break;
    case Action::kill_next_word: erase(cursor_, next_word(), true); break;
    case Action::kill_before: erase(line_begin(), cursor_, true); break;
    case Action::kill_behind: erase(cursor_, line_end(), true); break;
    case Action::yank: insert(killed_); break;
    // The app's, or of a search or a paste alone.
    case Action::help:
    case Action::page_up:
    case Action::page_down:
    case Action::oldest:
    case Action::newest:
    case Action::search:
    case Action::search_newer:
    case Action::unread:
    case Action::mention_older:
    case Action::mention_newer:
    case Action::roster:
    case Action::redraw:
    case Action::suspend:
    case Action::look:
    case Action::look_away:
    case Action::complete:
    case Action::complete_back:
    case Action::retry:
    case Action::interrupt:
    case Action::cancel:
    case Action::abort:
    case Action::finish:
    case Action::paste:
    case Action::prefix:
    case Action::edit_elsewhere:
    case Action::nothing: return Outcome::ignored;
    }
    return Outcome::edited;
}

void Editor::recall_earlier() {
    if (!move_line(true) && recalled_ > 0) recall(recalled_ - 1);
}

void Editor::recall_later() {
    if (!move_line(false) && recalled_ < history_.size()) recall(recalled_ + 1);
}

std::string Editor::take_line() {
    auto line = std::exchange(text_, {});
    if (!line.empty() && (history_.empty() || history_.back() != line)) {
        history_.push_back(line);
        if (history_.size() > max_history) history_.pop_front();
    }
    clear();
    return line;
}

void Editor::clear() {
    text_.clear();
    unfinished_.clear();
    cursor_ = 0;
    recalled_ = history_.size();
}

std::size_t Editor::previous_cluster() const {
    std::size_t boundary = 0;
    for (const auto cluster : text::graphemes(text_)) {
        if (boundary + cluster.size() >= cursor_) break;
        boundary += cluster.size();
    }
    return boundary;
}

std::size_t Editor::next_cluster() const {
    std::size_t boundary = 0;
    for (const auto cluster : text::graphemes(text_)) {
        if (boundary > cursor_) break;
        boundary += cluster.size();
    }
    return boundary;
}

std::size_t Editor::previous_word() const {
    const auto before = std::string_view(text_).substr(0, cursor_);
    const auto end = before.find_last_not_of(blanks);
    if (end == std::string_view::npos) return 0;
    const auto space = before.find_last_of(blanks, end);
    return space == std::string_view::npos ? 0 : space + 1;
}

std::size_t Editor::next_word() const {
    const auto start = text_.find_first_not_of(blanks, cursor_);
    return start == std::string::npos ? text_.size()
                                      : std::min(text_.find_first_of(blanks, start), text_.size());
}

void Editor::insert(std::string_view text) {
    if (text_.size() + text.size() > max_bytes) return;
    text_.insert(cursor_, text);
    cursor_ += text.size();
}

void Editor::replace(std::size_t begin, std::size_t end, std::string_view text) {
    text_.erase(begin, end - begin);
    cursor_ = begin;
    insert(text);
}

void Editor::remember(std::deque<std::string> lines) {
    history_ = std::move(lines);
    recalled_ = history_.size();
}

std::size_t Editor::line_begin() const {
    const auto feed = cursor_ == 0 ? std::string::npos : text_.rfind('\n', cursor_ - 1);
    return feed == std::string::npos ? 0 : feed + 1;
}

std::size_t Editor::line_end() const {
    return std::min(text_.find('\n', cursor_), text_.size());
}

bool Editor::move_line(bool is_up) {
    const auto begin = line_begin();
    const auto end = line_end();
    if (is_up ? begin == 0 : end == text_.size()) return false;
    const auto column = text::graphemes(std::string_view(text_).substr(begin, cursor_ - begin)).size();
    cursor_ = is_up ? begin - 1 : end + 1;
    const auto first = line_begin();
    const auto there = text::graphemes(std::string_view(text_).substr(first, line_end() - first));
    cursor_ = first;
    for (std::size_t i = 0; i < std::min(column, there.size()); ++i) cursor_ += there[i].size();
    return true;
}

void Editor::erase(std::size_t first, std::size_t last, bool is_kill) {
    if (first >= last) return;
    if (is_kill) killed_ = text_.substr(first, last - first);
    text_.erase(first, last - first);
    cursor_ = first;
}

void Editor::settle_cursor() {
    // What now stands on both sides may have become one cluster (a mark, a joiner, half of a flag).
    if (cursor_ == 0) return;
    --cursor_;
    cursor_ = next_cluster();
}

void Editor::recall(std::size_t index) {
    if (recalled_ == history_.size()) unfinished_ = text_;
    recalled_ = index;
    text_ = index == history_.size() ? unfinished_ : history_[index];
    cursor_ = text_.size();
}

} // namespace chat
