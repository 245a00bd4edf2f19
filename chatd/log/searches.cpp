// SPDX-License-Identifier: MIT
#include "chatd/log/searches.hpp"

#include "common/text/utf8.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace chatd {
namespace {

// A slice takes 2 ms at most, so that no commit waits longer than 5. Measured: a short line takes 4 µs, a
// byte of the worst text (Greek with two marks a letter) 60 ns, and the last event may be of 8 KiB.
constexpr std::size_t events_a_slice = 256;
constexpr std::size_t bytes_a_slice = 16384;

/// Whether the event is a line whose text or author holds the query's needle, in small letters or large. The
/// needle is folded.
bool is_match(const LogQuery& query, const KeptEvent& event) {
    if (!wire::may_read(event.only_for, query.reader)) return false;
    const auto decoded = wire::decode_event(event.sequence, event.bytes);
    if (!decoded) return false;
    const auto holds = [&](std::string_view text) {
        return text::folded(text).find(query.needle) != std::string::npos;
    };
    if (const auto* said = std::get_if<wire::Said>(&decoded->what))
        return holds(said->text.view()) || holds(said->name.view());
    if (const auto* whispered = std::get_if<wire::Whispered>(&decoded->what))
        return holds(whispered->text.view()) || holds(whispered->name.view()) || holds(whispered->to.view());
    if (const auto* shouted = std::get_if<wire::Shouted>(&decoded->what)) return holds(shouted->text.view());
    return false;
}

} // namespace

void Searches::ask(LogQuery query) {
    query.needle = text::folded(query.needle);
    const auto next = query.first;
    Search search{std::move(query), next};
    search.page.ticket = search.query.ticket;
    search.page.number = search.query.number;
    search.page.is_search = true;
    search.is_enough = search.query.count == 0;
    const auto older = std::find_if(searches_.begin(), searches_.end(), [&](const Search& waiting) {
        return waiting.query.ticket == search.query.ticket;
    });
    if (older != searches_.end())
        *older = std::move(search);
    else
        searches_.push_back(std::move(search));
}

bool Searches::look_at(const KeptEvent& event) {
    auto& search = searches_.front();
    auto& found = search.page.events;
    if (search.is_enough) return false;
    if (is_match(search.query, event)) {
        if (!found.empty() && search.bytes + event.bytes.size() > max_page_bytes) {
            search.is_enough = true;
            return false;
        }
        search.bytes += event.bytes.size();
        found.push_back(event);
        search.is_enough = found.size() >= search.query.count;
    }
    search.next = event.sequence;
    bytes_looked_at_ += event.bytes.size();
    return !search.is_enough && ++events_looked_at_ < events_a_slice && bytes_looked_at_ < bytes_a_slice;
}

std::optional<LogPage> Searches::end_slice(bool is_all) {
    events_looked_at_ = 0;
    bytes_looked_at_ = 0;
    auto search = std::move(searches_.front());
    searches_.pop_front();
    if (!search.is_enough && !is_all) {
        searches_.push_back(std::move(search)); // after the others
        return std::nullopt;
    }
    search.page.is_all = !search.is_enough;
    std::reverse(search.page.events.begin(), search.page.events.end());
    return std::move(search.page);
}

} // namespace chatd
