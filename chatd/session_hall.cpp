// SPDX-License-Identifier: MIT
#include "chatd/session_hall.hpp"

#include "common/overloaded.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// A client that is there sends something every 15 s; three of those and it can't be reached; then it has
// left.
constexpr Duration reachable_for = 45s;
constexpr Duration member_lifetime = 5min;
// All members together get no more than 200 Mbit/s, 256 full datagrams at once: a thousand windows at once
// are more than any switch's buffer.
constexpr Rate pace{256 * static_cast<int>(wire::max_packet), 25'000'000};
// Typing is told at most so often, forgotten after so long without a word of it, and said to no more members
// than can see each other.
constexpr Duration typing_interval = 500ms;
constexpr Duration typing_lifetime = 6s;
constexpr Rate typing_rate{4, 1};
constexpr std::size_t max_typing_members = 100;

/// What was found, as far as it fits an answer: the newest of it.
std::string answer_of(const LogPage& page) {
    wire::Found found{page.is_all, {}};
    std::size_t size = 1;
    for (auto event = page.events.rbegin(); event != page.events.rend(); ++event) {
        size +=
            wire::varint_size(event->sequence) + wire::varint_size(event->bytes.size()) + event->bytes.size();
        if (size > wire::max_found) {
            found.is_all = false;
            break;
        }
        found.lines.push_back({event->sequence, event->bytes});
    }
    std::reverse(found.lines.begin(), found.lines.end());
    return wire::encode(found);
}

} // namespace

SessionHall::SessionHall(Options options, const session::KeyPair& identity, session::Random& random,
                         Desk& desk)
    : options_(std::move(options))
    , desk_(desk)
    , reception_(std::move(options_.reception), identity, random) {}

void SessionHall::handle_packet(const wire::Packet& packet, const net::Datagram& datagram, Instant now) {
    std::visit(Overloaded{
                   [&](const wire::RoomAnswer&) { ++refused_; },
                   [&](const wire::HostAnswer&) { ++refused_; },
                   [&](const wire::Knock&) { ++refused_; },
                   [&](const auto& what) { handle(what, datagram, now); },
               },
               packet);
}

// ---- before there is a session

void SessionHall::handle(const wire::Probe& probe, const net::Datagram& datagram, Instant now) {
    outgoing_.push_back(
        {datagram.path, reception_.answer(probe, datagram.path.peer, desk_.room().roster().size(), now)});
}

void SessionHall::handle(const wire::Hello& hello, const net::Datagram& datagram, Instant now) {
    if (auto answer = reception_.answer(hello, datagram.path.peer, now))
        outgoing_.push_back({datagram.path, std::move(*answer)});
}

void SessionHall::handle(const wire::JoinRequest& request, const net::Datagram& datagram, Instant now) {
    auto arrival = reception_.finish(request, datagram.path.peer, now);
    if (!arrival) return;
    const auto& join = arrival->join;
    const auto refuse = [&](const std::string& words) {
        outgoing_.push_back(
            {datagram.path, arrival->session->close({wire::CloseFrame::Code::refused, words})});
    };
    const auto name = text::Name::parsed(join.name);
    if (!name) return refuse(desk_.words().name_bad);
    if (members_.size() >= options_.max_members) return refuse(desk_.words().room_full);
    begin_session({std::move(arrival->session), datagram.path, arrival->id, *name, join.outbox, join.attempt,
                   join.log_id == log_id_ ? join.cursor : 0, join.mark, join.history, arrival->began});
}

void SessionHall::begin_session(SessionMember::Start start) {
    const auto session_id = start.session->id();
    const auto id = start.id;
    // A key is one member: whoever held it last goes on, from where that was.
    if (const auto older = find_session(id); older != members_.end()) {
        const auto& held = older->second->start();
        // What was on the way for long may be of a process that is dead by now.
        const bool is_stale =
            start.began < held.began || (held.outbox == start.outbox && held.attempt >= start.attempt);
        if (is_stale) return;
        if (older->second->is_unreachable) {
            older->second->is_unreachable = false;
            tell_presence(id);
        }
        end(older, wire::CloseFrame::Code::replaced, {});
    }
    auto& member =
        *members_.emplace(session_id, std::make_unique<SessionMember>(std::move(start))).first->second;
    by_key_[id] = session_id;
    note_path(member);
    touch(member);
    if (absentees_.erase(id)) tell_presence(id);
    if (desk_.room().find(id) != nullptr)
        admit(member, false);
    else
        desk_.submit({id, {}, wire::Join{member.start().name, false}});
}

