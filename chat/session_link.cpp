// SPDX-License-Identifier: MIT
#include "chat/session_link.hpp"

#include "common/overloaded.hpp"
#include "common/session/crypto.hpp"

#include <algorithm>
#include <iterator>

namespace chat {
namespace {

using namespace std::chrono_literals;

// Requests before there is a session are asked again after these, and then after the last one: as a session's
// own probes are.
constexpr std::array<Duration, 3> ask_again_after = {100ms, 200ms, 250ms};
// How long a host may take to answer each of them, the first time.
constexpr Duration patience = 3s;
// A mapping in a router, and the host's patience, outlive this.
constexpr Duration keep_alive = 15s;
// Without a word for so long, although one is due, the session is given up and begun anew.
constexpr Duration session_patience = 10s;
// Probes without an answer until the user is told that there is no contact.
constexpr int contact_probes = 3;
constexpr Duration quit_patience = 3s;

/// Kinds of session::Content.
enum Kind : std::uint8_t { command_content, part_content };

} // namespace

SessionLink::SessionLink(Options options, session::Random& random, Instant now)
    : options_(std::move(options))
    , random_(random)
    , outbox_(random.u64()) {
    begin_probing(now);
}

// ---- what the user wants

void SessionLink::say(LineId id, std::string_view text) {
    const auto parts = wire::parts_of(text::Text::from_untrusted(text));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        unsettled_.push_back({id, i + 1 == parts.size(), next_number_++, wire::encode(wire::Say{parts[i]})});
        if (state_ == State::online && unsettled_.size() <= max_unsettled) owe(unsettled_.back());
    }
}

void SessionLink::quit(Instant now) {
    if (!quit_by_) quit_by_ = now + quit_patience;
    if (state_ == State::online && unsettled_.empty()) close(false);
}

// ---- finding the host

void SessionLink::begin_probing(Instant now) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (auto& digit : nonce_) digit = digits[random_.u64() % digits.size()];
    session_.reset();
    handshake_.reset();
    began_ = now;
    ask(State::probing, format(wire::Probe{nonce_}), now);
}

void SessionLink::ask(State state, std::string datagram, Instant now) {
    state_ = state;
    request_ = std::move(datagram);
    asked_ = 0;
    ask_at_ = now;
}

void SessionLink::handle_datagram(std::string_view datagram, Instant now) {
    if (state_ == State::closed) return;
    const auto packet = wire::parse_packet(datagram);
    if (!packet) return;
    if (const auto* answer = std::get_if<wire::RoomAnswer>(&*packet))
        handle(*answer, now);
    else if (const auto* host = std::get_if<wire::HostAnswer>(&*packet))
        handle(*host, now);
    else if (const auto* data = std::get_if<wire::Data>(&*packet))
        handle(*data, datagram, now);
}

void SessionLink::handle(const wire::RoomAnswer& answer, Instant now) {
    if (answer.nonce != nonce_) return;
    const bool has_restarted = state_ == State::online && is_offline_told_ && answer.boot_id != boot_id_;
    if (state_ != State::probing && !has_restarted) return;
    session_.reset();
    boot_id_ = answer.boot_id;
    room_ = text::Text::from_untrusted(answer.room).view();
    client_id_ = random_.u64();
    handshake_.emplace(session::Handshake::Role::initiator, options_.identity,
                       session::KeyPair::generate(random_),
                       wire::handshake_prologue(answer.room, client_id_));
    const auto message = handshake_->write({});
    if (!message) return;
    began_ = now;
    ask(State::greeting, format(wire::Hello{answer.stamp, answer.cookie, client_id_, *message}), now);
}

void SessionLink::handle(const wire::HostAnswer& answer, Instant now) {
    if (state_ != State::greeting || answer.client != client_id_) return;
    const auto payload = handshake_->read(answer.message);
    if (!payload) return; // forged
    wire::Reader reader(*payload);
    const auto server_id = reader.u64();
    if (!reader.is_ok()) return;
    const auto met = session::fingerprint(handshake_->peer());
    if (options_.fingerprint && *options_.fingerprint != met)
        return fail(HostKeyChanged{*options_.fingerprint, met});
    options_.fingerprint = met; // the same one from here on
    events_.emplace_back(RoomKnown{room_, met});
    const auto message = handshake_->write(
        wire::encode(wire::JoinPayload{options_.name, log_id_, cursor_, outbox_, ++attempts_}));
    if (!message) return;
    session_ = std::make_unique<session::Session>(handshake_->keys(), client_id_, server_id, now);
    last_sent_ = now;
    ping_interval_ = keep_alive;
    is_ping_due_ = false;
    roster_ = {};
    is_roster_known_ = false;
    early_.clear();
    parts_.clear();
    began_ = now;
    ask(State::joining, format(wire::JoinRequest{server_id, *message}), now);
}

