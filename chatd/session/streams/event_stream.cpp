// SPDX-License-Identifier: MIT
#include "chatd/session/streams/event_stream.hpp"

#include "common/base/ensure.hpp"
#include "common/wire/frame.hpp"
#include "common/wire/message.hpp"

#include <algorithm>

namespace chatd {
namespace {

// A longer run would save nothing: the next packet can begin another one.
constexpr std::size_t least_event_room = 24;

} // namespace

std::optional<wire::Sequence> EventStream::take_wanted(const Feed& feed, const wire::MemberId& reader) {
    if (is_page_asked_) return std::nullopt;
    auto wanted = next_ < std::min(feed.events.end(), floor_ + max_ahead) ? next_ : feed.events.end();
    if (!lost_.empty()) wanted = std::min(wanted, *lost_.begin());
    const auto part = std::find_if(parts_.begin(), parts_.end(),
                                   [](const auto& one) { return one.second.next().has_value(); });
    if (part != parts_.end()) wanted = std::min(wanted, part->first);
    if (wanted >= feed.events.end() || event_at(feed, wanted, reader)) return std::nullopt;
    is_page_asked_ = true;
    return wanted;
}

void EventStream::handle_page(const LogPage& page, const wire::MemberId& reader) {
    is_page_asked_ = false;
    past_.clear();
    past_begin_ = page.first;
    past_end_ = page.end;
    for (const auto& event : page.events)
        if (wire::may_read(event.only_for, reader)) past_.emplace(event.sequence, event.bytes);
}

bool EventStream::write(Outgoing& out) {
    const auto before = next_;
    const bool has_room = write_lost(out) && write_parts(out) && write_new(out);
    has_written_new_ = next_ > before;
    return has_room;
}

bool EventStream::write_lost(Outgoing& out) {
    while (!lost_.empty() && out.packet.room() > least_event_room) {
        const auto first = *lost_.begin();
        auto end = first;
        while (lost_.contains(end)) ++end;
        const auto reached = write_run(first, end, out);
        if (reached == first) return false;
        lost_.erase(lost_.begin(), lost_.lower_bound(reached));
    }
    return true;
}

bool EventStream::write_parts(Outgoing& out) {
    for (auto one = parts_.begin(); one != parts_.end();) {
        auto& [sequence, parts] = *one;
        const auto offset = parts.next();
        if (!offset) {
            ++one;
            continue;
        }
        const auto event = event_at(out.feed, sequence, out.reader);
        if (!event) return true; // it is asked for
        if (*offset >= event->size()) {
            // The log keeps it no more: the member skips all of it.
            lost_.insert(sequence);
            one = parts_.erase(one);
            continue;
        }
        const auto bytes = session::Fragmenter::part_at(*offset, *event);
        const wire::PartFrame frame{false, sequence, *offset, event->size(), bytes};
        if (!out.add(frame, sequence, part_bit | *offset)) return false;
        parts.on_sent(*offset);
        if (*offset == 0) ++out.lines;
    }
    return true;
}

bool EventStream::write_new(Outgoing& out) {
    const auto end = std::min(out.feed.events.end(), floor_ + max_ahead);
    while (next_ < end) {
        if (out.packet.room() <= least_event_room) return false;
        const auto event = event_at(out.feed, next_, out.reader);
        if (!event) return true; // it is asked for
        if (event->size() > wire::max_whole_message) {
            parts_.emplace(next_, session::Fragmenter(event->size()));
            ++next_;
            if (!write_parts(out)) return false;
            continue;
        }
        const auto reached = write_run(next_, end, out);
        if (reached == next_) return false;
        next_ = reached;
    }
    return true;
}

void EventStream::write_oldest(Outgoing& out) {
    for (auto first = floor_; first < next_ && out.packet.room() > least_event_room;) {
        if (arrived_.contains(first)) {
            ++first;
            continue;
        }
        auto end = first;
        while (end < next_ && !arrived_.contains(end)) ++end;
        const auto reached = write_run(first, end, out);
        if (reached == first) return;
        first = reached;
    }
}

wire::Sequence EventStream::write_run(wire::Sequence first, wire::Sequence end, Outgoing& out) const {
    // A sequence is skipped if the log keeps its event no more, if it has none, or if it is not for this
    // member.
    const auto is_nothing = [&](wire::Sequence sequence) {
        const auto event = event_at(out.feed, sequence, out.reader);
        return event && event->empty();
    };
    auto reached = first;
    if (is_nothing(first)) {
        while (reached < end && is_nothing(reached)) ++reached;
        const auto count = reached - first;
        return out.add(wire::SkipFrame{first, count}, first, count) ? reached : first;
    }
    wire::EventsFrame frame{first, {}};
    std::size_t size = 1 + wire::varint_size(first) + 2; // type, sequence, count
    for (; reached < end; ++reached) {
        const auto event = event_at(out.feed, reached, out.reader);
        if (!event || event->empty() || event->size() > wire::max_whole_message) break;
        const auto more = wire::varint_size(event->size()) + event->size();
        if (size + more > out.packet.room()) break;
        size += more;
        frame.events.push_back(*event);
    }
    if (frame.events.empty() || !out.add(frame, first, reached - first)) return first;
    for (const auto event : frame.events) out.lines += wire::is_line(event) ? 1 : 0;
    return reached;
}

void EventStream::on_acked(const session::SentItem& item) {
    if ((item.count & part_bit) == 0) {
        for (auto sequence = std::max(item.first, floor_); sequence < item.first + item.count; ++sequence)
            mark_arrived(sequence);
        return;
    }
    const auto found = parts_.find(item.first);
    if (found == parts_.end()) return;
    found->second.on_acked(item.count & ~part_bit);
    if (!found->second.has_arrived()) return;
    parts_.erase(found);
    mark_arrived(item.first);
}

void EventStream::on_lost(const session::SentItem& item) {
    if ((item.count & part_bit) == 0) {
        for (auto sequence = std::max(item.first, floor_); sequence < item.first + item.count; ++sequence)
            if (!arrived_.contains(sequence)) lost_.insert(sequence);
        return;
    }
    const auto found = parts_.find(item.first);
    if (found != parts_.end()) found->second.on_lost(item.count & ~part_bit);
}

void EventStream::mark_arrived(wire::Sequence sequence) {
    lost_.erase(sequence);
    if (sequence < floor_) return; // it was in two packets
    arrived_.insert(sequence);
    while (!arrived_.empty() && *arrived_.begin() == floor_) {
        arrived_.erase(arrived_.begin());
        ++floor_;
    }
    ensure(arrived_.empty() || *arrived_.begin() > floor_, "nothing has arrived twice");
}

std::optional<std::string_view> EventStream::event_at(const Feed& feed, wire::Sequence sequence,
                                                      const wire::MemberId& reader) const {
    if (sequence >= feed.events.first()) return feed.events.at(sequence, reader);
    if (sequence < past_begin_ || sequence >= past_end_) return std::nullopt;
    const auto found = past_.find(sequence);
    return found == past_.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t EventStream::memory() const {
    std::size_t bytes = node_size * (arrived_.size() + lost_.size() + parts_.size());
    for (const auto& [sequence, parts] : parts_) bytes += node_size * parts.count();
    for (const auto& [sequence, event] : past_) bytes += node_size + event.size();
    return bytes;
}

} // namespace chatd
