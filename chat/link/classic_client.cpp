// SPDX-License-Identifier: MIT
#include "chat/link/classic_client.hpp"

#include "common/base/overloaded.hpp"
#include "common/wire/classic.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat {
namespace {

namespace classic = wire::classic;
using namespace std::chrono_literals;

// A request is sent at once, and again after these times; then it has failed. A LAN answers in milliseconds;
// the later times are for a host that is just starting.
constexpr std::array<Duration, 3> repeats = {500ms, 1000ms, 2000ms};
constexpr Duration patience = 3s;
// A join is tried so often while the host is gone.
constexpr Duration rejoin_interval = 2s;
// chatd's default flood limit: within it a host neither delays nor refuses anything.
constexpr Rate pace{10, 5};
// An ICMP error that comes so soon after a line is about that line.
constexpr Duration error_belongs_to_line = 1s;
// A host's own words may mean that it does not know us any more; asking again to join is harmless then.
constexpr Duration min_join_interval = 5s;

/// The event of a member's line; if the member's name is not valid here, the whole line, `shown`.
template<class MakeBody>
LinkEvent told_of(const std::string& name, const std::string& shown, std::string detail, MakeBody make_body) {
    auto parsed = text::Name::recorded(name);
    if (!parsed) return Notice{Notice::From::link, shown};
    return RoomEvent{{0, {}, make_body(std::move(*parsed))}, false, false, std::move(detail)};
}

/// A host's line as an event; empty if only the link has to know of it.
std::optional<LinkEvent> event_of(const classic::Line& line, std::string_view datagram) {
    const auto shown = std::string(text::Text::from_untrusted(datagram).view());
    using Event = std::optional<LinkEvent>;
    return std::visit(
        Overloaded{
            [](const classic::Welcome&) { return Event(); },
            [](const classic::Farewell&) { return Event(); },
            [&](const classic::JoinNotice& notice) {
                return Event(told_of(notice.name, shown, {}, [](text::Name name) {
                    return wire::Joined{{}, std::move(name)};
                }));
            },
            [&](const classic::LeaveNotice& notice) {
                return Event(told_of(notice.name, shown, notice.detail, [](text::Name name) {
                    return wire::Left{{}, std::move(name)};
                }));
            },
            [&](const classic::ChatLine& chat) {
                return Event(told_of(chat.name, shown, {}, [&](text::Name name) {
                    return wire::Said{{}, std::move(name), text::Text::from_untrusted(chat.text)};
                }));
            },
            [](const classic::AdminLine& shout) {
                return Event(RoomEvent{{0, {}, wire::Shouted{text::Text::from_untrusted(shout.text)}}});
            },
            [](const classic::HostLine& word) {
                return Event(Notice{Notice::From::host, word.text});
            },
            [](const classic::OtherLine& other) {
                return Event(Notice{Notice::From::link, other.text});
            },
        },
        line);
}

} // namespace

ClassicClient::ClassicClient(std::string name, Instant now, const LinkMessages& messages)
    : name_(std::move(name))
    , talk_only_(messages.talk_only) {
    begin(State::joining, now);
}

void ClassicClient::submit(LineId id, const wire::Command& command) {
    const auto* say = std::get_if<wire::Say>(&command);
    if (say == nullptr) {
        events_.emplace_back(LineRefused{id, talk_only_});
        return;
    }
    auto parts = classic::filled_lines(say->is_action ? "C {name} * {text}" : "C {name} {text}", name_,
                                       say->text.view());
    for (std::size_t i = 0; i < parts.size(); ++i)
        lines_.push_back({id, std::move(parts[i]), i + 1 == parts.size()});
}

void ClassicClient::quit(Instant now) {
    is_quitting_ = true;
    if (state_ == State::joining || state_ == State::rejoining) {
        // As far as we know there is nobody to say goodbye to; if there is, it costs nothing.
        if (lines_.empty()) begin(State::leaving, now);
    } else if (state_ == State::online && lines_.empty()) {
        begin(State::leaving, now);
    }
}

void ClassicClient::begin(State state, Instant now) {
    state_ = state;
    began_ = now;
    asked_ = 0;
    is_request_due_ = true;
}

