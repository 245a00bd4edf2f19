// SPDX-License-Identifier: MIT
#include "chatd/session/session_server.hpp"

#include "common/base/overloaded.hpp"

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
// While nobody can be let in (no memory for rosters, no disk) the line is looked at so often.
constexpr Duration line_interval = 20ms;
// Whoever is in the room and waits for the memory of its roster, so often.
constexpr Duration roster_retry = 100ms;
// A roster that has not arrived by then goes, where others wait for its memory; looked for so often.
constexpr Duration roster_patience = 15s;
constexpr Duration reclaim_interval = 1s;
// What the rate of commands is meant for.
constexpr std::size_t bytes_a_command = 1024;
// Typing is said to no more members than can see each other.
constexpr Rate typing_rate{4, 1};
constexpr std::size_t max_typing_members = 100;

/// What was found, as far as it fits an answer: the newest of it.
std::string answer_of(const LogPage& page) {
    wire::Matches found{page.is_all, {}};
    std::size_t size = 1;
    for (auto event = page.events.rbegin(); event != page.events.rend(); ++event) {
        size +=
            wire::varint_size(event->sequence) + wire::varint_size(event->bytes.size()) + event->bytes.size();
        if (size > wire::max_matches) {
            found.is_all = false;
            break;
        }
        found.lines.push_back({event->sequence, event->bytes});
    }
    std::reverse(found.lines.begin(), found.lines.end());
    return wire::encode(found);
}

/// Of the memory for rosters, what those get who are in the room already: they leave some for newcomers.
std::size_t members_share(std::size_t roster_bytes) {
    return roster_bytes / 8 * 7;
}

std::string in_words(const Handshakes::Guesses& guesses) {
    std::string words;
    if (guesses.failed > 0)
        words = std::to_string(guesses.failed) + (guesses.failed == 1 ? " guess" : " guesses") +
                " at the room's key failed";
    if (guesses.are_put_off)
        words +=
            std::string(words.empty() ? "" : "; ") + "further attempts are put off after too many guesses";
    return words;
}

} // namespace

SessionServer::SessionServer(Options options, const session::KeyPair& identity, Random& random,
                             const Gate& gate, RoomContext& context)
    : options_(std::move(options))
    , random_(random)
    , gate_(gate)
    , context_(context)
    , ledger_(options_.limits, options_.flood)
    , reception_(std::move(options_.reception), identity, random, ledger_) {}

void SessionServer::handle_packet(const wire::Packet& packet, const net::Datagram& datagram, Instant now) {
    std::visit(Overloaded{
                   [&](const wire::RoomAnswer&) { ++refused_; },
                   [&](const wire::HostAnswer&) { ++refused_; },
                   [&](const wire::Restarted&) { ++refused_; },
                   [&](const auto& what) { handle(what, datagram, now); },
               },
               packet);
}

// ---- before there is a session

void SessionServer::handle(const wire::Probe& probe, const net::Datagram& datagram, Instant now) {
    outgoing_.push(
        {datagram.path, reception_.answer(probe, datagram.path.peer, context_.room().roster().size(), now)});
}

void SessionServer::handle(const wire::Hello& hello, const net::Datagram& datagram, Instant now) {
    if (auto answer = reception_.answer(hello, datagram.path.peer, gate_.source_of(datagram.path), now))
        outgoing_.push({datagram.path, std::move(*answer)});
}

void SessionServer::handle(const wire::JoinRequest& request, const net::Datagram& datagram, Instant now) {
    auto arrival = reception_.finish(request, datagram.path.peer, now);
    if (!arrival) return;
    const auto& join = arrival->join;
    const auto refuse = [&](const std::string& words) {
        outgoing_.push({datagram.path, arrival->session->close({wire::CloseFrame::Code::refused, words})});
    };
    const auto name = text::Name::parsed(join.name);
    if (!name) return refuse(context_.messages().name_bad);
    if (context_.is_barred(datagram.path.peer, arrival->id, now))
        return refuse(context_.messages().address_kept_out);
    auto source = gate_.source_of(datagram.path);
    if (!may_begin_session(arrival->id, source)) return refuse(context_.messages().room_full);
    const bool knows_log = join.log_id == log_id_;
    const auto turn = gate_.turn_of(source);
    begin_session({std::move(arrival->session), datagram.path, std::move(source), turn, arrival->id, *name,
                   join.outbox, join.attempt, knows_log, knows_log ? join.cursor : 0, join.mark, join.history,
                   arrival->began},
                  now);
}

