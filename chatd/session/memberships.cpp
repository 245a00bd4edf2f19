// SPDX-License-Identifier: MIT
#include "chatd/session/memberships.hpp"

#include <string_view>

namespace chatd {

void Memberships::restore(const std::vector<KeptPath>& paths, Instant now) {
    std::unordered_map<wire::MemberId, std::string_view> path_of;
    for (const auto& [id, path] : paths) {
        path_of[id] = path;
        if (!is_in_room(id)) context_.keep({id, {}});
    }
    absentees_.begin(now);
    for (const auto& [id, occupant] : context_.room().roster())
        if (!occupant.is_classic) absentees_.add(id, path_of[id], now + lifetime);
}

void Memberships::submit_join(const wire::MemberId& member, const text::Name& name) {
    ++under_way_[member];
    context_.submit({member, {}, wire::Join{name, false}});
}

void Memberships::submit_leave(const wire::MemberId& member) {
    if (!is_in_room(member) || is_under_way(member)) return;
    ++under_way_[member];
    context_.submit({member, {}, wire::Leave{}});
}

bool Memberships::resolve(const wire::MemberId& member) {
    const auto entries = under_way_.find(member);
    if (entries == under_way_.end() || --entries->second > 0) return false;
    under_way_.erase(entries);
    return true;
}

void Memberships::wait_for(const wire::MemberId& member, Instant now) {
    if (!is_in_room(member)) return;
    absentees_.add(member, now + lifetime);
    tell_presence(member);
}

void Memberships::come_back(const wire::MemberId& member) {
    if (absentees_.erase(member)) tell_presence(member);
}

bool Memberships::give_up_one_but(const wire::MemberId& kept) {
    const auto absent = absentees_.take_first_but(kept);
    if (!absent) return false;
    forget(*absent);
    submit_leave(*absent);
    return true;
}

void Memberships::note_path(Peer& member) {
    const auto& path = member.path();
    if (member.noted_peer == path.peer) return;
    member.noted_peer = path.peer;
    context_.keep({member.start().id, Absentees::encode(path)});
}

void Memberships::forget(const wire::MemberId& member) {
    absentees_.erase(member);
    context_.keep({member, {}});
}

wire::Roster Memberships::roster() const {
    wire::Roster roster{context_.room().topic(), {}};
    roster.entries.reserve(context_.room().roster().size());
    for (const auto& [id, occupant] : context_.room().roster())
        roster.entries.push_back(
            {occupant.name, occupant.is_classic, occupant.is_away, is_unreachable(id), occupant.fingerprint});
    return roster;
}

void Memberships::tell_presence(const wire::MemberId& member) {
    const auto* occupant = context_.room().find(member);
    if (occupant == nullptr) return;
    feed_.presences.append(wire::encode(wire::PresenceChange{
        feed_.events.end() - 1,
        {occupant->name, false, occupant->is_away, is_unreachable(member), occupant->fingerprint}}));
    sessions_.touch_all();
}

void Memberships::handle_deadline(Instant now) {
    for (const auto& member : absentees_.drain_gone(now)) submit_leave(member);
}

bool Memberships::is_unreachable(const wire::MemberId& member) const {
    const auto* session = sessions_.find(member);
    return session != nullptr ? session->is_unreachable : absentees_.contains(member);
}

} // namespace chatd