void SessionLink::handle_port_closed(Instant now) {
    // A session proves itself; a forged ICMP error must not end it. Before there was one it saves three
    // seconds.
    if (!was_online_ && state_ == State::probing) fail(Unanswered{now - began_, true});
}

// ---- the session

void SessionLink::handle(const wire::Data& data, std::string_view datagram, Instant now) {
    if (!session_) return;
    const auto result = session_->open(data, datagram, now);
    if (const auto* fault = std::get_if<session::Session::Fault>(&result)) {
        if (*fault == session::Session::Fault::malformed) begin_probing(now);
        return;
    }
    const auto& opened = *std::get<std::unique_ptr<session::Session::Opened>>(result);
    if (std::exchange(is_offline_told_, false) && state_ == State::online) {
        events_.emplace_back(Online{});
        ask_at_.reset();
    }
    handle_contents(opened.acked, opened.lost);
    for (const auto& frame : opened.frames) {
        if (state_ == State::closed || !session_) return;
        if (!handle_frame(frame)) return begin_probing(now);
    }
    deliver_events();
    if (quit_by_) quit_by_ = now + quit_patience; // while the host answers, what was typed may take its time
    if (quit_by_ && unsettled_.empty() && state_ == State::online) close(false);
}

bool SessionLink::handle_frame(const wire::Frame& frame) {
    return std::visit(
        Overloaded{
            [&](const wire::WelcomeFrame& welcome) {
                handle_welcome(welcome);
                return true;
            },
            [&](const wire::ResultFrame& result) {
                handle_result(result);
                return true;
            },
            [&](const wire::CloseFrame& close) {
                handle_close(close);
                return true;
            },
            [&](const wire::EventsFrame& events) {
                for (std::size_t i = 0; i < events.events.size(); ++i)
                    if (!take_event(events.first + i, std::string(events.events[i]))) return false;
                return true;
            },
            [&](const wire::SkipFrame& skip) {
                // What was delivered already may be a long way back; what is ahead may not.
                const auto end = skip.first + skip.count;
                const auto known = state_ == State::online ? cursor_ + 1 : 0;
                for (auto next = std::max(skip.first, known); next < end; ++next)
                    if (!take_event(next, {})) return false;
                return true;
            },
            [&](const wire::PartFrame& part) {
                if (part.is_command || parts_.size() >= max_ahead) return false;
                if (early_.contains(part.number)) return true;
                if (state_ == State::online && part.number <= cursor_) return true;
                auto whole = parts_[part.number].take(part);
                if (!whole) return true;
                parts_.erase(part.number);
                return take_event(part.number, std::move(*whole));
            },
            [&](const wire::RosterFrame& part) {
                if (is_roster_known_) return true;
                const auto whole = roster_.take({false, 0, part.offset, part.total, part.bytes});
                if (!whole) return true;
                auto roster = wire::decode_roster(*whole);
                if (!roster) return false;
                is_roster_known_ = true;
                events_.emplace_back(RosterKnown{std::move(*roster)});
                return true;
            },
            [](const wire::AckFrame&) { return true; },
            [](const wire::PingFrame&) { return true; },
            [](const wire::CommandFrame&) { return false; },
        },
        frame);
}

void SessionLink::handle_welcome(const wire::WelcomeFrame& welcome) {
    if (state_ != State::joining) return; // it comes once, and perhaps again
    state_ = State::online;
    ask_at_.reset();
    was_online_ = true;
    is_offline_told_ = false;
    const bool is_same_log = welcome.log_id == log_id_;
    log_id_ = welcome.log_id;
    events_.emplace_back(Online{});
    if (is_same_log && welcome.start > cursor_ + 1)
        events_.emplace_back(
            wire::classic::OtherLine{std::to_string(welcome.start - cursor_ - 1) +
                                     " lines are missing here: the host keeps them no more"});
    cursor_ = welcome.start - 1;
    // Events may have overtaken the welcome; they are kept.
    early_.erase(early_.begin(), early_.upper_bound(cursor_));
    // Numbers that the log has are settled by their results. The others are sent again; if the log does not
    // know what came before them, it can't tell a repetition either.
    const auto first = unsettled_.empty() ? next_number_ : unsettled_.front().number;
    if (is_same_log && welcome.last_command + 1 < first) {
        for (const auto& command : unsettled_)
            if (command.is_last_part)
                events_.emplace_back(
                    LineRefused{command.id, "not sure whether it was said: the host forgot"});
        unsettled_.clear();
    }
    if (!is_same_log || welcome.last_command + 1 < first) {
        next_number_ = welcome.last_command + 1;
        for (auto& command : unsettled_) command.number = next_number_++;
    }
    owed_.clear();
    std::uint64_t count = 0;
    for (const auto& command : unsettled_)
        if (command.number > welcome.last_command && ++count <= max_unsettled) owe(command);
}