void SessionServer::set_password(std::optional<SecretText> key) {
    const bool has_password = key.has_value();
    reception_.set_password(std::move(key));
    for (auto next = members_.begin(); has_password && next != members_.end();) {
        const auto found = next++;
        if (context_.room().find(found->second->start().id) == nullptr)
            end(found, wire::CloseFrame::Code::refused, context_.messages().key_set);
    }
}

bool SessionServer::may_begin_session(const wire::MemberId& id, const Source& source) {
    const auto* older = find(id);
    if (older != nullptr && older->source().holder == source.holder) return true; // in its place
    if (!ledger_.may_source_add(Holding::session, source, 1, older == nullptr ? nullptr : &older->source()))
        return false;
    if (older != nullptr) return true;
    const auto others = members_.size() + absentees_.size() - (absentees_.contains(id) ? 1 : 0);
    if (others < options_.limits.sessions.everybody) return true;
    ledger_.count_met();
    // Those who can't be reached give way first.
    if (const auto absent = absentees_.take_first_but(id)) {
        forget(*absent);
        if (!in_flight_.contains(*absent)) submit_leave(*absent);
        return true;
    }
    const auto longest = std::min_element(members_.begin(), members_.end(), [](const auto& a, const auto& b) {
        return a.second->session().heard() < b.second->session().heard();
    });
    if (longest == members_.end() || !longest->second->is_unreachable) return false;
    leave(longest, wire::CloseFrame::Code::left);
    return true;
}

void SessionServer::begin_session(Peer::Start start, Instant now) {
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
    auto& member = *members_.emplace(session_id, std::make_unique<Peer>(std::move(start))).first->second;
    by_key_[id] = session_id;
    ledger_.add(Holding::session, member.source());
    touch(member);
    if (absentees_.erase(id)) tell_presence(id);
    let_in(member, now);
}

void SessionServer::let_in(Peer& member, Instant now, bool is_its_turn) {
    const auto& id = member.start().id;
    member.waits_until.reset();
    if (member.is_admitted() || member.waits_for.join) return;
    if (in_flight_.contains(id)) {
        if (!context_.can_save()) tell_to_wait(member);
        return;
    }
    if (context_.room().find(id) != nullptr) return admit(member, false, now);
    if (const auto ready = ledger_.key_ready_at(Cost::join, id); ready > now) return wait(member, ready);
    if (!is_its_turn && (joins_.must_wait(member, now) || !may_let_in())) {
        tell_to_wait(member);
        member.waits_for.join = true;
        return joins_.add(member, !may_let_in(), now);
    }
    ledger_.spend(Cost::join, member.source(), &id, now);
    member.has_asked_to_join = true;
    note_path(member); // saved with the join
    submit_membership(id, wire::Join{member.start().name, false});
}

bool SessionServer::may_let_in() const {
    return rosters_.bytes() < options_.limits.roster_bytes && context_.can_save();
}

void SessionServer::wait(Peer& member, Instant until) {
    tell_to_wait(member);
    member.waits_until = until;
    touch(member);
}

void SessionServer::tell_to_wait(Peer& member) {
    if (std::exchange(member.has_waited, true)) return;
    ledger_.count_met();
    member.add_notice(context_.can_save() ? context_.messages().wait_to_join
                                          : context_.messages().cannot_save);
    touch(member);
}

void SessionServer::leave_lines(Peer& member) {
    const auto waited = std::exchange(member.waits_for, {});
    if (waited.join) joins_.remove(member);
    if (waited.command) commands_.remove(member);
    if (waited.search) searches_.remove(member);
    outgoing_.remove(member);
}

