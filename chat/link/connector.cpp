// SPDX-License-Identifier: MIT
#include "chat/link/connector.hpp"

#include "chat/text/label.hpp"
#include "common/base/sooner.hpp"
#include "common/session/crypto.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace chat {
namespace {

using namespace std::chrono_literals;

// A request is repeated after these times, and then after the last one, as a session's own probes are. A host
// that has been away for long is asked once a second.
constexpr std::array<Duration, 3> ask_again_after = {Connector::shortest_interval, 200ms, 250ms};
constexpr int eager_requests = 40;
constexpr Duration patient_interval = 1s;
// A host that has forgotten half of a handshake does not answer; after so many requests we begin anew.
constexpr int most_requests = 12;
// A host that lets us wait is asked for a sign of life so often, and may be silent for so long.
constexpr Duration waiting_interval = 1s;
constexpr Duration waiting_patience = 3s;

} // namespace

Connector::Connector(const Terms& terms, Random& random, Instant start,
                     std::optional<std::uint64_t> known_start)
    : terms_(&terms)
    , random_(&random)
    , known_start_(known_start)
    , state_(Probing{}) {
    begin_anew(start);
}

void Connector::begin_anew(Instant start) {
    constexpr std::string_view digits = "0123456789abcdef";
    Probing probing;
    for (auto& digit : probing.nonce) digit = digits[random_->u64() % digits.size()];
    state_.emplace<Probing>(probing);
    ask(format(wire::Probe{probing.nonce}), start);
}

void Connector::ask(std::string datagram, Instant now) {
    request_ = {std::move(datagram), now, now, 0};
}

// ---- PROBING

bool Connector::is_answer(const wire::RoomAnswer& answer) const {
    const auto* probing = std::get_if<Probing>(&state_);
    return probing != nullptr && answer.nonce == probing->nonce;
}

std::optional<LinkEvent> Connector::handle(const wire::RoomAnswer& answer, Instant now) {
    if (answer.has_password && !terms_->password) return PasswordRefused{PasswordRefused::Why::missing};
    if (!answer.has_password && terms_->password) return PasswordRefused{PasswordRefused::Why::unwanted};
    host_ = {answer.boot_id, std::string(answer.room),
             RoomKnown{label(answer.room), label(answer.host), {}, answer.has_password}};
    const wire::SessionId client = random_->u64();
    const auto prologue = wire::handshake_prologue(answer.description, client);
    Greeting greeting{client,
                      session::Handshake(session::Handshake::Role::initiator, terms_->identity,
                                         session::KeyPair::generate(*random_), prologue),
                      {}};
    auto& exchange = greeting.password_exchange;
    if (terms_->password) exchange.emplace(*terms_->password, prologue, *random_);
    const auto message = greeting.handshake.write(exchange ? exchange->share().view() : std::string_view());
    if (!message) return std::nullopt;
    state_.emplace<Greeting>(std::move(greeting));
    ask(format(wire::Hello{answer.stamp, answer.cookie, client, session::short_digest(answer.description),
                           *message}),
        now);
    return std::nullopt;
}

// ---- GREETING

std::optional<LinkEvent> Connector::handle(const wire::HostAnswer& answer) {
    auto* greeting = std::get_if<Greeting>(&state_);
    if (greeting == nullptr || answer.client != greeting->client) return std::nullopt;
    const auto before = greeting->handshake;
    const auto payload = greeting->handshake.read(answer.message);
    if (!payload) return std::nullopt; // forged
    wire::Reader reader(*payload);
    greeting->server = reader.u64();
    if (!agree_on_password(*greeting, reader)) return PasswordRefused{PasswordRefused::Why::wrong};
    if (!reader.is_ok()) {
        greeting->handshake = before; // it is genuine but makes no sense: as if it had not come
        return std::nullopt;
    }
    host_.room.fingerprint = session::fingerprint(greeting->handshake.peer());
    if (terms_->fingerprint && *terms_->fingerprint != host_.room.fingerprint)
        return HostKeyChanged{*terms_->fingerprint, host_.room.fingerprint};
    // A host that knows the room password is the one that is meant.
    if (!terms_->fingerprint && terms_->asks_trust && !terms_->password) return HostUnknown{host_.room};
    return host_.room;
}

