// SPDX-License-Identifier: MIT
// The deadlines of SessionClient: one table, which next_deadline() and handle_deadline() use.
#include "chat/link/session_client.hpp"

#include "common/base/sooner.hpp"

#include <array>

namespace chat {
namespace {

using namespace std::chrono_literals;

// The first time, a host may take so long to answer a probe.
constexpr Duration patience = 3s;
// A host that answers probes may have no time for more just now, or accepts no more keys from this address
// for up to a minute.
constexpr Duration entry_patience = 60s;
// How long a host that was there may be silent until the user is told.
constexpr Duration contact_patience = 3s;

} // namespace

const std::array<SessionClient::Deadline, 12> SessionClient::deadlines = {{
    {&SessionClient::end_of_leaving_due, &SessionClient::end_leaving},
    {&SessionClient::goodbye_due, nullptr},
    {&SessionClient::departure_due, &SessionClient::depart},
    {&SessionClient::waiting_silence_due, &SessionClient::enter_anew},
    {&SessionClient::first_entry_due, &SessionClient::tell_of_first_entry},
    {&SessionClient::connector_due, &SessionClient::handle_connector_deadline},
    {&SessionClient::session_due, &SessionClient::handle_session_deadline},
    {&SessionClient::offline_due, &SessionClient::tell_offline},
    {&SessionClient::check_due, &SessionClient::check_host},
    {&SessionClient::give_up_due, &SessionClient::give_up_session},
    {&SessionClient::renewal_due, &SessionClient::renew_session},
    {&SessionClient::ping_due, &SessionClient::ping},
}};

void SessionClient::handle_deadline(Instant now) {
    for (const auto& deadline : deadlines) {
        const auto due = (this->*deadline.due)();
        if (due && *due <= now && deadline.expire != nullptr) (this->*deadline.expire)(now);
    }
}

std::optional<Instant> SessionClient::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& deadline : deadlines) earliest = sooner(earliest, (this->*deadline.due)());
    return earliest;
}

// ---- leaving

std::optional<Instant> SessionClient::goodbye_due() const {
    const auto* leaving = std::get_if<Leaving>(&state_);
    return leaving == nullptr ? std::nullopt : std::optional(leaving->say_due());
}

std::optional<Instant> SessionClient::end_of_leaving_due() const {
    const auto* leaving = std::get_if<Leaving>(&state_);
    return leaving == nullptr ? std::nullopt : std::optional(leaving->end_due());
}

void SessionClient::end_leaving(Instant) {
    close(false);
}

std::optional<Instant> SessionClient::departure_due() const {
    const bool is_in = std::holds_alternative<Entering>(state_) || live() != nullptr;
    return departure_ && is_in ? std::optional(departure_->due()) : std::nullopt;
}

void SessionClient::depart(Instant now) {
    if (live() != nullptr || !goodbyes_.empty())
        leave(now);
    else
        close(false);
}

// ---- on the way to a session

std::optional<Instant> SessionClient::waiting_silence_due() const {
    return connector() == nullptr ? std::nullopt : connector()->silence_due();
}

Instant SessionClient::FirstEntry::due() const {
    return since + (is_told ? entry_patience : patience);
}

std::optional<Instant> SessionClient::first_entry_due() const {
    const auto* entering = std::get_if<Entering>(&state_);
    if (entering == nullptr || !entering->first || entering->connector.is_waiting()) return std::nullopt;
    return entering->first->due();
}

void SessionClient::tell_of_first_entry(Instant now) {
    auto& first = *std::get<Entering>(state_).first;
    const auto waited = now - first.since;
    if (waited >= (first.is_answered ? entry_patience : patience))
        return fail(Unanswered{waited, false, first.is_answered});
    first.is_told = true;
    reporter_.tell_remark(reporter_.messages().not_let_in);
}

std::optional<Instant> SessionClient::connector_due() const {
    return connector() == nullptr ? std::nullopt : connector()->next_deadline();
}

void SessionClient::handle_connector_deadline(Instant now) {
    connector()->handle_deadline(now);
}

// ---- the live session

std::optional<Instant> SessionClient::session_due() const {
    return live() == nullptr ? std::nullopt : live()->session_due();
}

void SessionClient::handle_session_deadline(Instant now) {
    membership_.handle_lost(live()->handle_deadline(now));
}

std::optional<Instant> SessionClient::waiting_since() const {
    if (live() != nullptr) return live()->waiting_since();
    const auto* entering = std::get_if<Entering>(&state_);
    if (entering == nullptr || entering->first || entering->connector.is_waiting()) return std::nullopt;
    return entering->way_back.waiting_since;
}

std::optional<Instant> SessionClient::offline_due() const {
    const auto since = waiting_since();
    return !since || reporter_.is_offline_told() ? std::nullopt : std::optional(*since + contact_patience);
}

void SessionClient::tell_offline(Instant now) {
    const auto heard =
        live() != nullptr ? live()->channel().session().heard() : std::get<Entering>(state_).way_back.heard;
    reporter_.tell_offline(now - heard);
}

std::optional<Instant> SessionClient::check_due() const {
    return live() == nullptr ? std::nullopt : live()->check_due();
}

void SessionClient::check_host(Instant now) {
    live()->check_host(terms_, LiveSession::check_interval, now);
}

std::optional<Instant> SessionClient::give_up_due() const {
    return live() == nullptr ? std::nullopt : live()->give_up_due();
}

void SessionClient::give_up_session(Instant now) {
    if (auto* attempt = live()->next())
        attempt->must_join();
    else
        live()->begin_next(terms_, now);
}

std::optional<Instant> SessionClient::renewal_due() const {
    return live() == nullptr ? std::nullopt : live()->renewal_due();
}

void SessionClient::renew_session(Instant now) {
    live()->begin_next(terms_, now);
}

std::optional<Instant> SessionClient::ping_due() const {
    return live() == nullptr ? std::nullopt : live()->ping_due(membership_);
}

void SessionClient::ping(Instant) {
    live()->ping();
}

} // namespace chat
