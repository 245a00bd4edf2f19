// SPDX-License-Identifier: MIT
#include "chatd/log/memory_log.hpp"

#include "common/base/ensure.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatd {

MemoryLog::MemoryLog(LogId id, std::size_t capacity)
    : id_(id)
    , capacity_(capacity) {
    ensure(capacity_ > 0, "a log keeps something");
}

LogStart MemoryLog::restore(std::size_t newest) const {
    LogStart start{.id = id_, .first = first(), .last = last_, .snapshot = snapshot_};
    const auto behind = snapshot_ ? snapshot_->sequence : 0;
    std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(start.entries),
                 [&](const wire::CommittedEntry& entry) { return entry.sequence > behind; });
    const auto oldest = last_ >= newest ? last_ - newest + 1 : 1;
    for (auto next = events_.lower_bound(oldest); next != events_.end(); ++next)
        start.events.push_back(next->second);
    for (const auto& [member, path] : paths_) start.paths.push_back({member, path});
    return start;
}

void MemoryLog::write(LogBatch batch) {
    const auto add = [](auto& to, auto& from) {
        std::move(from.begin(), from.end(), std::back_inserter(to));
    };
    add(waiting_.entries, batch.entries);
    add(waiting_.paths, batch.paths);
    add(waiting_.events, batch.events);
    if (batch.snapshot) waiting_.snapshot = std::move(batch.snapshot);
    if (!is_held_back_) commit();
}

void MemoryLog::commit() {
    auto batch = std::exchange(waiting_, {});
    for (auto& entry : batch.entries) {
        entries_.push_back({++last_, std::move(entry)});
        if (entries_.size() > capacity_) {
            entries_.pop_front();
            events_.erase(events_.begin(), events_.lower_bound(first()));
        }
        fresh_.push_back(entries_.back());
    }
    for (auto& event : batch.events) {
        const auto sequence = event.sequence;
        if (sequence >= first()) events_.insert_or_assign(sequence, std::move(event));
    }
    if (batch.snapshot) snapshot_ = std::move(batch.snapshot);
    for (auto& kept : batch.paths) {
        if (kept.path.empty())
            paths_.erase(kept.member);
        else
            paths_[kept.member] = std::move(kept.path);
    }
}

void MemoryLog::crash() {
    waiting_ = {};
    fresh_.clear();
    runs_.clear();
    searches_ = {};
}

LogNews MemoryLog::drain_news() {
    LogNews news{.committed = std::exchange(fresh_, {}), .first = first(), .fault = fault_};
    if (news.committed.empty()) news.pages = read_on(); // committed entries go first
    return news;
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

std::vector<LogPage> MemoryLog::read_on() {
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