void ClassicClient::handle_datagram(std::string_view datagram, Instant now) {
    if (state_ == State::closed) return;
    const auto line = classic::parse_line(datagram);
    if (std::holds_alternative<classic::Farewell>(line)) return close(!is_quitting_, true);
    const bool is_asking = state_ == State::joining || state_ == State::rejoining;
    const bool is_host_word =
        std::holds_alternative<classic::HostLine>(line) || std::holds_alternative<classic::OtherLine>(line);
    if (is_asking && !is_host_word) {
        // This is the OK, or a line of the room: then the OK was lost.
        begin(State::online, now);
        is_request_due_ = false;
        events_.emplace_back(Online{});
        if (is_quitting_ && lines_.empty()) begin(State::leaving, now);
    } else if (is_asking) {
        // Any other answer to a join is the reason for a refusal.
        const auto* host = std::get_if<classic::HostLine>(&line);
        const bool has_been_in = state_ == State::rejoining;
        events_.emplace_back(Refused{host != nullptr ? host->text : std::get<classic::OtherLine>(line).text});
        state_ = State::closed;
        if (has_been_in) close(true, false); // with what was typed
        return;
    }
    if (std::holds_alternative<classic::HostLine>(line) && state_ == State::online &&
        now - asked_to_join_ >= min_join_interval)
        is_request_due_ = true;
    if (auto event = event_of(line, datagram)) events_.push_back(std::move(*event));
}

void ClassicClient::handle_port_closed(Instant now) {
    switch (state_) {
    case State::joining:
        events_.emplace_back(Unanswered{now - began_, true});
        state_ = State::closed;
        return;
    case State::online:
        if (last_sent_ && now - last_sent_at_ < error_belongs_to_line)
            lines_.push_front(*std::exchange(last_sent_, std::nullopt));
        events_.emplace_back(Offline{});
        begin(State::rejoining, now);
        asked_ = 1; // the line was as good as a request; do not ask a closed port again at once
        is_request_due_ = false;
        return;
    case State::leaving: return close(false, false);
    case State::rejoining:
    case State::closed: return;
    }
}

void ClassicClient::handle_deadline(Instant now) {
    switch (state_) {
    case State::joining:
    case State::leaving:
        if (now - began_ >= patience) {
            if (state_ == State::leaving) return close(false, false);
            events_.emplace_back(Unanswered{now - began_, false});
            state_ = State::closed;
        } else if (asked_ > 0 && asked_ <= repeats.size() && now - began_ >= repeats[asked_ - 1]) {
            is_request_due_ = true;
        }
        return;
    case State::rejoining:
        if (now - began_ >= static_cast<std::int64_t>(asked_) * rejoin_interval) is_request_due_ = true;
        if (is_quitting_ && now - began_ >= patience) close(false, false);
        return;
    case State::online:
    case State::closed: return;
    }
}

std::optional<Instant> ClassicClient::next_deadline() const {
    if (is_request_due_ && state_ != State::closed) return began_; // overdue: poll_transmit() has it
    switch (state_) {
    case State::joining:
    case State::leaving: {
        const auto next_repeat = asked_ > 0 && asked_ <= repeats.size() ? repeats[asked_ - 1] : patience;
        return began_ + std::min(next_repeat, patience);
    }
    case State::rejoining: return began_ + static_cast<std::int64_t>(asked_) * rejoin_interval;
    case State::online:
        if (lines_.empty()) return std::nullopt;
        return pace_.ready_at(pace);
    case State::closed: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::string> ClassicClient::poll_transmit(Instant now) {
    if (state_ == State::closed) return std::nullopt;
    if (std::exchange(is_request_due_, false)) {
        ++asked_;
        if (state_ == State::leaving) return classic::format_quit(name_);
        asked_to_join_ = now;
        return classic::format_login(name_);
    }
    if (state_ != State::online || lines_.empty() || !pace_.spend(pace, now)) return std::nullopt;
    last_sent_ = std::move(lines_.front());
    last_sent_at_ = now;
    lines_.pop_front();
    if (last_sent_->is_last_part && !std::exchange(last_sent_->is_told, true))
        events_.emplace_back(LineSent{last_sent_->id});
    if (is_quitting_ && lines_.empty()) begin(State::leaving, now);
    return last_sent_->datagram;
}

std::optional<LinkEvent> ClassicClient::poll_event() {
    if (events_.empty()) return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void ClassicClient::close(bool by_host, bool is_confirmed) {
    state_ = State::closed;
    const auto unsent =
        std::count_if(lines_.begin(), lines_.end(), [](const Outgoing& o) { return o.is_last_part; });
    events_.emplace_back(Closed{by_host, is_confirmed, static_cast<std::size_t>(unsent)});
}

} // namespace chat