void SessionHall::admit(SessionMember& member, bool is_new) {
    if (member.is_admitted()) return;
    const auto& start = member.start();
    member.rename(desk_.room().find(start.id)->name);
    const auto head = feed_.events.end() - 1;
    const auto* outbox = desk_.room().find_outbox(start.id, start.outbox);
    wire::WelcomeFrame welcome;
    welcome.log_id = log_id_;
    welcome.head = head;
    welcome.start = start_for(start, is_new);
    welcome.last_command = outbox == nullptr ? 0 : outbox->last;
    member.admit(welcome, wire::encode(roster()), feed_);
    touch(member);
    if (outbox == nullptr) return;
    for (const auto& settled : outbox->settled) member.owe_result(settled, words_for(settled));
}

wire::Sequence SessionHall::start_for(const SessionMember::Start& start, bool is_new) const {
    const auto& events = feed_.events;
    const auto head = events.end() - 1;
    // A copy of the log that was put back may have other events where the client has been.
    const bool is_known_there =
        start.cursor < events.first() || start.mark == 0 ||
        (start.cursor <= head && wire::mark_of(events.at(start.cursor, start.id)) == start.mark);
    const auto from_now = is_new ? head : events.end();
    if (start.cursor > 0 && start.cursor <= head && is_known_there)
        return std::max(start.cursor + 1, desk_.oldest_kept());
    // One at or before its cursor tells the client so.
    if (start.cursor > 0) return std::min(start.cursor, from_now);
    // A newcomer is given some lines of what was said before.
    auto first = from_now;
    const auto wanted = std::min<std::uint64_t>(start.history, options_.max_history);
    for (std::uint64_t lines = 0; first > events.first() && lines < wanted; --first)
        lines += wire::is_line(events.at(first - 1, start.id)) ? 1 : 0;
    return first;
}

wire::Roster SessionHall::roster() const {
    wire::Roster roster{desk_.room().topic(), {}};
    roster.entries.reserve(desk_.room().roster().size());
    for (const auto& [id, occupant] : desk_.room().roster())
        roster.entries.push_back(
            {occupant.name, occupant.is_classic, occupant.is_away, is_unreachable(id), occupant.fingerprint});
    return roster;
}

// ---- sessions

void SessionHall::handle(const wire::Data& data, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(data.receiver);
    if (found == members_.end()) return answer_stranger(data, datagram);
    auto& member = *found->second;
    const auto result = member.session().open(data, datagram.bytes, now);
    if (const auto* fault = std::get_if<session::Session::Fault>(&result)) {
        ++refused_;
        if (*fault == session::Session::Fault::malformed) leave(found, wire::CloseFrame::Code::malformed);
        return;
    }
    const auto& opened = *std::get<std::unique_ptr<session::Session::Opened>>(result);
    touch(member);
    if (std::exchange(member.is_unreachable, false)) tell_presence(member.start().id);
    member.handle_path(datagram.path, datagram.bytes.size(), opened);
    note_path(member);
    member.handle_acked(opened.acked);
    member.handle_lost(opened.lost);
    for (const auto& frame : opened.frames) {
        if (std::holds_alternative<wire::CloseFrame>(frame))
            return leave(found, wire::CloseFrame::Code::left);
        if (!handle_frame(member, frame, now)) return leave(found, wire::CloseFrame::Code::malformed);
    }
    submit_commands(member, now);
}

void SessionHall::answer_stranger(const wire::Data& data, const net::Datagram& datagram) {
    const auto farewell = std::find_if(farewells_.begin(), farewells_.end(),
                                       [&](const auto& said) { return said.first == data.receiver; });
    // Whoever it comes from is sent no more than came.
    if (farewell != farewells_.end() && farewell->second.size() <= datagram.bytes.size())
        outgoing_.push_back({datagram.path, farewell->second});
    else
        ++refused_;
}