void SessionLink::handle_result(const wire::ResultFrame& result) {
    const auto found = std::find_if(unsettled_.begin(), unsettled_.end(),
                                    [&](const Command& command) { return command.number == result.number; });
    if (found == unsettled_.end()) return;
    if (found->is_last_part) {
        if (result.status == wire::ResultFrame::Status::accepted)
            events_.emplace_back(LineSent{found->id});
        else
            events_.emplace_back(
                LineRefused{found->id, std::string(text::Text::from_untrusted(result.reason).view())});
    }
    unsettled_.erase(found);
    if (unsettled_.size() >= max_unsettled) owe(unsettled_[max_unsettled - 1]);
}

void SessionLink::handle_close(const wire::CloseFrame& frame) {
    const auto words = std::string(text::Text::from_untrusted(frame.text).view());
    switch (frame.code) {
    case wire::CloseFrame::Code::refused: return fail(Refused{words});
    case wire::CloseFrame::Code::replaced:
        events_.emplace_back(wire::classic::HostLine{"you have joined from elsewhere with the same key"});
        return close(true);
    case wire::CloseFrame::Code::removed:
    case wire::CloseFrame::Code::closed:
        events_.emplace_back(wire::classic::HostLine{words});
        return close(true);
    case wire::CloseFrame::Code::left:
    case wire::CloseFrame::Code::malformed: return close(true);
    }
}

bool SessionLink::take_event(wire::Sequence sequence, std::string bytes) {
    if (state_ == State::online && sequence <= cursor_) return true; // delivered before
    if (early_.size() >= max_ahead) return false;
    early_.emplace(sequence, std::move(bytes));
    return true;
}

void SessionLink::deliver_events() {
    if (state_ != State::online || !is_roster_known_) return; // it stands before everything that changes it
    while (!early_.empty() && early_.begin()->first == cursor_ + 1) {
        const auto bytes = std::move(early_.begin()->second);
        early_.erase(early_.begin());
        ++cursor_;
        if (bytes.empty()) continue;
        auto event = wire::decode_event(cursor_, bytes);
        if (!event) continue; // of a kind that later versions have
        const auto* said = std::get_if<wire::Said>(&event->what);
        const bool is_own = said != nullptr && said->name.view() == options_.name;
        events_.emplace_back(RoomEvent{std::move(*event), is_own});
    }
}

void SessionLink::handle_contents(const std::vector<session::Content>& acked,
                                  const std::vector<session::Content>& lost) {
    for (const auto& content : acked) owed_.erase({content.first, content.count});
    for (const auto& content : lost) {
        const bool is_unsettled =
            std::any_of(unsettled_.begin(), unsettled_.end(),
                        [&](const Command& command) { return command.number == content.first; });
        if (is_unsettled) owed_.insert({content.first, content.count});
    }
}

void SessionLink::owe(const Command& command) {
    // A whole command has the offset 0 only, as has the first part of a larger one.
    const auto size = command.bytes.size() > wire::max_whole_message ? command.bytes.size() : 1;
    for (std::size_t offset = 0; offset < size; offset += wire::part_size)
        owed_.insert({command.number, offset});
}

