// SPDX-License-Identifier: MIT
#include "chatd/log/page_reader.hpp"

#include "chatd/log/log_rows.hpp"
#include "common/os/clock.hpp"

#include <algorithm>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// A commit waits no longer than this for the runs of members, and as long again for a search.
constexpr auto reading_slice = 2ms;
constexpr auto retry_interval = 1s;

} // namespace

void PageReader::ask(LogQuery query) {
    if (query.is_search)
        searches_.ask(std::move(query));
    else
        runs_.push_back(std::move(query));
}

std::optional<Instant> PageReader::next_deadline() const {
    return is_empty() ? std::nullopt : std::optional(read_at_);
}

void PageReader::handle_written(std::optional<wire::Sequence> events_end) {
    read_at_ = {};
    if (events_end) events_end_ = *events_end;
}

std::vector<LogPage> PageReader::read_on(bool are_all_written) {
    const auto begin = os::monotonic_now();
    std::vector<LogPage> pages;
    if (is_empty() || begin < read_at_) return pages;
    const auto until = begin + reading_slice;
    try {
        // Members that are behind go before searches.
        for (auto left = runs_.size(); left > 0 && os::monotonic_now() < until; --left) {
            if (are_all_written || runs_.front().first < events_end_)
                pages.push_back(page_of(runs_.front()));
            else
                runs_.push_back(runs_.front()); // it waits for events that can't be written yet
            runs_.pop_front();
        }
        if (pages.empty() && searches_.is_empty()) read_at_ = until + retry_interval;
        if (!searches_.is_empty())
            if (auto found = search_on(os::monotonic_now() + reading_slice))
                pages.push_back(std::move(*found));
    } catch (const sqlite::Error&) {
        // It will be tried again; commits tell the admin what is wrong.
        read_at_ = os::monotonic_now() + retry_interval;
        if (!runs_.empty()) { // the others have their turn
            runs_.push_back(std::move(runs_.front()));
            runs_.pop_front();
        }
    }
    return pages;
}

LogPage PageReader::page_of(const LogQuery& query) const {
    // Later events may not be written yet.
    LogPage page{query.ticket, false, query.first,
                 std::max(query.first, std::min(query.first + query.count, events_end_))};
    auto rows = database_.prepare("SELECT sequence, bytes, reader, other_reader FROM event "
                                  "WHERE sequence >= ? AND sequence < ? ORDER BY sequence");
    rows.with(page.first, page.end);
    for (std::size_t bytes = 0; rows.step();) {
        auto event = event_in(rows);
        bytes += event.bytes.size();
        if (bytes > max_page_bytes && !page.events.empty()) {
            page.end = event.sequence;
            break;
        }
        page.events.push_back(std::move(event));
    }
    return page;
}

std::optional<LogPage> PageReader::search_on(Instant until) {
    auto rows = database_.prepare("SELECT sequence, bytes, reader, other_reader FROM event "
                                  "WHERE sequence < ? ORDER BY sequence DESC");
    rows.with(searches_.next());
    bool is_all = false;
    for (bool goes_on = true; goes_on && os::monotonic_now() < until;) {
        is_all = !rows.step();
        goes_on = !is_all && searches_.look_at(event_in(rows));
    }
    return searches_.end_slice(is_all);
}

} // namespace chatd