bool SessionHall::handle_frame(SessionMember& member, const wire::Frame& frame, Instant now) {
    if (const auto* command = std::get_if<wire::CommandFrame>(&frame)) return member.take(*command);
    if (const auto* part = std::get_if<wire::PartFrame>(&frame))
        return part->is_command && member.take(*part);
    if (const auto* find = std::get_if<wire::FindFrame>(&frame)) return handle_find(member, *find);
    if (const auto* typing = std::get_if<wire::TypingFrame>(&frame)) {
        handle_typing(member, *typing, now);
        return true;
    }
    return false; // only a host sends it
}

bool SessionHall::handle_find(SessionMember& member, const wire::FindFrame& frame) {
    // It is sent again until it is answered.
    if (!member.is_admitted() || !member.is_new(frame)) return true;
    member.take(frame);
    if (options_.max_history == 0) {
        member.owe_found(wire::encode(wire::Found{true, {}}));
        return true;
    }
    queries_.push_back({.ticket = member.session().id(),
                        .first = frame.before,
                        .count = frame.count,
                        .is_search = true,
                        .needle = std::string(frame.needle),
                        .reader = member.start().id});
    return true;
}

void SessionHall::handle_typing(SessionMember& member, const wire::TypingFrame& frame, Instant now) {
    if (!member.is_admitted() || members_.size() > max_typing_members ||
        !member.typing.take(typing_rate, now))
        return;
    const auto& id = member.start().id;
    forget_typist(id);
    is_typing_news_ = true;
    if (!frame.names.empty() && feed_.typists.size() < wire::max_typing)
        feed_.typists.push_back({id, std::string(member.start().name.view()), now + typing_lifetime});
}

void SessionHall::forget_typist(const wire::MemberId& member) {
    const auto is_theirs = [&](const Typist& typist) { return typist.id == member; };
    if (std::erase_if(feed_.typists, is_theirs) > 0) is_typing_news_ = true;
}

void SessionHall::tell_typing(Instant now) {
    if (std::erase_if(feed_.typists, [&](const Typist& typist) { return typist.until <= now; }) > 0)
        is_typing_news_ = true;
    if (!is_typing_news_ || now < typing_told_ + typing_interval) return;
    is_typing_news_ = false;
    typing_told_ = now;
    for (auto& [id, member] : members_) member->owe_typing();
    touch_all();
}

void SessionHall::tell_presence(const wire::MemberId& id) {
    const auto* occupant = desk_.room().find(id);
    if (occupant == nullptr) return;
    feed_.presences.append(wire::encode(wire::PresenceChange{
        feed_.events.end() - 1,
        {occupant->name, false, occupant->is_away, is_unreachable(id), occupant->fingerprint}}));
    touch_all();
}

bool SessionHall::is_unreachable(const wire::MemberId& id) const {
    const auto* member = find(id);
    return member != nullptr ? member->is_unreachable : absentees_.contains(id);
}

void SessionHall::submit_commands(SessionMember& member, Instant now) {
    while (desk_.can_save()) { // else they wait here, and at their clients
        const auto command = member.next_command(options_.flood, now);
        if (!command) break;
        auto asked = wire::command_of_client(command->bytes);
        if (std::holds_alternative<wire::Say>(asked)) forget_typist(member.start().id);
        desk_.submit({member.start().id, {}, std::move(asked), member.start().outbox, command->number});
    }
}

void SessionHall::handle_settled(const wire::CommittedEntry& committed) {
    const auto& entry = committed.entry;
    const auto found = find_session(entry.author);
    if (entry.number == 0 || found == members_.end() || found->second->start().outbox != entry.outbox) return;
    const auto* outbox = desk_.room().find_outbox(entry.author, entry.outbox);
    if (outbox == nullptr || outbox->settled.empty() || outbox->settled.back().sequence != committed.sequence)
        return;
    found->second->owe_result(outbox->settled.back(), words_for(outbox->settled.back()));
    touch(*found->second);
}

void SessionHall::restore(const RoomLog::Id& log_id, wire::Sequence first, std::vector<KeptEvent> events,
                          const std::vector<KeptPath>& paths, Instant now) {
    log_id_ = log_id;
    feed_.events.begin_at(first);
    for (auto& event : events) feed_.events.append(std::move(event.bytes), event.only_for);
    // Nobody has left because the host was away.
    std::unordered_map<wire::MemberId, std::string_view> path_of;
    for (const auto& [id, path] : paths) path_of[id] = path;
    absentees_.begin(now, member_lifetime);
    for (const auto& [id, occupant] : desk_.room().roster())
        if (!occupant.is_classic) absentees_.add(id, path_of[id]);
}