void SessionServer::serve_lines(Instant now) {
    if (joins_.next_deadline()) reclaim_rosters(now);
    if (!may_let_in()) joins_.put_off(now + line_interval);
    joins_.serve(now, [&](Peer& member) {
        if (!may_let_in()) return WaitingLine::Answer::stop;
        member.waits_for.join = false;
        let_in(member, now, true);
        return WaitingLine::Answer::done;
    });
    if (context_.can_save())
        commands_.serve(now, [&](Peer& member) {
            const bool may = member.has_command() && may_have(Cost::command, member, now);
            if (may) submit_command(member, now);
            note_bytes(member);
            touch(member);
            if (may && member.has_command()) return WaitingLine::Answer::again;
            member.waits_for.command = false;
            return WaitingLine::Answer::done;
        });
    searches_.serve(now, [&](Peer& member) {
        const bool may = member.wanted_search() != nullptr && may_have(Cost::search, member, now);
        if (may) begin_search(member, now);
        member.waits_for.search = false;
        touch(member);
        return WaitingLine::Answer::done;
    });
}

bool SessionServer::may_have(Cost cost, Peer& member, Instant now) {
    const bool may = ledger_.key_ready_at(cost, member.start().id) <= now;
    if (!may) hold_back(member);
    return may;
}

void SessionServer::reclaim_rosters(Instant now) {
    if (rosters_.bytes() < members_share(options_.limits.roster_bytes) || now < reclaim_at_) return;
    reclaim_at_ = now + reclaim_interval;
    for (auto next = members_.begin(); next != members_.end();) {
        const auto found = next++;
        if (found->second->is_roster_under_way && now - found->second->admitted >= roster_patience)
            send_away(found, now);
    }
}

std::optional<bool> SessionServer::is_cursor_true(const Peer::Start& start) const {
    const auto& events = feed_.events;
    if (start.cursor == 0 || start.cursor >= events.end()) return false;
    if (start.cursor < context_.oldest_kept()) return true; // nobody knows any more
    // A copy of the log that was put back may have other events where the client has been.
    if (start.cursor >= events.first()) return wire::mark_of(events.at(start.cursor, start.id)) == start.mark;
    return std::nullopt;
}

void SessionServer::admit(Peer& member, bool is_new, Instant now) {
    if (member.is_admitted()) return;
    reclaim_rosters(now);
    const auto most = options_.limits.roster_bytes;
    if (rosters_.bytes() >= (is_new ? most : members_share(most))) return wait(member, now + roster_retry);
    const auto& start = member.start();
    if (!member.is_cursor_true) {
        member.is_cursor_true = is_cursor_true(start);
        if (!member.is_cursor_true) {
            // The disk knows; handle_page() lets it in again.
            queries_.push_back({.ticket = member.session().id(), .first = start.cursor, .count = 1});
            return;
        }
    }
    const auto* occupant = context_.room().find(start.id);
    member.rename(occupant->name);
    const auto* outbox = context_.room().find_outbox(start.id, start.outbox);
    wire::WelcomeFrame welcome;
    welcome.log_id = log_id_;
    welcome.head = feed_.events.end() - 1;
    welcome.start = start_for(member, is_new);
    if (welcome.start > feed_.events.first())
        welcome.mark = wire::mark_of(feed_.events.at(welcome.start - 1, start.id));
    else if (*member.is_cursor_true && welcome.start == start.cursor + 1)
        welcome.mark = start.mark;
    welcome.last_command = outbox == nullptr ? 0 : outbox->last;
    welcome.features = wire::features;
    member.admitted = now;
    member.is_roster_under_way = true;
    member.admit(welcome, encoded_roster(), feed_);
    note_path(member);
    touch(member);
    if (outbox == nullptr) return;
    for (const auto& resolved : outbox->resolved) member.add_result(resolved, context_.words_for(resolved));
}

