// SPDX-License-Identifier: MIT
#include "chatd/session/session_server.hpp"

#include "common/base/overloaded.hpp"
#include "common/base/sooner.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// A client that is there sends something every 15 s; three of those and it can't be reached; then it has
// left.
constexpr Duration reachable_for = 45s;

// Typing is said to no more members than can see each other.
constexpr Rate typing_rate{4, 1};
constexpr std::size_t max_typing_members = 100;

} // namespace

SessionServer::SessionServer(Options options, const session::KeyPair& identity, Random& random,
                             const Gate& gate, RoomContext& context)
    : options_(std::move(options))
    , random_(random)
    , gate_(gate)
    , context_(context)
    , ledger_(options_.limits, options_.flood)
    , handshakes_(std::move(options_.handshakes), identity, random, ledger_)
    , lobby_(options_.limits, options_.max_history, ledger_, context, feed_, sessions_, memberships_)
    , intake_(options_.limits, options_.max_history > 0, ledger_, context, sessions_, typists_) {}

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
    sessions_.outgoing().push(
        {datagram.path, handshakes_.answer(probe, datagram.path.peer, context_.room().roster().size(), now)});
}

void SessionServer::handle(const wire::Hello& hello, const net::Datagram& datagram, Instant now) {
    // A cookie is good for minutes, and its owner may be gone: nobody waits behind these.
    if (auto answer = handshakes_.answer(hello, datagram.path.peer, gate_.source_of(datagram.path), now))
        sessions_.outgoing().push({datagram.path, std::move(*answer), Gate::is_local(datagram.path)});
}

void SessionServer::handle(const wire::JoinRequest& request, const net::Datagram& datagram, Instant now) {
    auto arrival = handshakes_.finish(request, datagram.path.peer, now);
    if (!arrival) return;
    const auto& join = arrival->join;
    const auto refuse = [&](const std::string& words) {
        sessions_.outgoing().push(
            {datagram.path, arrival->session->close({wire::CloseFrame::Code::refused, words}), true});
    };
    // A member is called what it is called: its name may be from a time when more were let in. One that is
    // leaving has to join anew.
    const bool is_member = memberships_.is_in_room(arrival->id) && !memberships_.is_under_way(arrival->id);
    const auto name = is_member ? text::Name::recorded(join.name) : text::Name::parsed(join.name);
    if (!name) return refuse(context_.messages().name_bad);
    if (context_.is_barred(datagram.path.peer, arrival->id, now))
        return refuse(context_.messages().address_kept_out);
    auto source = gate_.source_of(datagram.path);
    if (!may_begin_session(arrival->id, source)) return refuse(context_.messages().room_full);
    const bool knows_log = join.log_id == lobby_.log_id();
    const auto turn = gate_.turn_of(source);
    begin_session({std::move(arrival->session), datagram.path, std::move(source), turn, arrival->id, *name,
                   join.outbox, join.attempt, knows_log, knows_log ? join.cursor : 0, join.mark, join.history,
                   arrival->began},
                  now);
}

void SessionServer::set_password(std::optional<SecretText> password) {
    const bool has_password = password.has_value();
    handshakes_.set_password(std::move(password));
    if (!has_password) return;
    for (auto* member :
         sessions_.matching([&](const Peer& peer) { return !memberships_.is_in_room(peer.start().id); }))
        end(*member, wire::CloseFrame::Code::refused, context_.messages().key_set);
}

bool SessionServer::may_begin_session(const wire::MemberId& id, const Source& source) {
    const auto* older = find(id);
    if (older != nullptr && older->source().holder == source.holder) return true; // in its place
    if (!ledger_.may_source_add(Holding::session, source, 1, older == nullptr ? nullptr : &older->source()))
        return false;
    if (older != nullptr) return true;
    const auto others = sessions_.size() + memberships_.absent_but(id);
    if (others < options_.limits.sessions.everybody) return true;
    ledger_.count_met();
    // Those who can't be reached give way first.
    if (memberships_.give_up_one_but(id)) return true;
    const auto silent = sessions_.matching([](const Peer& peer) { return peer.is_unreachable; });
    const auto longest = std::min_element(silent.begin(), silent.end(), [](const Peer* a, const Peer* b) {
        return a->session().heard() < b->session().heard();
    });
    if (longest == silent.end()) return false;
    leave(**longest, wire::CloseFrame::Code::left);
    return true;
}

