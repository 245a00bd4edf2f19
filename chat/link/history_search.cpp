// SPDX-License-Identifier: MIT
#include "chat/link/history_search.hpp"

#include "common/text/utf8.hpp"
#include "common/wire/message.hpp"

#include <utility>

namespace chat {

void Inquiry::begin_session() {
    is_owed_ = is_open_;
    answer_ = {};
}

void Inquiry::begin(wire::Sequence before, const std::string& needle) {
    ++number_;
    before_ = before;
    needle_ = needle.substr(0, text::cut_length(needle, wire::max_needle));
    is_open_ = is_owed_ = true;
    answer_ = {};
}

bool Inquiry::handle(const wire::FoundFrame& frame, std::optional<Found>& told) {
    if (!is_open_ || frame.number != number_) return true; // something else is looked for now
    if (!answer_.take(frame.offset, frame.total, frame.bytes)) return false;
    const auto whole = answer_.whole();
    if (!whole) return true;
    answer_ = {};
    const auto found = wire::decode_found(*whole);
    if (!found) return false;
    told = Found{std::move(needle_), {}, found->is_all};
    for (const auto& line : found->lines)
        if (auto event = wire::decode_event(line.sequence, line.event))
            told->lines.push_back(std::move(*event));
    is_open_ = is_owed_ = false;
    return true;
}

void Inquiry::handle_lost(const session::Content& content) {
    if (is_open_ && content.first == number_) is_owed_ = true;
}

void Inquiry::fill(std::string& out, std::size_t& room, std::vector<session::Content>& contents) {
    if (!is_owed_ ||
        !wire::put(wire::FindFrame{number_, before_, wire::max_found_lines / 2, needle_}, out, room))
        return;
    is_owed_ = false;
    contents.push_back({content_kind, number_, 0});
}

} // namespace chat