void SessionHall::append(const KeptEvent& event) {
    feed_.events.append(event.bytes, event.only_for);
    touch_all();
}

void SessionHall::handle_page(const LogPage& page) {
    const auto found = members_.find(page.ticket);
    if (found == members_.end()) return;
    if (page.is_search)
        found->second->owe_found(answer_of(page));
    else
        found->second->handle_page(page);
    touch(*found->second);
}

void SessionHall::notify_all(std::string_view words) {
    feed_.notice = words;
    for (auto& [id, member] : members_) member->owe_notice();
    touch_all();
}

void SessionHall::resume(Instant now) {
    for (auto& [id, member] : members_) {
        touch(*member);
        submit_commands(*member, now);
    }
}

void SessionHall::handle_joined(const wire::MemberId& member) {
    if (const auto found = find_session(member); found != members_.end()) admit(*found->second, true);
}

void SessionHall::handle_join_refused(const wire::MemberId& member, std::string_view words) {
    const auto found = find_session(member);
    if (found == members_.end() || found->second->is_admitted()) return;
    end(found, wire::CloseFrame::Code::refused, words);
    forget(member);
}

void SessionHall::handle_left(const wire::MemberId& member) {
    forget(member);
    const auto found = find_session(member);
    if (found == members_.end()) return;
    // It came back while its leave was on the way to the log.
    found->second->noted_peer = {};
    note_path(*found->second);
    desk_.submit({member, {}, wire::Join{found->second->start().name, false}});
}

void SessionHall::handle_renamed(const wire::MemberId& member, const text::Name& name) {
    forget_typist(member);
    if (const auto found = find_session(member); found != members_.end()) found->second->rename(name);
    tell_presence(member); // what was said of the old name may come too late
}

void SessionHall::remove(const wire::MemberId& member, wire::CloseFrame::Code code, std::string_view words) {
    if (const auto found = find_session(member); found != members_.end()) end(found, code, words);
    forget(member);
}

void SessionHall::forget(const wire::MemberId& member) {
    absentees_.erase(member);
    paths_.push_back({member, {}});
}

void SessionHall::close_all(std::string_view words) {
    while (!members_.empty()) end(members_.begin(), wire::CloseFrame::Code::closed, words);
}

void SessionHall::leave(Members::iterator found, wire::CloseFrame::Code code) {
    const auto id = found->second->start().id;
    end(found, code, {});
    desk_.submit({id, {}, wire::Leave{}});
}

void SessionHall::end(Members::iterator found, wire::CloseFrame::Code code, std::string_view words) {
    auto& member = *found->second;
    auto farewell = member.session().close({code, words});
    if (member.may_be_sent(farewell.size())) outgoing_.push_back({member.path(), farewell});
    farewells_.emplace_back(found->first, std::move(farewell));
    if (farewells_.size() > max_farewells) farewells_.pop_front();
    forget_typist(member.start().id);
    if (member.has_looked()) queries_.push_back({.ticket = found->first, .is_search = true}); // no more
    if (member.scheduled) deadlines_.erase({*member.scheduled, found->first});
    by_key_.erase(member.start().id);
    members_.erase(found);
}

std::string SessionHall::words_for(const Room::Settled& settled) const {
    if (!settled.refusal) return {};
    const auto& words = desk_.words();
    switch (*settled.refusal) {
    case wire::Refusal::Reason::name_taken: return words.name_in_use;
    case wire::Refusal::Reason::name_reserved: return words.name_not_free;
    case wire::Refusal::Reason::nobody: return words.nobody_called;
    case wire::Refusal::Reason::not_private: return words.not_private;
    case wire::Refusal::Reason::name_kept: return words.name_not_yours;
    case wire::Refusal::Reason::was_removed: return words.kept_out;
    case wire::Refusal::Reason::bad_text: return words.text_bad;
    case wire::Refusal::Reason::bad_name: return words.name_bad;
    case wire::Refusal::Reason::not_understood: return words.not_understood;
    case wire::Refusal::Reason::is_member:
    case wire::Refusal::Reason::no_member:
    case wire::Refusal::Reason::not_next: return words.not_in_room;
    }
    return {};
}

