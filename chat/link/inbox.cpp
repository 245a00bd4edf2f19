// SPDX-License-Identifier: MIT
#include "chat/link/inbox.hpp"

#include "common/wire/message.hpp"

#include <algorithm>

namespace chat {

bool Inbox::set_seen(wire::Sequence sequence) {
    if (sequence <= seen_ || sequence > cursor_) return false;
    const auto mark = unseen_.find(sequence);
    seen_ = sequence;
    seen_mark_ = mark == unseen_.end() ? 0 : mark->second;
    unseen_.erase(unseen_.begin(), unseen_.upper_bound(sequence));
    pass_unshown();
    return true;
}

void Inbox::pass_unshown() {
    if (!marks_unseen_ || !unseen_.empty()) return;
    seen_ = cursor_;
    seen_mark_ = mark_;
}

void Inbox::restore(wire::Sequence cursor, std::uint64_t mark) {
    cursor_ = seen_ = cursor;
    mark_ = seen_mark_ = mark;
}

void Inbox::forget_early() {
    early_.clear();
    parts_.clear();
    size_ = 0;
}

void Inbox::go_on_at(wire::Sequence first, std::uint64_t mark) {
    if (first > cursor_ + 1) {
        cursor_ = first - 1;
        mark_ = mark;
        pass_unshown();
    }
    early_.erase(early_.begin(), early_.upper_bound(cursor_));
    parts_.erase(parts_.begin(), parts_.upper_bound(cursor_));
    size_ = 0;
    for (const auto& [sequence, bytes] : early_) size_ += bytes.size();
    for (const auto& [sequence, assembly] : parts_) size_ += assembly.size();
}

void Inbox::begin_at(wire::Sequence first, std::uint64_t mark) {
    cursor_ = seen_ = mark_ = seen_mark_ = 0;
    unseen_.clear(); // there is nothing before it to be shown
    go_on_at(first, mark);
}

bool Inbox::accept(const wire::EventsFrame& events, bool has_begun) {
    for (std::size_t i = 0; i < events.events.size(); ++i)
        if (!take_event(events.first + i, std::string(events.events[i]), has_begun)) return false;
    return true;
}

bool Inbox::accept(const wire::SkipFrame& skip, bool has_begun) {
    // An event that was handed over may be far behind the cursor; one ahead of it may not be far.
    const auto end = skip.first + skip.count;
    const auto known = has_begun ? cursor_ + 1 : 0;
    for (auto next = std::max(skip.first, known); next < end; ++next)
        if (!take_event(next, {}, has_begun)) return false;
    return true;
}

bool Inbox::accept(const wire::PartFrame& part, bool has_begun) {
    if (early_.contains(part.number) || (has_begun && part.number <= cursor_)) return true;
    if (!has_room(parts_.contains(part.number) ? 0 : 1, part.bytes.size())) return false;
    auto& assembly = parts_[part.number];
    size_ -= assembly.size();
    const bool is_good = assembly.accept(part.offset, part.total, part.bytes);
    size_ += assembly.size();
    if (!is_good) return false;
    auto whole = assembly.whole();
    return !whole || take_event(part.number, std::move(*whole), has_begun);
}

bool Inbox::take_event(wire::Sequence sequence, std::string bytes, bool has_begun) {
    if (has_begun && sequence <= cursor_) return true;
    if (const auto parts = parts_.find(sequence); parts != parts_.end()) {
        size_ -= parts->second.size();
        parts_.erase(parts);
    }
    if (early_.contains(sequence)) return true;
    if (!has_room(1, bytes.size())) return false;
    size_ += bytes.size();
    early_.emplace(sequence, std::move(bytes));
    return true;
}

bool Inbox::has_room(std::size_t count, std::size_t size) const {
    return early_.size() + parts_.size() + count <= max_ahead && size_ + size <= max_size;
}

std::optional<std::string> Inbox::next() {
    if (early_.empty() || early_.begin()->first != cursor_ + 1) return std::nullopt;
    auto bytes = std::move(early_.begin()->second);
    early_.erase(early_.begin());
    size_ -= bytes.size();
    ++cursor_;
    mark_ = wire::mark_of(bytes);
    if (bytes.empty())
        pass_unshown();
    else if (marks_unseen_)
        unseen_[cursor_] = mark_;
    if (unseen_.size() > max_unseen) unseen_.erase(unseen_.begin());
    return bytes;
}

void Inbox::leave_out() {
    unseen_.erase(cursor_);
    pass_unshown();
}

} // namespace chat
