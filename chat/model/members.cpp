// SPDX-License-Identifier: MIT
#include "chat/model/members.hpp"

#include "common/base/overloaded.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>

namespace chat {
namespace {

std::string string_of(const text::Name& name) {
    return std::string(name.view());
}

} // namespace

std::uint64_t Members::spoke(const std::string& who) const {
    const auto found = spoke_.find(who);
    return found == spoke_.end() ? 0 : found->second;
}

std::vector<std::string> Members::like(std::string_view typed) const {
    const auto wanted = text::folded(typed);
    std::vector<std::string> names;
    for (const auto& [name, status] : roster_)
        if (name != own_name && text::folded(name).starts_with(wanted)) names.push_back(name);
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return spoke(a) > spoke(b); });
    return names;
}

bool Members::has_seen(const RoomEvent& what) const {
    return what.is_logged() && what.event.sequence <= as_of_;
}

bool Members::is_own(const wire::Event& event, const text::Name& who) const {
    return event.sequence != 0 && who.view() == own_name;
}

bool Members::are_spoken_of(std::string_view text) const {
    const auto is_part_of_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
    };
    const auto wanted = text::folded(own_name);
    const auto in = text::folded(text);
    if (wanted.empty()) return false;
    for (auto at = in.find(wanted); at != std::string::npos; at = in.find(wanted, at + 1)) {
        const auto end = at + wanted.size();
        // East Asian text has no spaces around a name.
        const bool is_ascii = (wanted.front() & 0x80) == 0;
        if (!is_ascii ||
            ((at == 0 || !is_part_of_word(in[at - 1])) && (end == in.size() || !is_part_of_word(in[end]))))
            return true;
    }
    return false;
}

void Members::handle(const RosterKnown& known) {
    is_whole_ = true;
    as_of_ = known.as_of;
    topic = known.roster.topic.view();
    roster_.clear();
    for (const auto& entry : known.roster.entries) {
        meet(string_of(entry.name),
             {entry.is_classic, entry.is_away, entry.is_unreachable, entry.fingerprint});
        if (entry.name.view() == own_name) is_away = entry.is_away;
    }
}

void Members::handle(const PresenceKnown& known) {
    if (const auto found = roster_.find(known.name); found != roster_.end())
        found->second.is_unreachable = known.is_unreachable;
}

void Members::handle(const RoomEvent& what) {
    if (!has_seen(what)) change_roster(what);
    if (const auto* whispered = std::get_if<wire::Whispered>(&what.event.what);
        whispered != nullptr && !what.is_own && whispered->name.view() != own_name)
        last_whisperer_ = whispered->name.view();
    if (const auto* renamed = std::get_if<wire::Renamed>(&what.event.what);
        renamed != nullptr && last_whisperer_ == renamed->name.view())
        last_whisperer_ = renamed->new_name.view();
}

void Members::change_roster(const RoomEvent& what) {
    std::visit(Overloaded{
                   [&](const wire::Joined& joined) {
                       meet(string_of(joined.name), {joined.is_classic, false, false, joined.fingerprint});
                   },
                   [&](const wire::Left& left) { roster_.erase(string_of(left.name)); },
                   [&](const wire::Kicked& kicked) { roster_.erase(string_of(kicked.name)); },
                   [&](const wire::Renamed& renamed) {
                       rename(string_of(renamed.name), string_of(renamed.new_name));
                   },
                   [&](const wire::AwaySet& away) {
                       if (const auto found = roster_.find(string_of(away.name)); found != roster_.end())
                           found->second.is_away = away.is_away;
                       if (what.is_own) is_away = away.is_away;
                   },
                   [&](const wire::TopicSet& set) { topic = set.text.view(); },
                   [&](const wire::Said& said) {
                       // A host that keeps no log tells no roster: a member that speaks is here.
                       if (!what.is_logged()) meet(string_of(said.name));
                   },
                   [](const wire::Whispered&) {},
                   [](const wire::Shouted&) {},
               },
               what.event.what);
}

void Members::rename(const std::string& from, const std::string& to) {
    const auto found = roster_.find(from);
    const auto status = found == roster_.end() ? MemberStatus() : found->second;
    roster_.erase(from);
    meet(to, status);
}

void Members::meet(const std::string& who, MemberStatus status) {
    if (roster_.size() < max_known) roster_.emplace(who, status);
}

void Members::note_speaker(const std::string& who) {
    if (spoke_.size() >= max_known) spoke_.clear();
    spoke_[who] = ++lines_said_;
}

} // namespace chat
