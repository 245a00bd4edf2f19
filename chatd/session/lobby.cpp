// SPDX-License-Identifier: MIT
#include "chatd/session/lobby.hpp"

#include "common/wire/message.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// While nobody can be let in (no memory for rosters, no disk) the line is looked at so often.
constexpr Duration line_interval = 20ms;
// A member of the room that waits for the memory of its roster is looked at so often.
constexpr Duration roster_retry = 100ms;
// A roster that has not arrived by then goes, where others wait for its memory; looked for so often.
constexpr Duration roster_patience = 15s;
constexpr Duration reclaim_interval = 1s;

/// Of the memory for rosters, what those get who are in the room already: they leave some for newcomers.
std::size_t members_share(std::size_t roster_bytes) {
    return roster_bytes / 8 * 7;
}

} // namespace

Lobby::Lobby(const Limits& limits, std::size_t max_history, Ledger& ledger, RoomContext& context, Feed& feed,
             Sessions& sessions, Memberships& memberships)
    : roster_bytes_(limits.roster_bytes)
    , max_history_(max_history)
    , ledger_(ledger)
    , context_(context)
    , feed_(feed)
    , sessions_(sessions)
    , memberships_(memberships) {}

void Lobby::let_in(Peer& member, Instant now, bool is_its_turn) {
    const auto& id = member.start().id;
    member.waits_until.reset();
    if (member.is_admitted() || member.waits_for.join) return;
    if (memberships_.is_under_way(id)) {
        if (!context_.can_save()) tell_to_wait(member);
        return;
    }
    if (memberships_.is_in_room(id)) return admit(member, now);
    if (const auto ready = ledger_.key_ready_at(Cost::join, id); ready > now) return wait(member, ready);
    if (!is_its_turn && (joins_.must_wait(member, now) || !may_let_in())) {
        tell_to_wait(member);
        member.waits_for.join = true;
        return joins_.add(member, !may_let_in(), now);
    }
    ledger_.spend(Cost::join, member.source(), &id, now);
    member.has_asked_to_join = true;
    memberships_.note_path(member); // saved with the join
    memberships_.submit_join(id, member.start().name);
}

bool Lobby::may_let_in() const {
    return rosters_.bytes() < roster_bytes_ && context_.can_save();
}

void Lobby::wait(Peer& member, Instant until) {
    tell_to_wait(member);
    member.waits_until = until;
    sessions_.touch(member);
}

void Lobby::tell_to_wait(Peer& member) {
    if (std::exchange(member.has_waited, true)) return;
    ledger_.count_met();
    member.add_notice(context_.can_save() ? context_.messages().wait_to_join
                                          : context_.messages().cannot_save);
    sessions_.touch(member);
}

void Lobby::leave_line(Peer& member) {
    if (std::exchange(member.waits_for.join, false)) joins_.remove(member);
}

void Lobby::serve(Instant now) {
    if (!may_let_in()) joins_.put_off(now + line_interval);
    joins_.serve(now, [&](Peer& member) {
        if (!may_let_in()) return WaitingLine::Answer::stop;
        member.waits_for.join = false;
        let_in(member, now, true);
        return WaitingLine::Answer::done;
    });
}

std::vector<Peer*> Lobby::drain_overdue(Instant now) {
    if (rosters_.bytes() < members_share(roster_bytes_) || now < reclaim_at_) return {};
    reclaim_at_ = now + reclaim_interval;
    return sessions_.matching([&](const Peer& member) {
        return member.is_roster_under_way && now - member.admitted >= roster_patience;
    });
}

void Lobby::handle_page(Peer& member, const LogPage& page, Instant now) {
    const auto& start = member.start();
    const auto* event = page.events.empty() ? nullptr : &page.events.front();
    const bool is_there =
        event != nullptr && event->sequence == start.cursor && wire::may_read(event->only_for, start.id);
    member.is_cursor_true =
        wire::mark_of(is_there ? std::string_view(event->bytes) : std::string_view()) == start.mark;
    let_in(member, now);
}

