// SPDX-License-Identifier: MIT
#include "chat/link/history_search.hpp"

#include "common/text/utf8.hpp"
#include "common/wire/message.hpp"

#include <utility>

namespace chat {

void HistorySearch::begin_session() {
    is_pending_ = is_open_;
    answer_ = {};
}

void HistorySearch::begin(wire::Sequence before, const std::string& needle) {
    ++number_;
    before_ = before;
    needle_ = needle.substr(0, text::cut_length(needle, wire::max_needle));
    is_open_ = is_pending_ = true;
    answer_ = {};
}

bool HistorySearch::handle(const wire::MatchesFrame& frame, std::optional<SearchResults>& told) {
    if (!is_open_ || frame.number != number_) return true; // something else is looked for now
    if (!answer_.accept(frame.offset, frame.total, frame.bytes)) return false;
    const auto whole = answer_.whole();
    if (!whole) return true;
    answer_ = {};
    const auto found = wire::decode_matches(*whole);
    if (!found) return false;
    told = SearchResults{std::move(needle_), {}, found->is_all};
    for (const auto& line : found->lines)
        if (auto event = wire::decode_event(line.sequence, line.event))
            told->lines.push_back(std::move(*event));
    is_open_ = is_pending_ = false;
    return true;
}

void HistorySearch::handle_lost(const session::SentItem& item) {
    if (is_open_ && item.first == number_) is_pending_ = true;
}

void HistorySearch::write(session::PacketBuilder& packet) {
    if (!is_pending_) return;
    const wire::SearchFrame frame{number_, before_, wire::max_search_lines / 2, needle_};
    is_pending_ = !packet.add(frame, {item_kind, number_, 0});
}

} // namespace chat
