// SPDX-License-Identifier: MIT
#include "chat/link/session_client.hpp"

#include "common/base/overloaded.hpp"

#include <algorithm>
#include <array>

namespace chat {
namespace {

using namespace std::chrono_literals;

// While another host answers, we look so often whether ours is back.
constexpr Duration other_host_interval = 1s;

} // namespace

SessionClient::SessionClient(Options options, Random& random, Instant now)
    : terms_(std::move(options.terms))
    , random_(random)
    , reporter_(std::move(options.messages))
    , membership_(std::move(options.name), options.history, std::move(options.resume_store),
                  std::move(options.keyring), random.u64(), reporter_)
    , state_(Entering{Connector(terms_, random, now), FirstEntry{now}}) {}

// ---- what the user wants

void SessionClient::show_typing(bool is_typing) {
    if (live() != nullptr && !reporter_.is_offline_told()) membership_.show_typing(is_typing);
}

void SessionClient::quit(Instant now) {
    if (!departure_) departure_.emplace(now);
    leave_once_resolved(now);
}

// ---- from state to state

Connector* SessionClient::connector() {
    if (auto* entering = std::get_if<Entering>(&state_)) return &entering->connector;
    return live() == nullptr ? nullptr : live()->next();
}

const Connector* SessionClient::connector() const {
    if (const auto* entering = std::get_if<Entering>(&state_)) return &entering->connector;
    return live() == nullptr ? nullptr : live()->next();
}

void SessionClient::probe(Instant now) {
    if (auto* entering = std::get_if<Entering>(&state_))
        entering->connector.begin_anew(now);
    else if (live() != nullptr)
        live()->begin_next(terms_, now);
}

void SessionClient::enter_anew(Instant now) {
    auto* entering = std::get_if<Entering>(&state_);
    if (entering != nullptr && entering->first) entering->first = FirstEntry{now};
    probe(now);
}

void SessionClient::lose_session(Instant now) {
    auto* next = live()->next();
    auto connector = next == nullptr ? Connector(terms_, random_, now) : std::move(*next);
    connector.must_join();
    const Return way_back{live()->waiting_since().value_or(now), live()->channel().session().heard()};
    state_.emplace<Entering>(Entering{std::move(connector), std::nullopt, way_back});
}

void SessionClient::drop_attempt(Instant now) {
    if (live() != nullptr)
        live()->drop_next();
    else
        probe(now);
}

void SessionClient::leave_once_resolved(Instant now) {
    if (departure_ && live() != nullptr && membership_.unresolved_commands() == 0) leave(now);
}

void SessionClient::leave(Instant now) {
    std::optional<Channel> channel;
    if (live() != nullptr) {
        channel = std::move(live()->channel());
        goodbyes_.push_back(channel->session().close({wire::CloseFrame::Code::left, {}}));
    } else if (auto* joining = connector()->channel()) {
        channel = std::move(*joining);
    }
    state_.emplace<Leaving>(std::move(channel), std::move(goodbyes_), now);
}

void SessionClient::fail(LinkEvent why) {
    reporter_.tell(std::move(why));
    state_.emplace<Ended>();
}

void SessionClient::close(bool by_host, std::optional<LastWords> last_words) {
    const auto unsent = membership_.unresolved_lines();
    reporter_.tell(Closed{by_host, true, unsent}); // a result is as good as a goodbye
    state_.emplace<Ended>(Ended{std::move(last_words)});
}

// ---- on the way to a session

void SessionClient::handle_datagram(std::string_view datagram, Instant now) {
    const auto packet = wire::parse_packet(datagram);
    if (!packet) return;
    std::visit(Overloaded{
                   [&](const wire::RoomAnswer& answer) { handle(answer, now); },
                   [&](const wire::HostAnswer& answer) { handle(answer, now); },
                   [&](const wire::Restarted& restarted) { handle(restarted, now); },
                   [&](const wire::Data& data) { handle(data, datagram, now); },
                   [](const auto&) {}, // frames that clients send
               },
               *packet);
}

void SessionClient::handle(const wire::Restarted& restarted, Instant now) {
    if (auto* attempt = connector(); attempt != nullptr && !attempt->is_probing())
        attempt->handle(restarted, now);
    else if (live() != nullptr && restarted.boot_id != live()->boot_id())
        check_host(now);
}

void SessionClient::handle(const wire::RoomAnswer& answer, Instant now) {
    auto* attempt = connector();
    if (attempt == nullptr || !attempt->is_answer(answer)) return;
    if (attempt->is_confirmed_by(answer)) return drop_attempt(now); // the session will find its way
    auto* entering = std::get_if<Entering>(&state_);
    const bool is_first = entering != nullptr && entering->first;
    if (auto fault = attempt->handle(answer, now)) {
        if (is_first) return fail(std::move(*fault));
        // Anybody could answer so, and it may change again. It is asked again as it was.
        return reporter_.tell_fault(*fault);
    }
    if (is_first) entering->first->is_answered = true;
}

void SessionClient::handle(const wire::HostAnswer& answer, Instant now) {
    auto* attempt = connector();
    auto outcome = attempt == nullptr ? std::nullopt : attempt->handle(answer);
    if (!outcome) return;
    if (const auto* room = std::get_if<RoomKnown>(&*outcome)) return join(*room, now);
    const auto* entering = std::get_if<Entering>(&state_);
    if (entering != nullptr && entering->first) return fail(std::move(*outcome));
    reporter_.tell_fault(*outcome);
    turn_away(now);
}

void SessionClient::turn_away(Instant now) {
    connector()->begin_anew(now + other_host_interval);
}

void SessionClient::join(const RoomKnown& room, Instant now) {
    RoomId met{room.fingerprint, connector()->room_name()};
    // A host has one key for all its rooms, and an attacker on the way may lead us from one to another.
    if (membership_.room() && met != *membership_.room()) {
        reporter_.tell_other_room(room.room);
        return turn_away(now);
    }
    // Another start of the host knows nothing of our session.
    if (live() != nullptr && connector()->boot_id() != live()->boot_id()) lose_session(now);
    terms_.fingerprint = room.fingerprint; // the same one from here on
    if (!membership_.room()) membership_.begin(std::move(met), terms_.identity);
    reporter_.tell(room);
    if (live() != nullptr) live()->expect_replacement(now);
    connector()->join(membership_.next_join(), membership_.cursor(), now);
    if (auto* joining = connector()->channel()) {
        if (goodbyes_.size() == max_goodbyes) goodbyes_.erase(goodbyes_.begin());
        goodbyes_.push_back(
            joining->session().seal_alone(wire::CloseFrame{wire::CloseFrame::Code::left, {}}));
    }
    if (live() == nullptr) membership_.forget_early();
}

void SessionClient::handle_port_closed(Instant now) {
    if (const auto* entering = std::get_if<Entering>(&state_)) {
        // A session proves itself; a forged ICMP error must not end it. Before there was one it saves three
        // seconds.
        if (entering->first && entering->connector.is_probing())
            fail(Unanswered{now - entering->first->since, true});
    } else if (std::holds_alternative<Leaving>(state_)) {
        close(false); // there is nobody to say goodbye to
    } else if (live() != nullptr) {
        // The host may be starting again: it is asked at once, and then it is found when it is back.
        live()->check_host(terms_, Connector::shortest_interval, now);
    }
}

void SessionClient::handle_new_network(Instant now) {
    if (live() != nullptr) ping(now);
}

// ---- the session

Channel* SessionClient::find_channel(wire::SessionId id) {
    const auto has_id = [&](const Channel& channel) { return channel.session().id() == id; };
    if (auto* leaving = std::get_if<Leaving>(&state_))
        return leaving->channel() != nullptr && has_id(*leaving->channel()) ? leaving->channel() : nullptr;
    if (live() != nullptr && has_id(live()->channel())) return &live()->channel();
    auto* joining = connector() == nullptr ? nullptr : connector()->channel();
    return joining != nullptr && has_id(*joining) ? joining : nullptr;
}

bool SessionClient::is_live(const Channel& channel) const {
    return live() != nullptr && &live()->channel() == &channel;
}

void SessionClient::handle(const wire::Data& data, std::string_view datagram, Instant now) {
    if (auto* ended = std::get_if<Ended>(&state_)) {
        if (ended->last_words) ended->last_words->handle(data);
        return;
    }
    auto* channel = find_channel(data.receiver);
    if (channel == nullptr) return;
    const auto result = channel->session().open(data, datagram, now);
    if (const auto* fault = std::get_if<session::Session::Fault>(&result)) {
        if (*fault == session::Session::Fault::malformed) probe(now);
        return;
    }
    const auto& opened = *std::get<std::unique_ptr<session::Session::Opened>>(result);
    if (const auto* leaving = std::get_if<Leaving>(&state_)) {
        const auto is_end = [&](const auto& frame) {
            const auto* close = std::get_if<wire::CloseFrame>(&frame);
            return close != nullptr && leaving->is_end(*close);
        };
        if (std::any_of(opened.frames.begin(), opened.frames.end(), is_end)) close(false);
        return;
    }
    const auto unresolved = membership_.unresolved_commands();
    handle_heard(*channel, opened, now);
    if (!handle_frames(data.receiver, opened.frames, now)) return probe(now);
    if (live() != nullptr) {
        membership_.deliver_events(live()->channel());
        if (const auto measured = live()->channel().session().recovery().smoothed_rtt())
            reporter_.tell_round_trip(*measured, now);
    }
    if (departure_) departure_->handle_heard(membership_.unresolved_commands() < unresolved, now);
    leave_once_resolved(now);
}

void SessionClient::handle_heard(Channel& channel, const session::Session::Opened& opened, Instant now) {
    if (is_live(channel)) {
        reporter_.tell_heard();
        live()->handle_heard(now);
        membership_.handle_acknowledged(opened.acked);
        membership_.handle_lost(opened.lost);
        return;
    }
    connector()->stop_asking();
    // The host may let us wait for long, and then comes another try.
    if (auto* entering = std::get_if<Entering>(&state_); entering != nullptr && entering->first)
        entering->first = FirstEntry{now};
}

bool SessionClient::handle_frames(wire::SessionId id, const std::vector<wire::Frame>& frames, Instant now) {
    for (const auto& frame : frames) {
        // Frames move it: a WELCOME makes the next session the live one, and a CLOSE ends it.
        auto* channel = find_channel(id);
        if (channel == nullptr) return true;
        if (!handle_frame(*channel, frame, now)) return false;
    }
    return true;
}

bool SessionClient::handle_frame(Channel& channel, const wire::Frame& frame, Instant now) {
    const bool is_live = this->is_live(channel);
    const auto good = [](auto&& done) {
        done();
        return true;
    };
    return std::visit(
        Overloaded{
            [&](const wire::WelcomeFrame& welcome) {
                return good([&] {
                    if (!is_live) handle_welcome(welcome); // it comes once, and perhaps again
                });
            },
            [&](const wire::ResultFrame& result) {
                if (!is_live) return channel.accept_early(result);
                return good([&] { membership_.resolve(result); });
            },
            [&](const wire::CloseFrame& close) { return good([&] { handle_close(channel, close, now); }); },
            [&](const wire::EventsFrame& events) { return membership_.inbox().accept(events, is_live); },
            [&](const wire::SkipFrame& skip) { return membership_.inbox().accept(skip, is_live); },
            [&](const wire::PartFrame& part) {
                return !part.is_command && membership_.inbox().accept(part, is_live);
            },
            [&](const wire::RosterFrame& part) { return channel.accept(part); },
            [&](const wire::PresenceFrame& presence) { return channel.accept(presence); },
            [&](const wire::TypingFrame& typing) { return good([&] { reporter_.tell_typing(typing); }); },
            [&](const wire::MatchesFrame& part) { return membership_.accept(part); },
            [&](const wire::ChallengeFrame& challenge) { return good([&] { channel.accept(challenge); }); },
            [&](const wire::NoticeFrame& notice) {
                return good([&] {
                    if (channel.is_new(notice)) reporter_.tell_host_words(notice.text);
                });
            },
            [](const wire::AckFrame&) { return true; },
            [](const wire::PingFrame&) { return true; },
            [](const wire::CommandFrame&) { return false; },
            [](const wire::SearchFrame&) { return false; },
            [](const wire::ResponseFrame&) { return false; },
        },
        frame);
}

void SessionClient::handle_welcome(const wire::WelcomeFrame& welcome) {
    const auto* entering = std::get_if<Entering>(&state_);
    const bool is_first = entering != nullptr && entering->first;
    auto joined = connector()->release();
    goodbyes_.clear(); // this session has replaced those
    auto& now_live = state_.emplace<LiveSession>(std::move(joined.channel), joined.boot_id, random_);
    membership_.begin_session(welcome, joined.cursor, is_first, now_live.channel());
}

void SessionClient::handle_close(Channel& channel, const wire::CloseFrame& frame, Instant now) {
    const bool is_live = this->is_live(channel);
    switch (frame.code) {
    case wire::CloseFrame::Code::refused: {
        std::string words(text::Text::from_untrusted(frame.text).view());
        const auto* entering = std::get_if<Entering>(&state_);
        if (entering != nullptr && entering->first) return fail(Refused{std::move(words)});
        reporter_.tell(Refused{std::move(words)});
        return close(true); // with what was typed
    }
    case wire::CloseFrame::Code::replaced:
        // By a JOIN of our own, however that went on.
        if (is_live && live()->is_replaced_by_own()) return lose_session(now);
        reporter_.tell_host_words(reporter_.messages().joined_elsewhere);
        return close(true);
    case wire::CloseFrame::Code::removed:
    case wire::CloseFrame::Code::closed:
        reporter_.tell_host_words(frame.text);
        return close(true, LastWords(channel.session()));
    case wire::CloseFrame::Code::left:
        // The host has not heard us for so long that it gave us up: we join again.
        return is_live ? lose_session(now) : drop_attempt(now);
    case wire::CloseFrame::Code::malformed: return close(true);
    }
}

// ---- what goes out

std::optional<std::string> SessionClient::poll_transmit(Instant now) {
    membership_.save(); // before it leaves
    return std::visit(Overloaded{
                          [&](Entering& entering) { return entering.connector.poll_transmit(now); },
                          [&](LiveSession& session) { return session.poll_transmit(membership_, now); },
                          [&](Leaving& leaving) { return leaving.poll_transmit(now); },
                          [&](Ended& ended) {
                              return ended.last_words ? ended.last_words->poll_transmit()
                                                      : std::optional<std::string>();
                          },
                      },
                      state_);
}

} // namespace chat