std::optional<bool> Lobby::is_cursor_true(const Peer::Start& start) const {
    const auto& events = feed_.events;
    if (start.cursor == 0 || start.cursor >= events.end()) return false;
    if (start.cursor < context_.oldest_kept()) return true; // nobody knows any more
    // A copy of the log that was put back may have other events where the client has been.
    if (start.cursor >= events.first()) return wire::mark_of(events.at(start.cursor, start.id)) == start.mark;
    return std::nullopt;
}

void Lobby::handle_joined(Peer& member, Instant now) {
    member.joined_at = feed_.events.end() - 1;
    admit(member, now);
}

void Lobby::admit(Peer& member, Instant now) {
    if (member.is_admitted()) return;
    if (rosters_.bytes() >= (member.joined_at > 0 ? roster_bytes_ : members_share(roster_bytes_)))
        return wait(member, now + roster_retry);
    const auto& start = member.start();
    if (!member.is_cursor_true) member.is_cursor_true = is_cursor_true(start);
    if (!member.is_cursor_true) // the disk knows, and handle_page() goes on
        return context_.ask({.ticket = member.session().id(), .first = start.cursor, .count = 1});
    member.rename(context_.room().find(start.id)->name);
    member.admitted = now;
    member.is_roster_under_way = true;
    member.admit(welcome_for(member), encoded_roster(), feed_);
    memberships_.note_path(member);
    sessions_.touch(member);
    if (const auto* outbox = context_.room().find_outbox(start.id, start.outbox))
        for (const auto& resolved : outbox->resolved)
            member.add_result(resolved, context_.words_for(resolved));
}

wire::WelcomeFrame Lobby::welcome_for(const Peer& member) const {
    const auto& start = member.start();
    const auto* outbox = context_.room().find_outbox(start.id, start.outbox);
    wire::WelcomeFrame welcome;
    welcome.log_id = log_id_;
    welcome.head = feed_.events.end() - 1;
    welcome.start = start_for(member);
    if (welcome.start > feed_.events.first())
        welcome.mark = wire::mark_of(feed_.events.at(welcome.start - 1, start.id));
    else if (*member.is_cursor_true && welcome.start == start.cursor + 1)
        welcome.mark = start.mark;
    welcome.last_command = outbox == nullptr ? 0 : outbox->last;
    welcome.features = wire::features;
    return welcome;
}

wire::Sequence Lobby::start_for(const Peer& member) const {
    const auto& start = member.start();
    const auto& events = feed_.events;
    const bool is_new = member.joined_at > 0;
    const auto from_now = is_new ? member.joined_at : events.end();
    // Where nothing of before may be seen, there is nothing before the key was first seen here.
    auto oldest = context_.oldest_kept();
    if (max_history_ == 0) {
        const auto* person = context_.room().find_person(start.id);
        if (person != nullptr && person->first_join > 0)
            oldest = std::max(oldest, person->first_join);
        else if (!*member.is_cursor_true)
            oldest = std::max(oldest, from_now);
    }
    if (start.cursor > 0 && *member.is_cursor_true) return std::max(start.cursor + 1, oldest);
    // One at or before its cursor tells the client so.
    if (start.cursor > 0) return std::max(std::min(start.cursor, from_now), oldest);
    if (start.knows_log && !is_new) return oldest; // it was welcomed at the log's begin, and has nothing yet
    // A newcomer is given some lines of what was said before.
    auto first = from_now;
    const auto wanted = std::min<std::uint64_t>(start.history, max_history_);
    for (std::uint64_t lines = 0; first > events.first() && lines < wanted; --first)
        lines += wire::is_line(events.at(first - 1, start.id)) ? 1 : 0;
    return first;
}

std::shared_ptr<const std::string> Lobby::encoded_roster() {
    return rosters_.newest({feed_.events.end(), feed_.presences.end()},
                           [&] { return wire::encode(memberships_.roster()); });
}

} // namespace chatd