bool Connector::agree_on_password(Greeting& greeting, wire::Reader& payload) {
    const auto& exchange = greeting.password_exchange;
    if (!exchange) return true;
    const auto theirs = session::CpacePoint::from(payload.bytes(session::CpacePoint::size));
    session::RoomPasswordExchange::Proof proof{};
    const auto shown = payload.bytes(proof.size());
    std::copy(shown.begin(), shown.end(), proof.begin());
    const auto agreed = theirs ? exchange->finish(session::Cpace::Role::initiator, *theirs)
                               : std::optional<session::RoomPasswordExchange::Agreed>();
    if (!agreed || !payload.is_ok() || !session::is_equal(agreed->proof, proof)) return false;
    greeting.handshake.set_pre_shared_key(agreed->pre_shared);
    return true;
}

void Connector::handle(const wire::Restarted&, Instant now) {
    const bool is_early = now - request_.began < shortest_interval;
    if (!is_probing() && is_asking() && !is_early) begin_anew(now);
}

// ---- JOINING

void Connector::join(std::string_view payload, wire::Sequence cursor, Instant now) {
    auto* greeting = std::get_if<Greeting>(&state_);
    if (greeting == nullptr) return;
    greeting->handshake.set_identity(terms_->identity);
    const auto message = greeting->handshake.write(payload);
    if (!message) return; // the host's key is invalid: it is greeted anew after a while
    ask(format(wire::JoinRequest{greeting->server, *message}), now);
    auto session = std::make_unique<session::Session>(greeting->handshake.keys(), greeting->client,
                                                      greeting->server, *random_, now);
    state_.emplace<Joining>(Joining{Channel(std::move(session)), cursor});
}

Channel* Connector::channel() {
    auto* joining = std::get_if<Joining>(&state_);
    return joining == nullptr ? nullptr : &joining->channel;
}

const Channel* Connector::channel() const {
    const auto* joining = std::get_if<Joining>(&state_);
    return joining == nullptr ? nullptr : &joining->channel;
}

Connector::Joined Connector::release() {
    auto& joining = std::get<Joining>(state_);
    return {std::move(joining.channel), joining.cursor, host_.boot_id};
}

void Connector::stop_asking() {
    auto* joining = std::get_if<Joining>(&state_);
    if (joining != nullptr && !joining->ping_at) joining->ping_at.emplace();
}

std::optional<Instant> Connector::silence_due() const {
    const auto* joining = std::get_if<Joining>(&state_);
    if (joining == nullptr || !joining->ping_at) return std::nullopt;
    return joining->channel.session().heard() + waiting_patience;
}

// ---- time, and what goes out

void Connector::handle_deadline(Instant now) {
    // No items can be lost: there are none in a session that has not been welcomed.
    if (auto* joining = channel()) joining->session().handle_deadline(now);
}

std::optional<Instant> Connector::next_deadline() const {
    const auto* joining = std::get_if<Joining>(&state_);
    if (joining == nullptr) return request_.ask_at;
    return sooner(joining->ping_at.value_or(request_.ask_at), joining->channel.session().next_deadline());
}

std::optional<std::string> Connector::poll_transmit(Instant now) {
    if (!is_probing() && is_asking() && request_.asked > most_requests) {
        must_join();
        begin_anew(now);
    }
    if (auto request = poll_request(now)) return request;
    auto* joining = std::get_if<Joining>(&state_);
    if (joining == nullptr) return std::nullopt;
    if (auto response = joining->channel.poll_response()) return response;
    // While the host lets us wait it is asked for a sign of life, and for nothing else.
    const bool is_ping_due = joining->ping_at && now >= *joining->ping_at;
    auto packet = joining->channel.session().begin_packet(now);
    if (packet && is_ping_due) packet->add(wire::PingFrame{});
    if (is_ping_due) joining->ping_at = now + waiting_interval;
    if (!packet) return std::nullopt;
    return joining->channel.session().finish_packet(std::move(*packet), now);
}

std::optional<std::string> Connector::poll_request(Instant now) {
    if (!is_asking() || request_.ask_at > now) return std::nullopt;
    const auto index = std::min(static_cast<std::size_t>(request_.asked), ask_again_after.size() - 1);
    request_.ask_at = now + (request_.asked < eager_requests ? ask_again_after[index] : patient_interval);
    ++request_.asked;
    return request_.datagram;
}

} // namespace chat