SessionHall::Members::iterator SessionHall::find_session(const wire::MemberId& member) {
    const auto found = by_key_.find(member);
    return found == by_key_.end() ? members_.end() : members_.find(found->second);
}

const SessionMember* SessionHall::find(const wire::MemberId& member) const {
    const auto found = by_key_.find(member);
    return found == by_key_.end() ? nullptr : members_.at(found->second).get();
}

// ---- time, and what goes out

void SessionHall::note_path(SessionMember& member) {
    const auto& path = member.path();
    if (!member.is_path_proven() || member.noted_peer == path.peer) return;
    member.noted_peer = path.peer;
    paths_.push_back({member.start().id, Absentees::encode(path)});
}

void SessionHall::touch(SessionMember& member) {
    if (!std::exchange(member.is_ready, true)) ready_.push_back(member.session().id());
}

void SessionHall::touch_all() {
    for (auto& [id, member] : members_) touch(*member);
}

void SessionHall::schedule(SessionMember& member) {
    const auto id = member.session().id();
    auto next = member.session().heard() + (member.is_unreachable ? member_lifetime : reachable_for);
    if (const auto deadline = member.next_deadline(options_.flood)) next = std::min(next, *deadline);
    if (member.scheduled == next) return;
    if (member.scheduled) deadlines_.erase({*member.scheduled, id});
    deadlines_.emplace(next, id);
    member.scheduled = next;
}

void SessionHall::handle_deadline(Instant now) {
    reception_.handle_deadline(now);
    tell_typing(now);
    for (const auto& path : absentees_.take_knocks(now)) outgoing_.push_back({path, reception_.knock()});
    for (const auto& id : absentees_.take_gone(now)) desk_.submit({id, {}, wire::Leave{}});
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const auto found = members_.find(deadlines_.begin()->second);
        auto& member = *found->second;
        member.scheduled.reset();
        deadlines_.erase(deadlines_.begin());
        touch(member);
        const auto silence = now - member.session().heard();
        if (silence >= member_lifetime) {
            leave(found, wire::CloseFrame::Code::left);
            continue;
        }
        if (silence >= reachable_for && !std::exchange(member.is_unreachable, true))
            tell_presence(member.start().id);
        submit_commands(member, now);
        member.handle_deadline(now);
    }
}

std::optional<Instant> SessionHall::next_deadline() const {
    std::optional<Instant> earliest;
    const auto consider = [&](Instant deadline) {
        if (!earliest || deadline < *earliest) earliest = deadline;
    };
    if (const auto deadline = reception_.next_deadline()) consider(*deadline);
    for (const auto& typist : feed_.typists) consider(typist.until);
    if (const auto deadline = absentees_.next_deadline()) consider(*deadline);
    if (is_typing_news_) consider(typing_told_ + typing_interval);
    if (!deadlines_.empty()) consider(deadlines_.begin()->first);
    if (!ready_.empty()) consider(pacer_.ready_at(pace, wire::max_packet)); // held back by it, or new
    return earliest;
}

std::optional<net::Outgoing> SessionHall::poll_transmit(Instant now) {
    while (sent_ == outgoing_.size() && !ready_.empty() && pacer_.ready_at(pace, wire::max_packet) <= now) {
        const auto found = members_.find(ready_.front());
        ready_.pop_front();
        if (found == members_.end()) continue;
        auto& member = *found->second;
        if (auto datagram = member.poll_transmit(feed_, now)) {
            pacer_.take(pace, now, static_cast<int>(datagram->size()));
            outgoing_.push_back({member.path(), std::move(*datagram)});
            ready_.push_back(found->first); // behind the others
        } else {
            member.is_ready = false;
            if (const auto wanted = member.take_wanted(feed_))
                queries_.push_back({found->first, *wanted, SessionMember::page_size});
            schedule(member);
        }
    }
    if (sent_ == outgoing_.size()) return std::nullopt;
    const auto& next = outgoing_[sent_++];
    return net::Outgoing{&next.path, next.bytes};
}

void SessionHall::end_turn() {
    outgoing_.clear();
    sent_ = 0;
    reception_.end_turn();
}

} // namespace chatd
