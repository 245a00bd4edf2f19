// SPDX-License-Identifier: MIT
#include "chatd/room/context.hpp"

#include "common/text/utf8.hpp"
#include "common/wire/classic.hpp"

#include <algorithm>
#include <chrono>

namespace chatd {

namespace classic = wire::classic;

std::vector<wire::Entry> RoomContext::drain_entries(WallTime time) {
    stamped_ = std::max({time, stamped_, room_.time()});
    stamped_at_.reset();
    for (auto& entry : entries_) entry.time = stamped_;
    return std::exchange(entries_, {});
}

void RoomContext::begin_transmit(Instant now) {
    if (!stamped_at_) stamped_at_ = now;
}

WallTime RoomContext::time(Instant now) const {
    return stamped_ + std::chrono::floor<std::chrono::milliseconds>(now - stamped_at_.value_or(now));
}

std::string RoomContext::words_for(wire::Refusal::Reason reason, const text::Name& name) const {
    ++times_worded_;
    switch (reason) {
    case wire::Refusal::Reason::name_reserved: return classic::filled(messages_.name_reserved, name.view());
    case wire::Refusal::Reason::name_taken:
        if (const auto id = room_.find_like(name)) {
            const auto& here = room_.find(*id)->name;
            if (text::folded(here.view()) != text::folded(name.view()))
                return classic::filled(messages_.name_alike, name.view(), here.view());
        }
        if (const auto free = room_.free_name_like(name))
            return classic::filled(messages_.name_taken_other_free, name.view(), free->view());
        return classic::filled(messages_.name_taken, name.view());
    case wire::Refusal::Reason::name_kept:
        if (const auto free = room_.free_name_like(name))
            return classic::filled(messages_.name_kept_other_free, name.view(), free->view());
        return classic::filled(messages_.name_kept, name.view());
    case wire::Refusal::Reason::is_member: return classic::filled(messages_.is_member_as, name.view());
    default: return messages_.why(reason);
    }
}

std::string RoomContext::words_for(const Room::Resolved& resolved) const {
    return resolved.refusal ? messages_.why(*resolved.refusal) : std::string();
}

std::string RoomContext::words_for(const Room::Resolved& resolved, const wire::Command& command) const {
    const auto* rename = std::get_if<wire::Rename>(&command);
    return rename != nullptr && resolved.refusal ? words_for(*resolved.refusal, rename->name)
                                                 : words_for(resolved);
}

void RoomContext::bar(const net::Address& source, wire::Sequence removed_at, Instant now) {
    barred_.bar(source, removed_at, now + Room::removed_for);
}

bool RoomContext::is_barred(const net::Address& source, const wire::MemberId& member, Instant now) const {
    const auto removed_at = barred_.barred_at(source, now);
    if (!removed_at) return false;
    const auto* person = room_.find_person(member);
    return person == nullptr || person->first_join == 0 || person->first_join > *removed_at;
}

} // namespace chatd
