// SPDX-License-Identifier: MIT
#include "chat/model/scrollback.hpp"

#include <algorithm>
#include <utility>

namespace chat {
namespace {

std::size_t size_of(const Line& line) {
    return sizeof(Line) + line.name.size() + line.text.size() + line.to.size();
}

} // namespace

Line Line::made(Kind kind, std::string name, std::string text, WallTime time) {
    Line line;
    line.kind = kind;
    line.time = time;
    line.name = std::move(name);
    line.text = std::move(text);
    return line;
}

std::size_t Scrollback::index_of(std::uint64_t number) const {
    const auto found = std::lower_bound(lines_.begin(), lines_.end(), number,
                                        [](const Line& line, std::uint64_t n) { return line.number < n; });
    return static_cast<std::size_t>(found - lines_.begin());
}

void Scrollback::add(Line line, wire::Sequence event) {
    const bool is_said = line.kind == Line::Kind::said || line.kind == Line::Kind::admin;
    const bool was_missed = event != 0 && event <= unread_until_;
    if (is_said && (!is_looked_at_ || was_missed)) {
        if (std::exchange(is_mark_due_, false)) mark_unread(line.time);
        ++unread_;
        ++marked_;
    }
    append(std::move(line));
    while (lines_.size() > max_lines || size_ > max_size) {
        erase(lines_.begin());
        has_all_ = true; // there is no room for more
    }
}

void Scrollback::add_crowd(bool has_joined, std::string words, WallTime time) {
    const bool is_burst = is_one_burst != nullptr && !lines_.empty() &&
                          lines_.back().kind == Line::Kind::crowd && is_one_burst(lines_.back().time, time);
    if (!is_burst)
        return add(Line::made(Line::Kind::crowd, has_joined ? "-->" : "<--", std::move(words), time));
    ++(has_joined ? lines_.back().more_joined : lines_.back().more_left);
}

void Scrollback::clear() {
    // Lines on their way stay, so that the user can be told whether they were said.
    std::erase_if(lines_, [](const Line& line) { return line.delivery != Line::Delivery::sending; });
    size_ = 0;
    for (const auto& line : lines_) size_ += size_of(line);
    has_all_ = false;
    mark_ = heading_ = 0;
    if (oldest_) oldest_ = newest_ + 1; // scrolling up gets it back
    anchor.reset();
}

void Scrollback::add_own(Line line) {
    line.delivery = Line::Delivery::sending;
    ++waiting_;
    anchor.reset(); // the user wants to see the new line
    is_mark_due_ = false;
    unread_ = 0;
    add(std::move(line));
}

void Scrollback::resolve(LineId id, Line::Delivery delivery) {
    // The newest lines are those on their way. A command without a line has none here.
    const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [&](const Line& line) {
        return line.id == id && line.delivery == Line::Delivery::sending;
    });
    if (found == lines_.rend()) return;
    found->delivery = delivery;
    --waiting_;
}

void Scrollback::give_up_waiting() {
    for (auto& line : lines_)
        if (line.delivery == Line::Delivery::sending) line.delivery = Line::Delivery::not_sent;
    waiting_ = 0;
}

std::optional<LineId> Scrollback::drain_not_sent() {
    const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [](const Line& line) {
        return line.delivery == Line::Delivery::not_sent;
    });
    if (found == lines_.rend()) return std::nullopt;
    const auto id = found->id;
    erase(std::next(found).base());
    return id;
}

void Scrollback::look(bool does) {
    if (does) unread_ = 0;
    if (!does && is_looked_at_) is_mark_due_ = true; // the mark goes where the user stopped looking
    is_looked_at_ = does;
}

std::uint64_t Scrollback::new_below() const {
    return anchor && !lines_.empty() ? lines_.back().number - anchor->newest : 0;
}

void Scrollback::resume(wire::Sequence from, wire::Sequence head) {
    oldest_ = from;
    unread_until_ = head;
    is_mark_due_ = true;
}

void Scrollback::note_event(wire::Sequence sequence) {
    oldest_ = std::min(oldest_.value_or(sequence), sequence);
    newest_ = std::max(newest_, sequence);
}

void Scrollback::add_heading(std::string words, WallTime time) {
    if (heading_ != 0) return;
    add(Line::made(Line::Kind::notice, "*", std::move(words), time));
    heading_ = lines_.back().number;
}

void Scrollback::add_older(std::vector<Older> found, bool is_all, std::string heading, WallTime now) {
    erase(heading_);
    for (auto older = found.rbegin(); older != found.rend() && !is_full(); ++older) {
        if (older->line) prepend(std::move(*older->line));
        oldest_ = older->sequence;
    }
    has_all_ = is_all || is_full();
    const auto when = lines_.empty() ? now : lines_.front().time;
    prepend(Line::made(Line::Kind::notice, "*", std::move(heading), when));
    heading_ = first_number_;
}

void Scrollback::mark_unread(WallTime time) {
    if (mark_ != 0) erase(mark_);
    mark_ = next_number_;
    append(Line::made(Line::Kind::unread, "", "", time));
    marked_ = 0;
}

void Scrollback::append(Line line) {
    line.number = next_number_++;
    size_ += size_of(line);
    lines_.push_back(std::move(line));
}

void Scrollback::prepend(Line line) {
    line.number = --first_number_;
    size_ += size_of(line);
    lines_.push_front(std::move(line));
}

void Scrollback::erase(std::uint64_t number) {
    const auto index = index_of(number);
    if (index < lines_.size() && lines_[index].number == number)
        erase(lines_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Scrollback::erase(const std::deque<Line>::iterator& line) {
    size_ -= size_of(*line);
    lines_.erase(line);
}

} // namespace chat
