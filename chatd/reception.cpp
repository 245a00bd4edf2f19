// SPDX-License-Identifier: MIT
#include "chatd/reception.hpp"

#include "common/session/room_key.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

constexpr Duration half_open_lifetime = 5s;

} // namespace

Reception::Reception(Options options, const session::KeyPair& identity, session::Random& random)
    : options_(std::move(options))
    , identity_(identity)
    , random_(random)
    , boot_id_(random.u64())
    , cookies_(random) {
    for (auto* label : {&options_.room, &options_.host})
        label->resize(text::cut_length(*label, wire::max_label));
}

void Reception::set_key(std::optional<session::SecretText> key) {
    options_.key = std::move(key);
    half_open_.clear(); // they began under other terms
}

std::string Reception::answer(const wire::Probe& probe, const net::Address& peer, std::size_t members,
                              Instant now) {
    const auto [stamp, cookie] = cookies_.bake(peer, now);
    wire::RoomAnswer answer;
    answer.nonce = probe.nonce;
    answer.stamp = stamp;
    answer.cookie = cookie;
    answer.boot_id = boot_id_;
    answer.host_key = identity_.shared.data;
    answer.has_key = options_.key.has_value();
    answer.members = static_cast<std::uint16_t>(std::min<std::size_t>(members, 0xFFFF));
    answer.room = options_.room;
    answer.host = options_.host;
    return format(answer);
}

std::optional<std::string> Reception::answer(const wire::Hello& hello, const net::Address& peer,
                                             Instant now) {
    if (!cookies_.is_good(peer, hello.stamp, hello.cookie, now)) {
        ++refused_;
        return std::nullopt;
    }
    std::size_t from_host = 0;
    for (const auto& [id, half] : half_open_) {
        if (half.client == hello.client && half.peer == peer && half.hello == hello.message)
            return half.answer; // it was lost
        from_host += half.peer.holder_bytes() == peer.holder_bytes() ? 1 : 0;
    }
    if (half_open_.size() >= max_half_open || from_host >= max_half_open_per_host ||
        ++handshakes_this_turn_ > max_handshakes_per_turn) {
        ++refused_;
        return std::nullopt;
    }
    HalfOpen half{session::Handshake(session::Handshake::Role::responder, identity_,
                                     session::KeyPair::generate(random_),
                                     wire::handshake_prologue(options_.room, hello.client)),
                  peer,
                  hello.client,
                  std::string(hello.message),
                  {},
                  now};
    const auto share = half.handshake.read(hello.message);
    const auto id = random_.u64();
    const auto payload = share ? payload_for(half, id, *share) : std::nullopt;
    const auto message = payload ? half.handshake.write(*payload) : std::nullopt;
    if (!message) {
        ++refused_;
        return std::nullopt;
    }
    half.answer = format(wire::HostAnswer{hello.client, *message});
    return half_open_.emplace(id, std::move(half)).first->second.answer;
}

std::optional<std::string> Reception::payload_for(HalfOpen& half, wire::SessionId id,
                                                  std::string_view share) {
    std::string payload;
    wire::Writer writer(payload);
    writer.u64(id);
    if (!options_.key) return payload;
    const auto theirs = session::CpacePoint::from(share);
    if (!theirs) return std::nullopt;
    const session::RoomKeyExchange exchange(*options_.key,
                                            wire::handshake_prologue(options_.room, half.client), random_);
    const auto agreed = exchange.finish(session::Cpace::Role::responder, *theirs);
    if (!agreed) return std::nullopt;
    half.handshake.set_pre_shared_key(agreed->pre_shared);
    writer.bytes(exchange.share().view());
    writer.bytes({reinterpret_cast<const char*>(agreed->proof.data()), agreed->proof.size()});
    return payload;
}

std::optional<Reception::Arrival> Reception::finish(const wire::JoinRequest& request,
                                                    const net::Address& peer, Instant now) {
    const auto found = half_open_.find(request.server);
    if (found == half_open_.end() || ++handshakes_this_turn_ > max_handshakes_per_turn) return std::nullopt;
    auto& half = found->second;
    if (half.peer != peer) return std::nullopt;
    const auto bytes = half.handshake.read(request.message);
    if (!bytes) { // forged, perhaps: the genuine one may be on its way
        ++refused_;
        return std::nullopt;
    }
    auto join = wire::decode_join(*bytes);
    if (!join) { // its client is broken, and the handshake is over
        ++refused_;
        half_open_.erase(found);
        return std::nullopt;
    }
    Arrival arrival{
        std::make_unique<session::Session>(half.handshake.keys(), request.server, half.client, now),
        {half.handshake.peer().data},
        std::move(*join),
        half.began};
    half_open_.erase(found);
    return arrival;
}

void Reception::handle_deadline(Instant now) {
    std::erase_if(half_open_,
                  [&](const auto& half) { return now - half.second.began >= half_open_lifetime; });
}

std::optional<Instant> Reception::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& [id, half] : half_open_)
        if (const auto end = half.began + half_open_lifetime; !earliest || end < *earliest) earliest = end;
    return earliest;
}

} // namespace chatd