void SessionServer::begin_session(Peer::Start start, Instant now) {
    const auto id = start.id;
    // A key is one member: whoever held it last goes on, from where that was.
    if (auto* older = sessions_.find(id)) {
        const auto& held = older->start();
        // What was on the way for long may be of a process that is dead by now.
        const bool is_stale =
            start.began < held.began || (held.outbox == start.outbox && held.attempt >= start.attempt);
        if (is_stale) return;
        set_reachable(*older);
        end(*older, wire::CloseFrame::Code::replaced, {});
    }
    auto& member = sessions_.add(std::move(start));
    memberships_.come_back(id);
    let_in(member, now);
}

void SessionServer::set_reachable(Peer& member) {
    if (std::exchange(member.is_unreachable, false)) memberships_.tell_presence(member.start().id);
}

void SessionServer::let_in(Peer& member, Instant now) {
    if (member.is_admitted()) return;
    send_overdue_away(now);
    lobby_.let_in(member, now);
}

void SessionServer::send_overdue_away(Instant now) {
    for (auto* overdue : lobby_.drain_overdue(now)) send_away(*overdue, now);
}

// ---- sessions

void SessionServer::handle(const wire::Data& data, const net::Datagram& datagram, Instant now) {
    auto* found = sessions_.find(data.receiver);
    if (found == nullptr) {
        farewells_.handle(data, datagram.bytes, now);
        // An address that has proved nothing is sent no more than came from it.
        if (auto bytes = farewells_.answer(data.receiver, datagram.bytes.size(), now))
            sessions_.outgoing().push({datagram.path, std::move(*bytes)});
        else
            ++refused_;
        return;
    }
    auto& member = *found;
    if (intake_.is_over_memory(member, data, datagram.bytes)) return; // its client sends it again
    const auto result = member.session().open(data, datagram.bytes, now);
    if (const auto* fault = std::get_if<session::Session::Fault>(&result)) {
        ++refused_;
        if (*fault == session::Session::Fault::malformed) leave(member, wire::CloseFrame::Code::malformed);
        return;
    }
    const auto& opened = *std::get<std::unique_ptr<session::Session::Opened>>(result);
    sessions_.touch(member);
    set_reachable(member);
    member.handle_path(datagram.path, datagram.bytes.size(), opened.is_newest, random_, now);
    member.handle_acked(opened.acked);
    member.handle_lost(opened.lost);
    if (member.is_roster_arrived()) member.is_roster_under_way = false;
    if (member.session().is_worn_out()) return send_away(member, now);
    for (const auto& frame : opened.frames) {
        if (std::holds_alternative<wire::CloseFrame>(frame))
            return leave(member, wire::CloseFrame::Code::left);
        if (const auto* response = std::get_if<wire::ResponseFrame>(&frame))
            handle_response(member, *response, datagram.path, now);
        else if (!handle_frame(member, frame, now))
            return leave(member, wire::CloseFrame::Code::malformed);
    }
    intake_.go_on(member, now);
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

void SessionServer::handle_response(Peer& member, const wire::ResponseFrame& response, const net::Path& path,
                                    Instant now) {
    if (!member.is_proven(path, response)) return; // it answers a challenge that is over, or from elsewhere
    auto source = gate_.source_of(path);
    const bool is_elsewhere = source.holder != member.source().holder;
    // An address has no more than its share, wherever its sessions began. The member stays where it was: it
    // may not even have moved, and somebody beside the path have carried its packets there.
    if (is_elsewhere && !ledger_.may_source_add(Holding::session, source, 1, &member.source()))
        return member.stay();
    member.move();
    if (is_elsewhere) {
        lobby_.leave_line(member);
        intake_.leave_lines(member);
        const auto turn = gate_.turn_of(source);
        sessions_.set_source(member, std::move(source), turn);
        let_in(member, now);
    }
    sessions_.touch(member);
    if (member.is_admitted()) memberships_.note_path(member);
}

void SessionServer::handle_typing(Peer& member, const wire::TypingFrame& frame, Instant now) {
    if (!member.is_admitted() || sessions_.size() > max_typing_members ||
        !member.typing.spend(typing_rate, now))
        return;
    typists_.handle(member.start().id, member.start().name.view(), !frame.names.empty(), now);
}

void SessionServer::tell_typing(Instant now) {
    if (!typists_.drain_news(now)) return;
    sessions_.for_each([](Peer& member) { member.add_typing(); });
    sessions_.touch_all();
}

void SessionServer::handle_resolved(const wire::CommittedEntry& committed) {
    const auto& entry = committed.entry;
    auto* member = sessions_.find(entry.author);
    if (entry.number == 0 || member == nullptr || member->start().outbox != entry.outbox) return;
    const auto* outbox = context_.room().find_outbox(entry.author, entry.outbox);
    if (outbox == nullptr || outbox->resolved.empty() ||
        outbox->resolved.back().sequence != committed.sequence)
        return;
    member->add_result(outbox->resolved.back(), context_.words_for(outbox->resolved.back(), entry.command));
    sessions_.note_bytes(*member);
    sessions_.touch(*member);
}

void SessionServer::handle_gap(const wire::MemberId& id, std::uint64_t outbox, Instant now) {
    auto* member = sessions_.find(id);
    if (member != nullptr && member->start().outbox == outbox) send_away(*member, now);
}

void SessionServer::restore(const LogId& log_id, wire::Sequence first, std::vector<KeptEvent> events,
                            const std::vector<KeptPath>& paths, Instant now) {
    lobby_.set_log_id(log_id);
    feed_.events.begin_at(first);
    for (auto& event : events) feed_.events.append(std::move(event.bytes), event.only_for);
    memberships_.restore(paths, now);
}

void SessionServer::append(const KeptEvent& event) {
    feed_.events.append(event.bytes, event.only_for);
    sessions_.touch_all();
}

void SessionServer::handle_page(const LogPage& page, Instant now) {
    auto* member = sessions_.find(page.ticket);
    if (member == nullptr) return;
    sessions_.touch(*member);
    if (page.is_search) return intake_.handle_page(*member, page);
    if (member->is_admitted()) return member->handle_page(page);
    send_overdue_away(now);
    lobby_.handle_page(*member, page, now);
}

void SessionServer::notify_all(std::string_view words) {
    sessions_.for_each([&](Peer& member) { member.add_notice(std::string(words)); });
    sessions_.touch_all();
}

void SessionServer::resume(Instant now) {
    sessions_.touch_all();
    sessions_.for_each([&](Peer& member) { intake_.go_on(member, now); });
}

void SessionServer::handle_joined(const wire::MemberId& id, Instant now) {
    auto* member = sessions_.find(id);
    if (member == nullptr || member->is_admitted()) return;
    send_overdue_away(now);
    lobby_.handle_joined(*member, now);
}

void SessionServer::handle_join_refused(const wire::MemberId& id, std::string_view words) {
    memberships_.forget(id);
    auto* member = sessions_.find(id);
    // A newer session of that key may ask for another name.
    if (member != nullptr && member->has_asked_to_join) end(*member, wire::CloseFrame::Code::refused, words);
}

void SessionServer::handle_left(const wire::MemberId& id) {
    memberships_.forget(id);
    // The room's lines go to its members only. A session that came back meanwhile waits to be let in again.
    auto* member = sessions_.find(id);
    if (member != nullptr && member->is_admitted()) end(*member, wire::CloseFrame::Code::left, {});
}

void SessionServer::handle_membership_resolved(const wire::MemberId& id, Instant now) {
    if (!memberships_.resolve(id)) return;
    if (auto* member = sessions_.find(id))
        let_in(*member, now);
    else if (!memberships_.is_waited_for(id))
        memberships_.submit_leave(id); // its session ended while its join was on the way
}

void SessionServer::handle_renamed(const wire::MemberId& id, const text::Name& name) {
    typists_.forget(id);
    if (auto* member = sessions_.find(id)) member->rename(name);
    memberships_.tell_presence(id); // what was said of the old name may come too late
}

void SessionServer::remove(const wire::MemberId& id, wire::CloseFrame::Code code, std::string_view words) {
    if (auto* member = sessions_.find(id)) end(*member, code, words);
    memberships_.forget(id);
}

void SessionServer::close_all(std::string_view words, Instant now) {
    for (auto* found : sessions_.matching([](const Peer&) { return true; })) {
        auto member = take_out(*found);
        auto farewell = member->session().close({wire::CloseFrame::Code::closed, words});
        farewells_.repeat(std::move(member), std::move(farewell), now);
    }
}

void SessionServer::leave(Peer& member, wire::CloseFrame::Code code) {
    const auto id = member.start().id;
    end(member, code, {});
    memberships_.submit_leave(id);
}

void SessionServer::send_away(Peer& member, Instant now) {
    const auto id = member.start().id;
    end(member, wire::CloseFrame::Code::left, {});
    memberships_.wait_for(id, now);
}

void SessionServer::end(Peer& ended, wire::CloseFrame::Code code, std::string_view words) {
    const auto member = take_out(ended);
    auto farewell = member->session().close({code, words});
    sessions_.outgoing().push({member->path(), farewell, true});
    farewells_.add(member->session().id(), std::move(farewell));
}

std::unique_ptr<Peer> SessionServer::take_out(Peer& member) {
    typists_.forget(member.start().id);
    if (member.has_looked()) context_.ask({.ticket = member.session().id(), .is_search = true}); // no more
    lobby_.leave_line(member);
    intake_.leave_lines(member);
    return sessions_.remove(member);
}

// ---- time, and what goes out

Instant SessionServer::due(const Peer& member) const {
    auto next = member.session().heard() + (member.is_unreachable ? Memberships::lifetime : reachable_for);
    if (const auto deadline = member.next_deadline()) next = std::min(next, *deadline);
    if (member.waits_until) next = std::min(next, *member.waits_until);
    return std::min(next, intake_.ready_at(member));
}

void SessionServer::handle_deadline(Instant now) {
    handshakes_.handle_deadline(now);
    for (const auto& [where, guesses] : handshakes_.drain_guesses(now))
        context_.notice({Level::warning, "key", where, guesses.words()});
    tell_typing(now);
    for (auto& datagram : farewells_.drain_due(now)) sessions_.outgoing().push(std::move(datagram));
    for (const auto& path : memberships_.drain_paths_to_tell(now))
        sessions_.outgoing().push({path, handshakes_.restarted()});
    memberships_.handle_deadline(now);
    while (auto* member = sessions_.pop_due(now)) {
        if (due(*member) > now)
            sessions_.schedule(*member, due(*member)); // it was put off
        else
            handle_deadline(*member, now);
    }
    if (lobby_.next_deadline()) send_overdue_away(now);
    lobby_.serve(now);
    intake_.serve(now);
}

void SessionServer::handle_deadline(Peer& member, Instant now) {
    sessions_.touch(member);
    const auto silence = now - member.session().heard();
    if (silence >= Memberships::lifetime) return leave(member, wire::CloseFrame::Code::left);
    if (silence >= reachable_for && !std::exchange(member.is_unreachable, true))
        memberships_.tell_presence(member.start().id);
    if (member.waits_until && *member.waits_until <= now) let_in(member, now);
    intake_.go_on(member, now);
    member.handle_deadline(now);
}

std::optional<Instant> SessionServer::next_deadline() const {
    auto next = sessions_.next_deadline();
    for (const auto& deadline :
         {handshakes_.next_deadline(), lobby_.next_deadline(), intake_.next_deadline(),
          typists_.next_deadline(), memberships_.next_deadline(), farewells_.next_deadline()})
        next = sooner(next, deadline);
    return next;
}

std::size_t SessionServer::memory() const {
    return ledger_.memory() + handshakes_.memory() + lobby_.memory() + sessions_.memory();
}

std::vector<wire::MemberId> SessionServer::admitted() const {
    std::vector<wire::MemberId> keys;
    sessions_.for_each([&](const Peer& member) {
        if (member.is_admitted()) keys.push_back(member.start().id);
    });
    return keys;
}

bool SessionServer::accounts_for(const wire::MemberId& member) const {
    return sessions_.find(member) != nullptr || memberships_.is_waited_for(member) ||
           memberships_.is_under_way(member);
}

std::optional<net::Outgoing> SessionServer::poll_transmit(Instant now) {
    return sessions_.outgoing().poll(
        now, [&](Peer& member) { return member.poll_transmit(feed_, now, lines_out_); },
        [&](Peer& member) {
            if (const auto wanted = member.take_wanted(feed_))
                context_.ask({.ticket = member.session().id(), .first = *wanted, .count = Peer::page_size});
            sessions_.schedule(member, due(member));
        });
}

void SessionServer::end_turn() {
    sessions_.outgoing().end_turn();
    handshakes_.end_turn();
}

} // namespace chatd
