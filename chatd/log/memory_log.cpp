// SPDX-License-Identifier: MIT
#include "chatd/log/memory_log.hpp"

#include "common/base/ensure.hpp"

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
    runs_.clear();
    searches_ = {};
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
    if (query.is_search)
        searches_.ask(std::move(query));
    else
        runs_.push_back(std::move(query));
}

LogPage MemoryLog::page_of(const LogQuery& query) const {
    LogPage page{query.ticket, false, query.first,
                 std::max(query.first, std::min(query.first + query.count, last_ + 1))};
    std::size_t bytes = 0;
    for (auto next = events_.lower_bound(query.first); next != events_.end() && next->first < page.end;
         ++next) {
        bytes += next->second.bytes.size();
        if (bytes > max_page_bytes && !page.events.empty()) {
            page.end = next->first;
            break;
        }
        page.events.push_back(next->second);
    }
    return page;
}

std::vector<LogPage> MemoryLog::pages() {
    constexpr std::size_t pages_a_call = 64;
    std::vector<LogPage> pages;
    for (; !runs_.empty() && pages.size() < pages_a_call; runs_.pop_front())
        pages.push_back(page_of(runs_.front()));
    if (searches_.is_empty()) return pages;
    auto next = events_.lower_bound(searches_.next());
    for (bool goes_on = true; goes_on && next != events_.begin();)
        goes_on = searches_.look_at((--next)->second);
    if (auto found = searches_.end_slice(next == events_.begin())) pages.push_back(std::move(*found));
    return pages;
}

} // namespace chatd
