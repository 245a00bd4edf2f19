// SPDX-License-Identifier: MIT
#include "chat/editor.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chat {
namespace {

std::string encoded(char32_t character) {
    std::string bytes;
    const auto put = [&](char32_t value) { bytes += static_cast<char>(static_cast<unsigned char>(value)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | (character >> 6));
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | (character >> 12));
        put(0x80 | ((character >> 6) & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(0xF0 | (character >> 18));
        put(0x80 | ((character >> 12) & 0x3F));
        put(0x80 | ((character >> 6) & 0x3F));
        put(0x80 | (character & 0x3F));
    }
    return bytes;
}

bool is_typable(char32_t character) {
    return character >= 0x20 && character != 0x7F && (character < 0x80 || character >= 0xA0) &&
           character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
}

} // namespace

Editor::Outcome Editor::handle(const Key& key) {
    const auto outcome = apply(key);
    settle_cursor();
    return outcome;
}

Editor::Outcome Editor::apply(const Key& key) {
    using Code = Key::Code;
    switch (key.code) {
    case Code::character:
        if (!is_typable(key.character)) return Outcome::ignored;
        insert(encoded(key.character));
        return Outcome::edited;
    case Code::enter: return Outcome::finished;
    case Code::backspace: erase(previous_cluster(), cursor_, false); return Outcome::edited;
    case Code::del: erase(cursor_, next_cluster(), false); return Outcome::edited;
    case Code::left: cursor_ = previous_cluster(); return Outcome::edited;
    case Code::right: cursor_ = next_cluster(); return Outcome::edited;
    case Code::home: cursor_ = 0; return Outcome::edited;
    case Code::end: cursor_ = text_.size(); return Outcome::edited;
    case Code::up:
        if (recalled_ > 0) recall(recalled_ - 1);
        return Outcome::edited;
    case Code::down:
        if (recalled_ < history_.size()) recall(recalled_ + 1);
        return Outcome::edited;
    case Code::alt_backspace: erase(previous_word(), cursor_, true); return Outcome::edited;
    case Code::control:
        switch (key.character) {
        case U'a': cursor_ = 0; return Outcome::edited;
        case U'e': cursor_ = text_.size(); return Outcome::edited;
        case U'b': cursor_ = previous_cluster(); return Outcome::edited;
        case U'f': cursor_ = next_cluster(); return Outcome::edited;
        case U'd': erase(cursor_, next_cluster(), false); return Outcome::edited;
        case U'w': erase(previous_word(), cursor_, true); return Outcome::edited;
        case U'u': erase(0, cursor_, true); return Outcome::edited;
        case U'k': erase(cursor_, text_.size(), true); return Outcome::edited;
        case U'y': insert(killed_); return Outcome::edited;
        default: return Outcome::ignored;
        }
    case Code::alt:
        switch (key.character) {
        case U'b': cursor_ = previous_word(); return Outcome::edited;
        case U'f': cursor_ = next_word(); return Outcome::edited;
        case U'd': erase(cursor_, next_word(), true); return Outcome::edited;
        default: return Outcome::ignored;
        }
    case Code::page_up:
    case Code::page_down:
    case Code::alt_home:
    case Code::alt_end:
    case Code::f1: return Outcome::ignored;
    }
    return Outcome::ignored;
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
    const auto end = before.find_last_not_of(' ');
    if (end == std::string_view::npos) return 0;
    const auto space = before.find_last_of(' ', end);
    return space == std::string_view::npos ? 0 : space + 1;
}

std::size_t Editor::next_word() const {
    const auto start = text_.find_first_not_of(' ', cursor_);
    return start == std::string::npos ? text_.size() : std::min(text_.find(' ', start), text_.size());
}

void Editor::insert(std::string_view bytes) {
    if (text_.size() + bytes.size() > max_bytes) return;
    text_.insert(cursor_, bytes);
    cursor_ += bytes.size();
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