wire::Sequence SessionServer::start_for(const Peer& member, bool is_new) const {
    const auto& start = member.start();
    const auto& events = feed_.events;
    const auto from_now = is_new ? events.end() - 1 : events.end();
    // Where nothing of before may be seen, there is nothing before the key was first seen here.
    auto oldest = context_.oldest_kept();
    if (options_.max_history == 0) {
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
    const auto wanted = std::min<std::uint64_t>(start.history, options_.max_history);
    for (std::uint64_t lines = 0; first > events.first() && lines < wanted; --first)
        lines += wire::is_line(events.at(first - 1, start.id)) ? 1 : 0;
    return first;
}

std::shared_ptr<const std::string> SessionServer::encoded_roster() {
    return rosters_.newest({feed_.events.end(), feed_.presences.end()},
                           [&] { return wire::encode(roster()); });
}

wire::Roster SessionServer::roster() const {
    wire::Roster roster{context_.room().topic(), {}};
    roster.entries.reserve(context_.room().roster().size());
    for (const auto& [id, occupant] : context_.room().roster())
        roster.entries.push_back(
            {occupant.name, occupant.is_classic, occupant.is_away, is_unreachable(id), occupant.fingerprint});
    return roster;
}

// ---- sessions

void SessionServer::handle(const wire::Data& data, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(data.receiver);
    if (found == members_.end()) {
        farewells_.handle(data, datagram.bytes, now);
        // Whoever it comes from is sent no more than came.
        if (auto bytes = farewells_.answer(data.receiver, datagram.bytes.size(), now))
            outgoing_.push({datagram.path, std::move(*bytes)});
        else
            ++refused_;
        return;
    }
    auto& member = *found->second;
    if (is_over_memory(member, data, datagram.bytes)) return; // its client sends it again
    const auto result = member.session().open(data, datagram.bytes, now);
    if (const auto* fault = std::get_if<session::Session::Fault>(&result)) {
        ++refused_;
        if (*fault == session::Session::Fault::malformed) leave(found, wire::CloseFrame::Code::malformed);
        return;
    }
    const auto& opened = *std::get<std::unique_ptr<session::Session::Opened>>(result);
    touch(member);
    if (std::exchange(member.is_unreachable, false)) tell_presence(member.start().id);
    member.handle_path(datagram.path, datagram.bytes.size(), opened.is_newest, random_, now);
    member.handle_acked(opened.acked);
    member.handle_lost(opened.lost);
    if (member.is_roster_arrived()) member.is_roster_under_way = false;
    if (member.session().is_worn_out()) return send_away(found, now);
    for (const auto& frame : opened.frames) {
        if (std::holds_alternative<wire::CloseFrame>(frame))
            return leave(found, wire::CloseFrame::Code::left);
        if (const auto* response = std::get_if<wire::ResponseFrame>(&frame)) {
            if (!handle_response(member, *response, now)) return leave(found, wire::CloseFrame::Code::left);
        } else if (!handle_frame(member, frame, now)) {
            return leave(found, wire::CloseFrame::Code::malformed);
        }
    }
    go_on(member, now);
}

bool SessionServer::is_over_memory(const Peer& member, const wire::Data& data, std::string_view datagram) {
    if (member.waiting_bytes() <= options_.limits.fair_share ||
        ledger_.may_add(Holding::waiting_byte, member.source(), datagram.size()))
        return false;
    // What the others wait behind, and what takes no memory, is let through.
    const auto inside = member.session().peek(data, datagram);
    const auto frames = inside ? wire::parse_frames(*inside) : std::nullopt;
    return frames && !member.is_waited_for(*frames);
}

void SessionServer::go_on(Peer& member, Instant now) {
    submit_commands(member, now);
    submit_search(member, now);
    note_bytes(member);
}

bool SessionServer::handle_frame(Peer& member, const wire::Frame& frame, Instant now) {
    if (const auto* command = std::get_if<wire::CommandFrame>(&frame)) {
        member.accept(*command);
        return true;
    }
    if (const auto* part = std::get_if<wire::PartFrame>(&frame))
        return part->is_command && member.accept(*part);
    if (const auto* find = std::get_if<wire::SearchFrame>(&frame)) {
        member.accept(*find);
        return true;
    }
    if (const auto* typing = std::get_if<wire::TypingFrame>(&frame)) {
        handle_typing(member, *typing, now);
        return true;
    }
    return false; // only a host sends it
}

bool SessionServer::handle_response(Peer& member, const wire::ResponseFrame& response, Instant now) {
    const auto* path = member.proven_path(response);
    if (path == nullptr) return true; // it answers a challenge that is over
    auto source = gate_.source_of(*path);
    const bool is_elsewhere = source.holder != member.source().holder;
    // An address has no more than its share, wherever its sessions began.
    if (is_elsewhere && !ledger_.may_source_add(Holding::session, source, 1, &member.source())) return false;
    member.move();
    if (is_elsewhere) {
        note_bytes(member);
        leave_lines(member);
        ledger_.remove(Holding::session, member.source());
        ledger_.remove(Holding::waiting_byte, member.source(), member.noted_bytes);
        const auto turn = gate_.turn_of(source);
        member.set_source(std::move(source), turn);
        ledger_.add(Holding::session, member.source());
        ledger_.add(Holding::waiting_byte, member.source(), member.noted_bytes);
        let_in(member, now);
    }
    touch(member);
    if (member.is_admitted()) note_path(member);
    return true;
}

void SessionServer::handle_typing(Peer& member, const wire::TypingFrame& frame, Instant now) {
    if (!member.is_admitted() || members_.size() > max_typing_members ||
        !member.typing.spend(typing_rate, now))
        return;
    const auto& id = member.start().id;
    typists_.handle(id, member.start().name.view(), !frame.names.empty(), now);
}

void SessionServer::tell_typing(Instant now) {
    if (!typists_.drain_news(now)) return;
    for (auto& [id, member] : members_) member->add_typing();
    touch_all();
}

void SessionServer::tell_presence(const wire::MemberId& id) {
    const auto* occupant = context_.room().find(id);
    if (occupant == nullptr) return;
    feed_.presences.append(wire::encode(wire::PresenceChange{
        feed_.events.end() - 1,
        {occupant->name, false, occupant->is_away, is_unreachable(id), occupant->fingerprint}}));
    touch_all();
}

bool SessionServer::is_unreachable(const wire::MemberId& id) const {
    const auto* member = find(id);
    return member != nullptr ? member->is_unreachable : absentees_.contains(id);
}

void SessionServer::submit_commands(Peer& member, Instant now) {
    // Where nothing can be saved they wait here, and at their clients.
    while (context_.can_save() && member.has_command() && !member.waits_for.command &&
           may_have(Cost::command, member, now)) {
        if (commands_.must_wait(member, now)) {
            hold_back(member);
            member.waits_for.command = true;
            return commands_.add(member, false, now);
        }
        submit_command(member, now);
    }
}

void SessionServer::submit_command(Peer& member, Instant now) {
    const auto& id = member.start().id;
    ledger_.spend(Cost::command, member.source(), &id, now);
    member.is_held_back = false;
    auto command = member.take_command();
    // A long one costs its address as much as several.
    ledger_.charge(Cost::command, member.source(), static_cast<int>(command.bytes.size() / bytes_a_command),
                   now);
    auto decoded = wire::command_of_client(command.bytes);
    if (std::holds_alternative<wire::Say>(decoded)) typists_.forget(id);
    context_.submit({id, {}, std::move(decoded), member.start().outbox, command.number});
}

void SessionServer::submit_search(Peer& member, Instant now) {
    if (member.wanted_search() == nullptr || member.waits_for.search || !may_have(Cost::search, member, now))
        return;
    if (!searches_.must_wait(member, now)) return begin_search(member, now);
    hold_back(member);
    member.waits_for.search = true;
    searches_.add(member, false, now);
}

void SessionServer::begin_search(Peer& member, Instant now) {
    ledger_.spend(Cost::search, member.source(), &member.start().id, now);
    member.is_held_back = false;
    const auto* wanted = member.wanted_search();
    if (options_.max_history == 0)
        member.add_matches(wanted->number, wire::encode(wire::Matches{true, {}}));
    else
        queries_.push_back(*wanted);
    member.forget_search();
}

void SessionServer::hold_back(Peer& member) {
    if (!std::exchange(member.is_held_back, true)) ledger_.count_met();
}

void SessionServer::note_bytes(Peer& member) {
    const auto bytes = member.waiting_bytes();
    if (bytes > member.noted_bytes)
        ledger_.add(Holding::waiting_byte, member.source(), bytes - member.noted_bytes);
    else
        ledger_.remove(Holding::waiting_byte, member.source(), member.noted_bytes - bytes);
    member.noted_bytes = bytes;
}

void SessionServer::handle_resolved(const wire::CommittedEntry& committed) {
    const auto& entry = committed.entry;
    const auto found = find_session(entry.author);
    if (entry.number == 0 || found == members_.end() || found->second->start().outbox != entry.outbox) return;
    const auto* outbox = context_.room().find_outbox(entry.author, entry.outbox);
    if (outbox == nullptr || outbox->resolved.empty() ||
        outbox->resolved.back().sequence != committed.sequence)
        return;
    found->second->add_result(outbox->resolved.back(), context_.words_for(outbox->resolved.back()));
    note_bytes(*found->second);
    touch(*found->second);
}

void SessionServer::handle_gap(const wire::MemberId& member, std::uint64_t outbox, Instant now) {
    const auto found = find_session(member);
    if (found != members_.end() && found->second->start().outbox == outbox) send_away(found, now);
}

void SessionServer::restore(const LogId& log_id, wire::Sequence first, std::vector<KeptEvent> events,
                            const std::vector<KeptPath>& paths, Instant now) {
    log_id_ = log_id;
    feed_.events.begin_at(first);
    for (auto& event : events) feed_.events.append(std::move(event.bytes), event.only_for);
    // Nobody has left because the host was away.
    std::unordered_map<wire::MemberId, std::string_view> path_of;
    for (const auto& [id, path] : paths) {
        path_of[id] = path;
        if (context_.room().find(id) == nullptr) paths_.push_back({id, {}});
    }
    absentees_.begin(now);
    for (const auto& [id, occupant] : context_.room().roster())
        if (!occupant.is_classic) absentees_.add(id, path_of[id], now + member_lifetime);
}

void SessionServer::append(const KeptEvent& event) {
    feed_.events.append(event.bytes, event.only_for);
    touch_all();
}

void SessionServer::handle_page(const LogPage& page, Instant now) {
    const auto found = members_.find(page.ticket);
    if (found == members_.end()) return;
    auto& member = *found->second;
    touch(member);
    if (page.is_search) return member.add_matches(page.number, answer_of(page));
    if (member.is_admitted()) return member.handle_page(page);
    // It was asked for what is at the member's cursor.
    const auto& start = member.start();
    const auto* event = page.events.empty() ? nullptr : &page.events.front();
    const bool is_there =
        event != nullptr && event->sequence == start.cursor && wire::may_read(event->only_for, start.id);
    member.is_cursor_true =
        wire::mark_of(is_there ? std::string_view(event->bytes) : std::string_view()) == start.mark;
    let_in(member, now);
}

void SessionServer::notify_all(std::string_view words) {
    for (auto& [id, member] : members_) member->add_notice(std::string(words));
    touch_all();
}

void SessionServer::resume(Instant now) {
    touch_all();
    for (auto& [id, member] : members_) go_on(*member, now);
}

void SessionServer::handle_joined(const wire::MemberId& member, Instant now) {
    if (const auto found = find_session(member); found != members_.end()) admit(*found->second, true, now);
}

void SessionServer::handle_join_refused(const wire::MemberId& member, std::string_view words) {
    forget(member);
    const auto found = find_session(member);
    // A newer session of that key may ask for another name.
    if (found != members_.end() && found->second->has_asked_to_join)
        end(found, wire::CloseFrame::Code::refused, words);
}

void SessionServer::handle_left(const wire::MemberId& member) {
    forget(member);
    // Who is not in the room gets none of its lines. One that came back meanwhile waits to be let in again.
    const auto found = find_session(member);
    if (found != members_.end() && found->second->is_admitted()) end(found, wire::CloseFrame::Code::left, {});
}

void SessionServer::submit_membership(const wire::MemberId& member, wire::Command command) {
    ++in_flight_[member];
    context_.submit({member, {}, std::move(command)});
}

void SessionServer::handle_membership_resolved(const wire::MemberId& member, Instant now) {
    const auto entries = in_flight_.find(member);
    if (entries == in_flight_.end() || --entries->second > 0) return;
    in_flight_.erase(entries);
    if (const auto found = find_session(member); found != members_.end())
        let_in(*found->second, now);
    else if (context_.room().find(member) != nullptr && !absentees_.contains(member))
        submit_leave(member); // its session ended while its join was on the way
}

void SessionServer::handle_renamed(const wire::MemberId& member, const text::Name& name) {
    typists_.forget(member);
    if (const auto found = find_session(member); found != members_.end()) found->second->rename(name);
    tell_presence(member); // what was said of the old name may come too late
}

void SessionServer::remove(const wire::MemberId& member, wire::CloseFrame::Code code,
                           std::string_view words) {
    if (const auto found = find_session(member); found != members_.end()) end(found, code, words);
    forget(member);
}

void SessionServer::forget(const wire::MemberId& member) {
    absentees_.erase(member);
    paths_.push_back({member, {}});
}

void SessionServer::close_all(std::string_view words, Instant now) {
    while (!members_.empty()) {
        auto member = take_out(members_.begin());
        auto farewell = member->session().close({wire::CloseFrame::Code::closed, words});
        farewells_.repeat(std::move(member), std::move(farewell), now);
    }
}

void SessionServer::leave(Members::iterator found, wire::CloseFrame::Code code) {
    const auto id = found->second->start().id;
    end(found, code, {});
    if (context_.room().find(id) != nullptr && !in_flight_.contains(id)) submit_leave(id);
}

void SessionServer::send_away(Members::iterator found, Instant now) {
    const auto id = found->second->start().id;
    end(found, wire::CloseFrame::Code::left, {});
    if (context_.room().find(id) == nullptr) return;
    absentees_.add(id, now + member_lifetime);
    tell_presence(id);
}

void SessionServer::end(Members::iterator found, wire::CloseFrame::Code code, std::string_view words) {
    const auto member = take_out(found);
    auto farewell = member->session().close({code, words});
    outgoing_.push({member->path(), farewell});
    farewells_.add(member->session().id(), std::move(farewell));
}

std::unique_ptr<Peer> SessionServer::take_out(Members::iterator found) {
    auto member = std::move(found->second);
    typists_.forget(member->start().id);
    if (member->has_looked()) queries_.push_back({.ticket = found->first, .is_search = true}); // no more
    if (member->scheduled) deadlines_.erase({*member->scheduled, found->first});
    leave_lines(*member);
    ledger_.remove(Holding::session, member->source());
    ledger_.remove(Holding::waiting_byte, member->source(), member->noted_bytes);
    by_key_.erase(member->start().id);
    members_.erase(found);
    return member;
}

SessionServer::Members::iterator SessionServer::find_session(const wire::MemberId& member) {
    const auto found = by_key_.find(member);
    return found == by_key_.end() ? members_.end() : members_.find(found->second);
}

const Peer* SessionServer::find(const wire::MemberId& member) const {
    const auto found = by_key_.find(member);
    return found == by_key_.end() ? nullptr : members_.at(found->second).get();
}

// ---- time, and what goes out

void SessionServer::note_path(Peer& member) {
    const auto& path = member.path();
    if (member.noted_peer == path.peer) return;
    member.noted_peer = path.peer;
    paths_.push_back({member.start().id, Absentees::encode(path)});
}

void SessionServer::touch(Peer& member) {
    outgoing_.touch(member);
}

void SessionServer::touch_all() {
    for (auto& [id, member] : members_) touch(*member);
}

Instant SessionServer::due(const Peer& member) const {
    const auto& id = member.start().id;
    auto next = member.session().heard() + (member.is_unreachable ? member_lifetime : reachable_for);
    if (const auto deadline = member.next_deadline()) next = std::min(next, *deadline);
    if (member.has_command() && context_.can_save() && !member.waits_for.command)
        next = std::min(next, ledger_.key_ready_at(Cost::command, id));
    if (member.wanted_search() != nullptr && !member.waits_for.search)
        next = std::min(next, ledger_.key_ready_at(Cost::search, id));
    if (member.waits_until) next = std::min(next, *member.waits_until);
    return next;
}

void SessionServer::schedule(Peer& member) {
    const auto next = due(member);
    // Too early does no harm, and most deadlines are put off again and again.
    if (member.scheduled && *member.scheduled <= next) return;
    const auto session_id = member.session().id();
    if (member.scheduled) deadlines_.erase({*member.scheduled, session_id});
    deadlines_.emplace(next, session_id);
    member.scheduled = next;
}

void SessionServer::handle_deadline(Instant now) {
    reception_.handle_deadline(now);
    for (const auto& [where, guesses] : reception_.drain_guesses(now))
        context_.notice({Level::warning, "key", where, in_words(guesses)});
    tell_typing(now);
    for (auto& datagram : farewells_.drain_due(now)) outgoing_.push(std::move(datagram));
    for (const auto& path : absentees_.drain_paths_to_tell(now))
        outgoing_.push({path, reception_.restarted()});
    for (const auto& id : absentees_.drain_gone(now))
        if (!in_flight_.contains(id)) submit_leave(id);
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const auto found = members_.find(deadlines_.begin()->second);
        auto& member = *found->second;
        member.scheduled.reset();
        deadlines_.erase(deadlines_.begin());
        if (due(member) > now) {
            schedule(member); // it was put off
            continue;
        }
        touch(member);
        const auto silence = now - member.session().heard();
        if (silence >= member_lifetime) {
            leave(found, wire::CloseFrame::Code::left);
            continue;
        }
        if (silence >= reachable_for && !std::exchange(member.is_unreachable, true))
            tell_presence(member.start().id);
        if (member.waits_until && *member.waits_until <= now) let_in(member, now);
        go_on(member, now);
        member.handle_deadline(now);
    }
    serve_lines(now);
}

