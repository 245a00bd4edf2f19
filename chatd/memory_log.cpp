// SPDX-License-Identifier: MIT
#include "chatd/memory_log.hpp"

#include "common/ensure.hpp"
#include "common/text/utf8.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <utility>

namespace chatd {

MemoryLog::MemoryLog(Id id, std::size_t capacity)
    : id_(id)
    , capacity_(capacity) {
    ensure(capacity_ > 0, "a log keeps something");
}

void MemoryLog::append(std::vector<wire::Entry> batch) {
    std::move(batch.begin(), batch.end(), std::back_inserter(waiting_));
    if (!is_held_back_) commit();
}

void MemoryLog::commit() {
    for (auto& entry : std::exchange(waiting_, {})) {
        entries_.push_back({++last_, std::move(entry)});
        if (entries_.size() > capacity_) {
            entries_.pop_front();
            events_.erase(events_.begin(), events_.lower_bound(first()));
        }
        fresh_.push_back(entries_.back());
    }
    for (auto& event : std::exchange(waiting_events_, {})) {
        const auto sequence = event.sequence;
        if (sequence >= first()) events_.insert_or_assign(sequence, std::move(event));
    }
    if (waiting_snapshot_) snapshot_ = std::exchange(waiting_snapshot_, std::nullopt);
    for (auto& kept : std::exchange(waiting_paths_, {})) {
        if (kept.path.empty())
            paths_.erase(kept.member);
        else
            paths_[kept.member] = std::move(kept.path);
    }
}

void MemoryLog::crash() {
    waiting_.clear();
    waiting_events_.clear();
    waiting_snapshot_.reset();
    waiting_paths_.clear();
    fresh_.clear();
    pages_.clear();
}

std::vector<wire::CommittedEntry> MemoryLog::committed() {
    return std::exchange(fresh_, {});
}

void MemoryLog::read(wire::Sequence first, std::size_t count,
                     const std::function<void(const wire::CommittedEntry&)>& handle) const {
    if (entries_.empty()) return;
    const auto oldest = entries_.front().sequence;
    const auto skipped = first > oldest ? first - oldest : 0;
    for (std::size_t i = skipped; i < entries_.size() && i - skipped < count; ++i) handle(entries_[i]);
}

void MemoryLog::keep(std::vector<KeptEvent> events) {
    std::move(events.begin(), events.end(), std::back_inserter(waiting_events_));
    if (!is_held_back_) commit();
}

void MemoryLog::keep(LogSnapshot snapshot) {
    waiting_snapshot_ = std::move(snapshot);
    if (!is_held_back_) commit();
}

void MemoryLog::keep(std::vector<KeptPath> paths) {
    std::move(paths.begin(), paths.end(), std::back_inserter(waiting_paths_));
    if (!is_held_back_) commit();
}

std::vector<KeptPath> MemoryLog::paths() const {
    std::vector<KeptPath> kept;
    kept.reserve(paths_.size());
    for (const auto& [member, path] : paths_) kept.push_back({member, path});
    return kept;
}

void MemoryLog::read_events(wire::Sequence first, std::size_t count,
                            const std::function<void(const KeptEvent&)>& handle) const {
    for (auto next = events_.lower_bound(first); next != events_.end() && count > 0; ++next, --count)
        handle(next->second);
}

void MemoryLog::ask(LogQuery query) {
    LogPage page{query.ticket, query.is_search, query.first, query.first};
    if (query.is_search) {
        const auto needle = text::folded(query.needle);
        page.is_all = true;
        for (auto next = events_.lower_bound(query.first); next != events_.begin();) {
            --next;
            if (!is_match(query, needle, next->second)) continue;
            page.events.push_back(next->second);
            page.is_all = page.events.size() < query.count;
            if (!page.is_all) break;
        }
        std::reverse(page.events.begin(), page.events.end());
    } else {
        page.end = std::min(query.first + query.count, last_ + 1);
        for (auto next = events_.lower_bound(query.first); next != events_.end() && next->first < page.end;
             ++next)
            page.events.push_back(next->second);
    }
    pages_.push_back(std::move(page));
}

std::vector<LogPage> MemoryLog::pages() {
    return std::exchange(pages_, {});
}

bool is_match(const LogQuery& query, std::string_view folded_needle, const KeptEvent& event) {
    if (!wire::may_read(event.only_for, query.reader)) return false;
    const auto decoded = wire::decode_event(event.sequence, event.bytes);
    if (!decoded) return false;
    const auto holds = [&](std::string_view text) {
        return text::folded(text).find(folded_needle) != std::string::npos;
    };
    if (const auto* said = std::get_if<wire::Said>(&decoded->what))
        return holds(said->text.view()) || holds(said->name.view());
    if (const auto* whispered = std::get_if<wire::Whispered>(&decoded->what))
        return holds(whispered->text.view()) || holds(whispered->name.view()) || holds(whispered->to.view());
    if (const auto* shouted = std::get_if<wire::Shouted>(&decoded->what)) return holds(shouted->text.view());
    return false;
}

} // namespace chatd
