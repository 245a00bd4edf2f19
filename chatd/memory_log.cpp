// SPDX-License-Identifier: MIT
#include "chatd/memory_log.hpp"

#include "common/ensure.hpp"

#include <algorithm>
#include <utility>

namespace chatd {

MemoryLog::MemoryLog(std::size_t capacity)
    : capacity_(capacity) {
    ensure(capacity_ > 0, "a log keeps something");
}

void MemoryLog::append(std::vector<wire::Entry> batch) {
    for (auto& entry : batch) {
        entries_.push_back({++last_, std::move(entry)});
        if (entries_.size() > capacity_) entries_.pop_front();
        fresh_.push_back(entries_.back());
    }
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

} // namespace chatd
