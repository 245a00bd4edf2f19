// SPDX-License-Identifier: MIT
#include "chat/link/session_client.hpp"
#include "chat/text/places.hpp"

#include "common/base/overloaded.hpp"
#include "common/session/crypto.hpp"

#include <algorithm>
#include <iterator>

namespace chat {
namespace {

using namespace std::chrono_literals;

// How long a host may take to answer a probe, the first time, and to let one wait to join.
constexpr Duration patience = 3s;
// One that answers probes may have no time for more just now, or wants to hear of no more keys from this
// address for up to a minute.
constexpr Duration entry_patience = 60s;
// A mapping in a router, and the host's patience, outlive this.
constexpr Duration keep_alive = 15s;
// A host that has acknowledged a command may have died before it was saved: until there is a result, it is
// asked for a sign of life so often.
constexpr Duration unresolved_interval = 500ms;
// A host may send three times as much to an address that it does not know yet: so much lets it try often.
constexpr std::size_t ping_size = 320;
// Without a word for so long, although one is due, another session is tried for.
constexpr Duration session_patience = 10s;
// Probes without an answer until the host is asked whether it is still the same, and how often then; and how
// long they go unanswered until the user is told.
constexpr int contact_probes = 2;
constexpr Duration check_interval = 1s;
constexpr Duration contact_patience = 3s;
// Who quits waits so long for a host that is silent, and for one that speaks but settles nothing.
constexpr Duration quit_patience = 3s;
constexpr Duration resolve_patience = 10s;
// A host that hears no goodbye keeps a ghost in the room for minutes; so long it is said to one that does not
// answer.
constexpr Duration goodbye_patience = 1s;
// A host that lets one wait to join is asked for a sign of life so often.
constexpr Duration waiting_interval = 1s;
// While somebody else answers, it is tried so often whether the host is back.
constexpr Duration other_host_interval = 1s;
// A figure that changes faster can't be read.
constexpr Duration round_trip_interval = 2s;

} // namespace

SessionClient::SessionClient(Options options, Random& random, Instant now)
    : options_(std::move(options))
    , random_(random)
    , inbox_(options_.resume_store != nullptr)
    , outbox_(random.u64(), options_.messages) {
    enter_anew(now);
}

// ---- what the user wants

void SessionClient::submit(LineId id, const wire::Command& command) {
    outbox_.add(id, command);
    has_changed_ = true;
}

void SessionClient::set_seen(wire::Sequence sequence) {
    if (inbox_.set_seen(sequence)) has_changed_ = true;
}

void SessionClient::find(wire::Sequence before, const std::string& needle) {
    inquiry_.begin(before, needle);
}

void SessionClient::show_typing(bool is_typing) {
    if (live_.session && !is_offline_told_) typing_pending_ = is_typing;
}

void SessionClient::quit(Instant now) {
    if (!quit_by_) {
        quit_by_ = now + quit_patience;
        resolve_by_ = now + resolve_patience;
    }
    if (live_.session && outbox_.is_empty()) leave(now);
}

// ---- on the way to a session

void SessionClient::begin_attempt(bool is_check, Instant start) {
    attempt_.emplace(Attempt{Connector(options_.terms, random_, start), is_check});
}

void SessionClient::handle_datagram(std::string_view datagram, Instant now) {
    const auto packet = wire::parse_packet(datagram);
    if (!packet) return;
    if (is_closed_) {
        const auto* data = std::get_if<wire::Data>(&*packet);
        if (last_words_ && data != nullptr && data->receiver == last_words_->session &&
            last_words_->more > 0) {
            last_words_->is_due = true; // they were lost
            --last_words_->more;
        }
        return;
    }
    if (const auto* answer = std::get_if<wire::RoomAnswer>(&*packet))
        handle(*answer, now);
    else if (const auto* host = std::get_if<wire::HostAnswer>(&*packet))
        handle(*host, now);
    else if (const auto* data = std::get_if<wire::Data>(&*packet))
        handle(*data, datagram, now);
    else if (const auto* knock = std::get_if<wire::Restarted>(&*packet))
        handle(*knock, now);
}

void SessionClient::handle(const wire::Restarted& knock, Instant now) {
    if (attempt_ && !attempt_->approach.is_probing()) {
        const auto waited = now - attempt_->approach.began();
        if (!attempt_->approach.is_heard() && waited >= Connector::shortest_interval)
            begin_attempt(attempt_->is_check, now);
    } else if (knock.boot_id != boot_id_) {
        check_host(check_interval, now);
    }
}

void SessionClient::handle(const wire::RoomAnswer& answer, Instant now) {
    if (!attempt_ || !attempt_->approach.is_answer(answer)) return;
    if (live_.session && answer.boot_id == boot_id_ && attempt_->is_check)
        return attempt_.reset(); // the host is there: the session will find its way
    if (auto fault = attempt_->approach.handle(answer, now)) {
        if (!was_online_) return fail(std::move(*fault));
        return ignore(in_words(*fault), now);
    }
    entry_.is_answered = true;
}

std::string SessionClient::in_words(const LinkEvent& fault) const {
    const auto& messages = options_.messages;
    if (const auto* password = std::get_if<PasswordRefused>(&fault)) {
        switch (password->why) {
        case PasswordRefused::Why::missing: return messages.key_missing;
        case PasswordRefused::Why::unwanted: return messages.key_unwanted;
        case PasswordRefused::Why::wrong: return messages.key_wrong;
        }
    }
    const auto* changed = std::get_if<HostKeyChanged>(&fault);
    return filled(messages.other_host, {changed == nullptr ? std::string() : changed->met});
}

void SessionClient::ignore(std::string words, Instant now) {
    // Anybody could answer so, and it may change again: who has been in the room waits for its host.
    if (!std::exchange(is_fault_told_, true)) tell(std::move(words));
    // It is asked again, but not at once.
    if (attempt_ && !attempt_->approach.is_probing())
        begin_attempt(attempt_->is_check, now + other_host_interval);
}

void SessionClient::handle(const wire::HostAnswer& answer, Instant now) {
    auto outcome = attempt_ ? attempt_->approach.handle(answer) : std::nullopt;
    if (!outcome) return;
    const auto* room = std::get_if<RoomKnown>(&*outcome);
    if (room == nullptr) return was_online_ ? ignore(in_words(*outcome), now) : fail(std::move(*outcome));
    RoomId met{room->fingerprint, attempt_->approach.room_name()};
    // A host has one key for all its rooms, and who is between may lead us from one to another.
    if (room_ && met != *room_) return ignore(filled(options_.messages.other_room, {room->room}), now);
    // Another start of the host knows nothing of our session.
    if (attempt_->approach.boot_id() != boot_id_) live_ = {};
    options_.terms.fingerprint = room->fingerprint; // the same one from here on
    begin_conversation(std::move(met));
    events_.push_back(std::move(*outcome));
    attempt_->cursor = inbox_.cursor();
    attempt_->connection = {};
    has_asked_to_join_ = true;
    attempt_->connection.session = attempt_->approach.join(
        wire::encode(wire::JoinPayload{options_.name, log_id_, inbox_.cursor(), outbox_.id(), ++attempts_,
                                       options_.history, inbox_.mark(), wire::features}),
        now);
    has_changed_ = true; // the attempts
    if (!live_.session) inbox_.forget_early();
}

void SessionClient::handle_port_closed(Instant now) {
    // A session proves itself; a forged ICMP error must not end it. Before there was one it saves three
    // seconds.
    if (!was_online_ && attempt_ && attempt_->approach.is_probing())
        fail(Unanswered{now - entry_.since, true});
    if (leaving_) return close(false); // there is nobody to say it to
    // The host may be starting again: it is asked at once, and then it is found when it is back.
    check_host(Connector::shortest_interval, now);
}

void SessionClient::check_host(Duration interval, Instant now) {
    if (!live_.session || attempt_ || now - checked_ < interval) return;
    checked_ = now;
    begin_attempt(true, now);
}

// ---- the session

SessionClient::Connection* SessionClient::find_connection(wire::SessionId id) {
    if (live_.session && live_.session->id() == id) return &live_;
    if (attempt_ && attempt_->connection.session && attempt_->connection.session->id() == id)
        return &attempt_->connection;
    return nullptr;
}

void SessionClient::handle(const wire::Data& data, std::string_view datagram, Instant now) {
    auto* connection = find_connection(data.receiver);
    if (connection == nullptr) return;
    const auto unresolved = outbox_.size();
    const auto result = connection->session->open(data, datagram, now);
    if (const auto* fault = std::get_if<session::Session::Fault>(&result)) {
        if (*fault == session::Session::Fault::malformed) begin_attempt(false, now);
        return;
    }
    const auto& opened = *std::get<std::unique_ptr<session::Session::Opened>>(result);
    if (leaving_) {
        for (const auto& frame : opened.frames)
            if (std::holds_alternative<wire::CloseFrame>(frame)) return close(false);
        return;
    }
    if (connection != &live_) {
        attempt_->approach.stop_asking();
        entry_ = {now}; // it may have us wait for long, and what follows is another try
    }
    if (connection == &live_) {
        if (std::exchange(is_offline_told_, false)) events_.emplace_back(Online{});
        waiting_since_.reset();
        // What it lives for needs no other.
        if (attempt_ && attempt_->approach.is_probing() && now < live_.session->renewal_due())
            attempt_.reset();
        handle_contents(opened.acked, opened.lost);
    }
    for (const auto& frame : opened.frames) {
        auto* current = find_connection(data.receiver); // a WELCOME makes the next session the live one
        if (is_closed_) return;
        if (current == nullptr) break;
        if (!handle_frame(*current, frame)) return begin_attempt(false, now);
    }
    if (is_closed_) return;
    if (!live_.session && !attempt_) return begin_attempt(false, now);
    deliver_events();
    tell_round_trip(now);
    // While the host answers, what was typed may take its time; but it has to come to something.
    if (outbox_.size() < unresolved) resolve_by_ = now + resolve_patience;
    if (quit_by_) quit_by_ = std::min(now + quit_patience, resolve_by_);
    if (quit_by_ && outbox_.is_empty() && live_.session) leave(now);
}

bool SessionClient::handle_frame(Connection& connection, const wire::Frame& frame) {
    const bool is_live = &connection == &live_;
    return std::visit(
        Overloaded{
            [&](const wire::WelcomeFrame& welcome) {
                if (!is_live) handle_welcome(welcome); // it comes once, and perhaps again
                return true;
            },
            [&](const wire::ResultFrame& result) { return handle_result(connection, result); },
            [&](const wire::CloseFrame& close) {
                handle_close(close, is_live);
                return true;
            },
            [&](const wire::EventsFrame& events) { return inbox_.accept(events, is_live); },
            [&](const wire::SkipFrame& skip) { return inbox_.accept(skip, is_live); },
            [&](const wire::PartFrame& part) { return !part.is_command && inbox_.accept(part, is_live); },
            [&](const wire::RosterFrame& part) { return handle_roster(connection, part); },
            [&](const wire::PresenceFrame& presence) { return handle_presence(connection, presence); },
            [&](const wire::TypingFrame& typing) {
                handle_typing(typing);
                return true;
            },
            [&](const wire::MatchesFrame& part) {
                std::optional<SearchResults> found;
                const bool is_good = inquiry_.handle(part, found);
                if (found) events_.emplace_back(std::move(*found));
                return is_good;
            },
            [&](const wire::ChallengeFrame& challenge) {
                connection.challenge = challenge.token;
                return true;
            },
            [&](const wire::NoticeFrame& notice) {
                events_.emplace_back(
                    Notice{Notice::From::host, std::string(text::Text::from_untrusted(notice.text).view())});
                return true;
            },
            [](const wire::AckFrame&) { return true; },
            [](const wire::PingFrame&) { return true; },
            [](const wire::CommandFrame&) { return false; },
            [](const wire::SearchFrame&) { return false; },
            [](const wire::ResponseFrame&) { return false; },
        },
        frame);
}

bool SessionClient::handle_result(Connection& connection, const wire::ResultFrame& result) {
    if (&connection != &live_) {
        connection.early_results.try_emplace(result.number, result, result.reason);
        return connection.early_results.size() <= Outbox::max_unresolved;
    }
    const auto unresolved = outbox_.size();
    if (auto told = outbox_.resolve(result)) events_.push_back(std::move(*told));
    if (outbox_.size() != unresolved) has_changed_ = true;
    return true;
}

bool SessionClient::handle_roster(Connection& connection, const wire::RosterFrame& part) {
    if (connection.roster || connection.is_roster_told) return true;
    if (!connection.roster_parts.accept(part.offset, part.total, part.bytes)) return false;
    const auto whole = connection.roster_parts.whole();
    if (!whole) return true;
    connection.roster_parts = {};
    connection.roster = wire::decode_roster(*whole);
    return connection.roster.has_value();
}

bool SessionClient::handle_presence(Connection& connection, const wire::PresenceFrame& frame) {
    for (std::size_t i = 0; i < frame.changes.size(); ++i) {
        auto change = wire::decode_presence(frame.changes[i]);
        if (!change || !connection.attendance.accept(frame.first + i, std::move(*change))) return false;
    }
    return true;
}

void SessionClient::handle_typing(const wire::TypingFrame& frame) {
    TypingKnown typing;
    for (const auto bytes : frame.names)
        if (const auto name = text::Name::parsed(bytes)) typing.names.emplace_back(name->view());
    events_.emplace_back(std::move(typing));
}

void SessionClient::handle_welcome(const wire::WelcomeFrame& welcome) {
    const auto asked_from = attempt_->cursor;
    live_ = std::move(attempt_->connection);
    waiting_since_.reset();
    boot_id_ = attempt_->approach.boot_id();
    last_sent_ = live_.session->heard();
    ping_interval_ = keep_alive;
    is_ping_due_ = false;
    attempt_.reset();
    has_asked_to_join_ = false;
    const bool is_first = !was_online_;
    const bool is_news = is_first || is_offline_told_;
    was_online_ = true;
    is_offline_told_ = false;
    is_fault_told_ = false;
    const bool is_same_log = welcome.log_id == log_id_;
    log_id_ = welcome.log_id;
    head_ = welcome.head;
    const bool is_behind = is_same_log && welcome.start <= asked_from;
    const bool goes_on = is_same_log && !is_behind;
    if (is_news)
        events_.emplace_back(
            Online{is_first && goes_on ? std::optional(welcome.start) : std::nullopt, welcome.head});
    if (is_behind)
        tell(options_.messages.older_log);
    else if (goes_on && welcome.start > inbox_.cursor() + 1)
        tell(filled(options_.messages.lines_missing, {std::to_string(welcome.start - inbox_.cursor() - 1)}));
    else if (!is_same_log && inbox_.cursor() > 0)
        tell(options_.messages.new_log);
    if (is_first) first_head_ = welcome.head;
    if (const auto name = text::Name::parsed(welcome.name)) {
        // Of what we said before and have not heard yet we are the author under the name that we had then.
        const bool hears_renames = !is_first && goes_on && welcome.start <= inbox_.cursor() + 1;
        name_then_.reset();
        if (hears_renames)
            name_then_.emplace(welcome.head, name->view());
        else
            be_called(std::string(name->view()));
    }
    if (goes_on) {
        // The session before may have delivered more since it was asked for this one.
        inbox_.go_on_at(welcome.start, welcome.mark);
    } else {
        if (!is_first) first_head_ = 0; // what this run says to the new log comes behind its history
        history_end_ = !is_behind && welcome.start < welcome.head ? welcome.head - 1 : 0;
        inbox_.begin_at(welcome.start, welcome.mark);
    }
    for (auto& told : outbox_.begin_session(welcome, is_same_log)) events_.push_back(std::move(told));
    for (auto& [number, early] : std::exchange(live_.early_results, {})) {
        auto& [result, reason] = early;
        result.reason = reason;
        handle_result(live_, result);
    }
    has_changed_ = true;
    inquiry_.begin_session();
}

void SessionClient::handle_close(const wire::CloseFrame& frame, bool is_live) {
    const auto words = std::string(text::Text::from_untrusted(frame.text).view());
    switch (frame.code) {
    case wire::CloseFrame::Code::refused:
        events_.emplace_back(Refused{words});
        if (was_online_) return close(true); // with what was typed
        is_closed_ = true;
        return;
    case wire::CloseFrame::Code::replaced:
        if (is_live && attempt_ && has_asked_to_join_) {
            live_ = {}; // by our own next one, however that went on
            return;
        }
        events_.emplace_back(Notice{Notice::From::host, options_.messages.joined_elsewhere});
        return close(true);
    case wire::CloseFrame::Code::removed:
    case wire::CloseFrame::Code::closed:
        events_.emplace_back(Notice{Notice::From::host, words});
        if (auto& session = is_live ? live_.session : attempt_->connection.session)
            last_words_ = LastWords{session->id(), session->close({wire::CloseFrame::Code::left, {}})};
        return close(true);
    case wire::CloseFrame::Code::left:
        // Nothing was heard of us for so long that the host gave us up: we come again.
        if (is_live)
            live_ = {};
        else
            attempt_.reset();
        return;
    case wire::CloseFrame::Code::malformed: return close(true);
    }
}

void SessionClient::deliver_events() {
    if (!live_.session) return;
    // The roster stands before everything that changes it.
    if (live_.roster && !std::exchange(live_.is_roster_told, true)) {
        live_.attendance.begin(*live_.roster, head_);
        events_.emplace_back(RosterKnown{std::move(*live_.roster), head_});
        live_.roster.reset();
    }
    if (!live_.is_roster_told) return;
    const auto catch_up = [&] {
        if (name_then_ && inbox_.cursor() >= name_then_->first)
            be_called(std::exchange(name_then_, std::nullopt)->second);
        for (const auto& change : live_.attendance.drain_changes(inbox_.cursor()))
            events_.emplace_back(
                PresenceKnown{std::string(change.entry.name.view()), change.entry.is_unreachable});
    };
    catch_up();
    while (const auto bytes = inbox_.next()) {
        // An empty one is not for us; one that can't be read is of a kind that later versions have.
        if (auto event = wire::decode_event(inbox_.cursor(), *bytes))
            deliver(std::move(*event));
        else
            inbox_.leave_out();
        catch_up();
    }
}

void SessionClient::deliver(wire::Event event) {
    live_.attendance.handle(event);
    const bool is_history = event.sequence <= history_end_;
    // What an earlier run of ours said has not been shown by this one.
    const bool own = !is_history && event.sequence > first_head_ && is_own(event);
    events_.emplace_back(RoomEvent{std::move(event), own, is_history});
}

void SessionClient::be_called(const std::string& name) {
    if (options_.keyring) options_.keyring->remember(*options_.terms.fingerprint, name);
    if (name == options_.name) return;
    options_.name = name;
    events_.emplace_back(Named{name});
}

bool SessionClient::is_own(const wire::Event& event) {
    // A name is one member's at each place in the log.
    const auto is_ours = [&](const text::Name& name) { return name.view() == options_.name; };
    if (const auto* said = std::get_if<wire::Said>(&event.what)) return is_ours(said->name);
    if (const auto* whispered = std::get_if<wire::Whispered>(&event.what)) return is_ours(whispered->name);
    if (const auto* away = std::get_if<wire::AwaySet>(&event.what)) return is_ours(away->name);
    const auto* renamed = std::get_if<wire::Renamed>(&event.what);
    if (renamed == nullptr || !is_ours(renamed->name)) return false;
    be_called(std::string(renamed->new_name.view()));
    return true;
}

void SessionClient::handle_contents(const std::vector<session::SentItem>& acked,
                                    const std::vector<session::SentItem>& lost) {
    for (const auto& content : acked)
        if (content.kind == Outbox::content_kind) outbox_.handle_acknowledged(content);
    for (const auto& content : lost) {
        if (content.kind == Outbox::content_kind)
            outbox_.handle_lost(content);
        else
            inquiry_.handle_lost(content);
    }
}

void SessionClient::fill(session::PacketBuilder& packet) {
    if (packet.wants_answer() && !outbox_.is_owing())
        handle_contents({}, live_.session->recovery().oldest_items());
    outbox_.write(packet);
    inquiry_.write(packet);
    if (typing_pending_) {
        const bool is_typing = *std::exchange(typing_pending_, std::nullopt);
        packet.add(wire::TypingFrame{is_typing ? std::vector<std::string_view>{options_.name}
                                               : std::vector<std::string_view>{}});
    }
    // A probe is as large, since its PING may have been the one that got lost.
    if ((is_ping_due_ || packet.wants_answer()) && packet.items().empty() && packet.room() >= ping_size) {
        for (std::size_t i = 0; i < ping_size; ++i) packet.add(wire::PingFrame{});
        is_ping_due_ = false;
    }
}

// ---- time, and what goes out

void SessionClient::handle_deadline(Instant now) {
    if (is_closed_) return;
    if (leaving_) {
        if (now >= leaving_->until) close(false);
        return;
    }
    if (quit_by_ && outbox_.is_empty() && live_.session) return leave(now);
    if (quit_by_ && now >= *quit_by_) return live_.session ? leave(now) : close(false);
    const bool is_waiting = attempt_ && attempt_->approach.is_heard();
    if (is_waiting && now - attempt_->connection.session->heard() >= patience) return enter_anew(now);
    if (!was_online_ && attempt_ && !is_waiting) wait_for_entry(now);
    if (is_closed_) return;
    // Nothing of ours is in a session that has not been welcomed.
    if (attempt_ && attempt_->connection.session) attempt_->connection.session->handle_deadline(now);
    if (!live_.session) return;
    handle_contents({}, live_.session->handle_deadline(now));
    const auto& recovery = live_.session->recovery();
    const auto silence = now - live_.session->heard();
    if (recovery.unanswered_probes() == 0)
        waiting_since_.reset();
    else if (!waiting_since_)
        waiting_since_ = now;
    if (waiting_since_ && now - *waiting_since_ >= contact_patience && !std::exchange(is_offline_told_, true))
        events_.emplace_back(Offline{silence});
    // It may have restarted, and then knows nothing of this session.
    if (recovery.unanswered_probes() >= contact_probes) check_host(check_interval, now);
    const bool is_given_up = waiting_since_ && now - *waiting_since_ >= session_patience;
    if (is_given_up && attempt_) attempt_->is_check = false;
    if (!attempt_ && (is_given_up || now >= live_.session->renewal_due())) begin_attempt(false, now);
    if (now >= ping_at()) is_ping_due_ = true;
}

void SessionClient::enter_anew(Instant now) {
    entry_ = {now};
    begin_attempt(false, now);
}

void SessionClient::wait_for_entry(Instant now) {
    const auto waited = now - entry_.since;
    if (waited >= (entry_.is_answered ? entry_patience : patience))
        return fail(Unanswered{waited, false, entry_.is_answered});
    if (waited >= patience && !std::exchange(entry_.is_told, true)) tell(options_.messages.not_let_in);
}

Instant SessionClient::ping_at() const {
    return last_sent_ + (outbox_.is_empty() ? ping_interval_ : unresolved_interval);
}

std::optional<Instant> SessionClient::next_deadline() const {
    if (is_closed_) return std::nullopt;
    if (leaving_) return std::min(leaving_->say_at, leaving_->until);
    auto earliest = Instant::max();
    const auto consider = [&](std::optional<Instant> deadline) {
        if (deadline) earliest = std::min(earliest, *deadline);
    };
    consider(quit_by_);
    if (attempt_) {
        consider(attempt_->approach.next_deadline());
        if (attempt_->approach.is_heard()) {
            consider(attempt_->connection.session->heard() + patience);
            consider(attempt_->ping_at);
        } else if (!was_online_) {
            consider(entry_.since + (entry_.is_told ? entry_patience : patience));
        }
        if (attempt_->connection.session) consider(attempt_->connection.session->next_deadline());
    }
    if (live_.session) {
        consider(live_.session->next_deadline());
        if (!is_ping_due_) consider(ping_at());
        if (waiting_since_ && !is_offline_told_) consider(*waiting_since_ + contact_patience);
        if (!attempt_ && waiting_since_) consider(*waiting_since_ + session_patience);
        if (!attempt_) consider(live_.session->renewal_due());
    }
    return earliest == Instant::max() ? std::nullopt : std::optional(earliest);
}

std::optional<std::string> SessionClient::poll_transmit(Instant now) {
    save(); // before it leaves
    if (last_words_ && std::exchange(last_words_->is_due, false)) return last_words_->bytes;
    if (is_closed_) return std::nullopt;
    if (leaving_) {
        if (now < leaving_->say_at) return std::nullopt;
        leaving_->say_at = now + Connector::shortest_interval;
        return leaving_->farewell;
    }
    if (attempt_) {
        if (attempt_->approach.is_stuck()) begin_attempt(false, now);
        if (auto request = attempt_->approach.poll_transmit(now)) return request;
    }
    for (auto* connection : {attempt_ ? &attempt_->connection : nullptr, &live_})
        if (connection != nullptr && connection->session && connection->challenge)
            return connection->session->seal_alone(
                wire::ResponseFrame{*std::exchange(connection->challenge, std::nullopt)});
    if (attempt_ && attempt_->connection.session) {
        // While the host lets us wait it is asked for a sign of life, and for nothing else.
        const bool is_ping_due = attempt_->approach.is_heard() && now >= attempt_->ping_at;
        auto& session = *attempt_->connection.session;
        auto packet = session.begin_packet(now);
        if (packet && is_ping_due) packet->add(wire::PingFrame{});
        if (is_ping_due) attempt_->ping_at = now + waiting_interval;
        if (packet)
            if (auto datagram = session.finish_packet(std::move(*packet), now)) return datagram;
    }
    if (!live_.session) return std::nullopt;
    auto packet = live_.session->begin_packet(now);
    if (!packet) return std::nullopt;
    if (packet->room() > 0) fill(*packet);
    auto datagram = live_.session->finish_packet(std::move(*packet), now);
    if (datagram) {
        last_sent_ = now;
        // Within a tenth, so that a roomful of clients does not ping in step.
        ping_interval_ =
            keep_alive - keep_alive / 10 * static_cast<std::int64_t>(random_.u64() % 1000) / 1000;
    }
    return datagram;
}

std::optional<LinkEvent> SessionClient::poll_event() {
    if (events_.empty()) return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void SessionClient::begin_conversation(RoomId room) {
    if (room_) return;
    room_ = std::move(room);
    auto& terms = options_.terms;
    if (options_.keyring) terms.identity = options_.keyring->key_for(*terms.fingerprint, options_.name);
    load();
}

void SessionClient::load() {
    if (!options_.resume_store) return;
    const auto kept = options_.resume_store->load(*room_);
    if (!kept) return;
    wire::Reader reader(*kept);
    std::array<std::uint8_t, 16> log_id{};
    const auto id = reader.bytes(log_id.size());
    std::copy(id.begin(), id.end(), log_id.begin());
    const auto cursor = reader.varint();
    const auto mark = reader.u64();
    const auto outbox = reader.u64();
    const auto attempts = reader.varint();
    if (!outbox_.restore(outbox, reader)) return; // of another version, perhaps
    log_id_ = log_id;
    inbox_.restore(cursor, mark);
    attempts_ = attempts;
}

void SessionClient::save() {
    if (!has_changed_ || !options_.resume_store || !room_) return;
    has_changed_ = false;
    std::string kept;
    wire::Writer writer(kept);
    writer.bytes({reinterpret_cast<const char*>(log_id_.data()), log_id_.size()});
    writer.varint(inbox_.seen());
    writer.u64(inbox_.seen_mark());
    writer.u64(outbox_.id());
    writer.varint(attempts_);
    outbox_.write(writer);
    options_.resume_store->save(*room_, kept);
}

void SessionClient::tell_round_trip(Instant now) {
    if (!live_.session || now < round_trip_told_ + round_trip_interval) return;
    const auto measured = live_.session->recovery().smoothed_rtt();
    if (!measured || std::chrono::round<std::chrono::milliseconds>(*measured) ==
                         std::chrono::round<std::chrono::milliseconds>(round_trip_))
        return;
    round_trip_ = *measured;
    round_trip_told_ = now;
    events_.emplace_back(RoundTrip{*measured});
}

void SessionClient::tell(std::string words) {
    events_.emplace_back(Notice{Notice::From::link, std::move(words)});
}

void SessionClient::fail(LinkEvent event) {
    events_.push_back(std::move(event));
    is_closed_ = true;
}

void SessionClient::leave(Instant now) {
    if (leaving_) return;
    attempt_.reset();
    leaving_.emplace(
        Leaving{live_.session->close({wire::CloseFrame::Code::left, {}}), now + goodbye_patience, now});
}

void SessionClient::close(bool by_host) {
    const auto unsent = outbox_.line_count();
    events_.emplace_back(Closed{by_host, unsent == 0, unsent});
    is_closed_ = true;
}

} // namespace chat