std::optional<Instant> SessionServer::next_deadline() const {
    std::optional<Instant> earliest;
    const auto consider = [&](std::optional<Instant> deadline) {
        if (deadline && (!earliest || *deadline < *earliest)) earliest = deadline;
    };
    consider(reception_.next_deadline());
    consider(joins_.next_deadline());
    if (context_.can_save()) consider(commands_.next_deadline());
    consider(searches_.next_deadline());
    consider(typists_.next_deadline());
    consider(absentees_.next_deadline());
    consider(farewells_.next_deadline());
    if (!deadlines_.empty()) consider(deadlines_.begin()->first);
    consider(outgoing_.next_deadline());
    return earliest;
}

std::size_t SessionServer::memory() const {
    std::size_t bytes = ledger_.memory() + reception_.memory() + rosters_.bytes();
    for (const auto& [id, member] : members_) bytes += member->memory();
    return bytes;
}

std::vector<wire::MemberId> SessionServer::admitted() const {
    std::vector<wire::MemberId> keys;
    for (const auto& [id, member] : members_)
        if (member->is_admitted()) keys.push_back(member->start().id);
    return keys;
}

bool SessionServer::accounts_for(const wire::MemberId& member) const {
    return by_key_.contains(member) || absentees_.contains(member) || in_flight_.contains(member);
}

std::optional<net::Outgoing> SessionServer::poll_transmit(Instant now) {
    return outgoing_.poll(
        now, [&](Peer& member) { return member.poll_transmit(feed_, now, lines_out_); },
        [&](Peer& member) {
            if (const auto wanted = member.take_wanted(feed_))
                queries_.push_back(
                    {.ticket = member.session().id(), .first = *wanted, .count = Peer::page_size});
            schedule(member);
        });
}

void SessionServer::end_turn() {
    outgoing_.end_turn();
    reception_.end_turn();
}

} // namespace chatd
