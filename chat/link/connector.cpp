// SPDX-License-Identifier: MIT
#include "chat/link/connector.hpp"

#include "chat/text/label.hpp"
#include "common/session/crypto.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace chat {
namespace {

using namespace std::chrono_literals;

// Requests are asked again after these, and then after the last one: as a session's own probes are. A host
// that has been away for long is asked once a second.
constexpr std::array<Duration, 3> ask_again_after = {Connector::shortest_interval, 200ms, 250ms};
constexpr int eager_requests = 40;
constexpr Duration patient_interval = 1s;
// A host that has forgotten half of a handshake answers no more; then it begins anew.
constexpr int most_requests = 12;

} // namespace

Connector::Connector(const Terms& terms, Random& random, Instant start)
    : terms_(terms)
    , random_(random) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (auto& digit : nonce_) digit = digits[random_.u64() % digits.size()];
    ask(Stage::probing, format(wire::Probe{nonce_}), start);
}

void Connector::ask(Stage stage, std::string datagram, Instant now) {
    stage_ = stage;
    began_ = now;
    request_ = std::move(datagram);
    asked_ = 0;
    ask_at_ = now;
}

bool Connector::is_answer(const wire::RoomAnswer& answer) const {
    return is_probing() && answer.nonce == nonce_;
}

std::optional<LinkEvent> Connector::handle(const wire::RoomAnswer& answer, Instant now) {
    if (answer.has_password && !terms_.key) return PasswordRefused{PasswordRefused::Why::missing};
    if (!answer.has_password && terms_.key) return PasswordRefused{PasswordRefused::Why::unwanted};
    boot_id_ = answer.boot_id;
    room_name_ = answer.room;
    room_ = {label(answer.room), label(answer.host), {}, answer.has_password};
    client_ = random_.u64();
    const auto prologue = wire::handshake_prologue(answer.description, client_);
    handshake_.emplace(session::Handshake::Role::initiator, terms_.identity,
                       session::KeyPair::generate(random_), prologue);
    if (terms_.key) key_exchange_.emplace(*terms_.key, prologue, random_);
    const auto message =
        handshake_->write(key_exchange_ ? key_exchange_->share().view() : std::string_view());
    if (message)
        ask(Stage::greeting,
            format(wire::Hello{answer.stamp, answer.cookie, client_,
                               session::short_digest(answer.description), *message}),
            now);
    return std::nullopt;
}

std::optional<LinkEvent> Connector::handle(const wire::HostAnswer& answer) {
    if (stage_ != Stage::greeting || answer.client != client_) return std::nullopt;
    const auto before = *handshake_;
    const auto payload = handshake_->read(answer.message);
    if (!payload) return std::nullopt; // forged
    wire::Reader reader(*payload);
    server_ = reader.u64();
    if (!agree_on_key(reader)) return PasswordRefused{PasswordRefused::Why::wrong};
    if (!reader.is_ok()) {
        handshake_ = before; // genuine, and no sense in it: as if it had not come
        return std::nullopt;
    }
    room_.fingerprint = session::fingerprint(handshake_->peer());
    if (terms_.fingerprint && *terms_.fingerprint != room_.fingerprint)
        return HostKeyChanged{*terms_.fingerprint, room_.fingerprint};
    // Who knows the room's key is who we mean.
    if (!terms_.fingerprint && terms_.asks_trust && !terms_.key) return HostUnknown{room_};
    return room_;
}

bool Connector::agree_on_key(wire::Reader& payload) {
    if (!key_exchange_) return true;
    const auto theirs = session::CpacePoint::from(payload.bytes(session::CpacePoint::size));
    session::RoomPasswordExchange::Proof proof{};
    const auto shown = payload.bytes(proof.size());
    std::copy(shown.begin(), shown.end(), proof.begin());
    const auto agreed = theirs ? key_exchange_->finish(session::Cpace::Role::initiator, *theirs)
                               : std::optional<session::RoomPasswordExchange::Agreed>();
    if (!agreed || !payload.is_ok() || !session::is_equal(agreed->proof, proof)) return false;
    handshake_->set_pre_shared_key(agreed->pre_shared);
    return true;
}

std::unique_ptr<session::Session> Connector::join(std::string_view payload, Instant now) {
    handshake_->set_identity(terms_.identity);
    const auto message = handshake_->write(payload);
    if (!message) return nullptr;
    ask(Stage::joining, format(wire::JoinRequest{server_, *message}), now);
    return std::make_unique<session::Session>(handshake_->keys(), client_, server_, random_, now);
}

std::optional<std::string> Connector::poll_transmit(Instant now) {
    if (is_heard_ || ask_at_ > now) return std::nullopt;
    const auto index = std::min(static_cast<std::size_t>(asked_), ask_again_after.size() - 1);
    ask_at_ = now + (asked_ < eager_requests ? ask_again_after[index] : patient_interval);
    ++asked_;
    return request_;
}

bool Connector::is_stuck() const {
    return !is_probing() && !is_heard_ && asked_ > most_requests;
}

} // namespace chat