void SessionLink::fill(std::string& out, std::size_t room, bool is_probe,
                       std::vector<session::Content>& contents) {
    if (is_probe && owed_.empty()) handle_contents({}, session_->recovery().oldest_contents());
    while (!owed_.empty()) {
        const auto number = owed_.begin()->first;
        const auto offset = owed_.begin()->second;
        const auto found = std::find_if(unsettled_.begin(), unsettled_.end(),
                                        [&](const Command& command) { return command.number == number; });
        if (found == unsettled_.end()) {
            owed_.erase(owed_.begin());
            continue;
        }
        const std::string_view bytes = found->bytes;
        const bool is_whole = bytes.size() <= wire::max_whole_message;
        const bool is_put = is_whole ? wire::put(wire::CommandFrame{number, bytes}, out, room)
                                     : wire::put(wire::PartFrame{true, number, offset, bytes.size(),
                                                                 bytes.substr(offset, wire::part_size)},
                                                 out, room);
        if (!is_put) return;
        owed_.erase(owed_.begin());
        contents.push_back({is_whole ? command_content : part_content, number, offset});
    }
    if (is_ping_due_ && contents.empty() && wire::put(wire::PingFrame{}, out, room)) is_ping_due_ = false;
}

// ---- time, and what goes out

void SessionLink::handle_deadline(Instant now) {
    if (state_ == State::closed) return;
    if (quit_by_ && (now >= *quit_by_ || (unsettled_.empty() && state_ == State::online)))
        return close(false);
    if (!was_online_ && now - began_ >= patience) return fail(Unanswered{now - began_, false});
    if (!session_) return;
    handle_contents({}, session_->handle_deadline(now));
    const auto& recovery = session_->recovery();
    if (state_ == State::online && recovery.unanswered_probes() >= contact_probes &&
        !std::exchange(is_offline_told_, true)) {
        events_.emplace_back(Offline{});
        // It may have restarted, and then knows nothing of this session.
        request_ = format(wire::Probe{nonce_});
        asked_ = 0;
        ask_at_ = now;
    }
    if (was_online_ && now - session_->heard() >= session_patience &&
        (recovery.has_unacknowledged() || state_ == State::joining))
        return begin_probing(now);
    if (state_ == State::online && now - last_sent_ >= ping_interval_) is_ping_due_ = true;
}

std::optional<Instant> SessionLink::next_deadline() const {
    if (state_ == State::closed) return std::nullopt;
    auto earliest = Instant::max();
    const auto consider = [&](std::optional<Instant> deadline) {
        if (deadline) earliest = std::min(earliest, *deadline);
    };
    consider(ask_at_);
    consider(quit_by_);
    if (!was_online_) consider(began_ + patience);
    if (session_) {
        consider(session_->next_deadline());
        if (was_online_ && session_->recovery().has_unacknowledged())
            consider(session_->heard() + session_patience);
        if (state_ == State::joining && was_online_) consider(session_->heard() + session_patience);
        if (state_ == State::online) consider(last_sent_ + ping_interval_);
    }
    return earliest == Instant::max() ? std::nullopt : std::optional(earliest);
}

std::optional<std::string> SessionLink::poll_transmit(Instant now) {
    if (farewell_) return std::exchange(farewell_, std::nullopt);
    if (state_ == State::closed) return std::nullopt;
    if (ask_at_ && *ask_at_ <= now) {
        const auto index =
            std::min<std::size_t>(static_cast<std::size_t>(asked_++), ask_again_after.size() - 1);
        ask_at_ = now + ask_again_after[index];
        // A host that has forgotten half of the handshake begins it anew.
        constexpr int most = 12;
        if ((state_ == State::greeting || state_ == State::joining) && asked_ > most) {
            const auto began = began_;
            begin_probing(now);
            began_ = was_online_ ? now : began;
        }
        return request_;
    }
    if (!session_) return std::nullopt;
    auto datagram = session_->poll_transmit(
        [this](std::string& out, std::size_t room, bool is_probe, std::vector<session::Content>& contents) {
            fill(out, room, is_probe, contents);
        },
        now);
    if (datagram) {
        last_sent_ = now;
        // Within a tenth, so that a roomful of clients does not ping in step.
        ping_interval_ =
            keep_alive - keep_alive / 10 * static_cast<std::int64_t>(random_.u64() % 1000) / 1000;
    }
    return datagram;
}

std::optional<LinkEvent> SessionLink::poll_event() {
    if (events_.empty()) return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void SessionLink::fail(LinkEvent event) {
    events_.push_back(std::move(event));
    state_ = State::closed;
}

void SessionLink::close(bool by_host) {
    if (!by_host && session_) farewell_ = session_->close({wire::CloseFrame::Code::left, {}});
    const auto unsent = std::count_if(unsettled_.begin(), unsettled_.end(),
                                      [](const Command& command) { return command.is_last_part; });
    events_.emplace_back(Closed{by_host, unsent == 0, static_cast<std::size_t>(unsent)});
    state_ = State::closed;
}

} // namespace chat
