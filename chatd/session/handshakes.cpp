// SPDX-License-Identifier: MIT
#include "chatd/session/handshakes.hpp"

#include "common/base/sooner.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

constexpr Duration half_open_lifetime = 5s;
constexpr Duration guesses_interval = 5s;

} // namespace

Handshakes::Handshakes(Options options, const session::KeyPair& identity, Random& random, Ledger& ledger)
    : options_(std::move(options))
    , identity_(identity)
    , random_(random)
    , boot_id_(random.u64())
    , cookies_(random)
    , ledger_(ledger) {
    for (auto* label : {&options_.room, &options_.host})
        label->resize(text::cut_length(*label, wire::max_label));
    describe();
}

void Handshakes::describe() {
    room_.has_password = options_.password.has_value();
    room_.features = wire::features;
    room_.boot_id = boot_id_;
    room_.host_key = identity_.public_key.data;
    room_.room = options_.room;
    room_.host = options_.host;
    description_ = wire::describe(room_);
    digest_ = session::short_digest(description_);
}

void Handshakes::set_password(std::optional<SecretText> password) {
    while (!half_open_.empty()) end(half_open_.begin(), true); // they began under other terms
    options_.password = std::move(password);
    describe();
}

std::string Handshakes::answer(const wire::Probe& probe, const net::Address& peer, std::size_t members,
                               Instant now) {
    const auto [stamp, cookie] = cookies_.bake(peer, now);
    auto answer = room_;
    answer.nonce = probe.nonce;
    answer.stamp = stamp;
    answer.cookie = cookie;
    answer.members = static_cast<std::uint16_t>(std::min<std::size_t>(members, 0xFFFF));
    return format(answer);
}

std::optional<std::string> Handshakes::answer(const wire::Hello& hello, const net::Address& peer,
                                              const Source& source, Instant now) {
    if (!has_good_cookie(hello, peer, now) || hello.digest != digest_) {
        ++refused_;
        return restarted(); // it is smaller than the HELLO
    }
    for (const auto& [id, half] : half_open_)
        if (half.client == hello.client && half.peer == peer && half.hello == hello.message)
            return half.answer; // it was lost
    auto answer = may_begin(source, now) ? begin(hello, peer, source, now) : std::nullopt;
    if (!answer) ++refused_;
    return answer;
}

bool Handshakes::may_begin(const Source& source, Instant now) {
    if (handshakes_this_turn_ >= max_handshakes_per_turn || !ledger_.may_add(Holding::half_open, source))
        return false;
    if (ledger_.spend(Cost::handshake, source, nullptr, now)) return true;
    ledger_.count_met();
    return false;
}

bool Handshakes::may_guess(const net::Address& peer, const Source& source, Instant now) {
    if (ledger_.spend(Cost::guess, source, nullptr, now)) return true;
    if (auto* guesses = guesses_of(peer.host())) guesses->are_put_off = true;
    ledger_.count_met();
    return false;
}

std::optional<std::string> Handshakes::begin(const wire::Hello& hello, const net::Address& peer,
                                             const Source& source, Instant now) {
    ++handshakes_this_turn_;
    const auto prologue = wire::handshake_prologue(description_, hello.client);
    HalfOpen half{session::Handshake(session::Handshake::Role::responder, identity_,
                                     session::KeyPair::generate(random_), prologue),
                  peer,
                  source,
                  hello.client,
                  std::string(hello.message),
                  {},
                  now};
    const auto share = half.handshake.read(hello.message);
    const auto point = share && options_.password ? session::CpacePoint::from(*share) : std::nullopt;
    if (!share || options_.password.has_value() != point.has_value()) return std::nullopt;
    if (options_.password && !may_guess(peer, source, now)) return std::nullopt;
    const auto id = random_.u64();
    const auto payload = payload_for(half, id, point, prologue);
    const auto message = payload ? half.handshake.write(*payload) : std::nullopt;
    if (!message) return std::nullopt;
    half.answer = format(wire::HostAnswer{hello.client, *message});
    half.is_guess = options_.password.has_value();
    ledger_.add(Holding::half_open, source);
    return half_open_.emplace(id, std::move(half)).first->second.answer;
}

std::map<std::string, Handshakes::Guesses> Handshakes::drain_guesses(Instant now) {
    if (guesses_.empty() || now < tell_guesses_at_) return {};
    tell_guesses_at_ = now + guesses_interval;
    return std::exchange(guesses_, {});
}

Handshakes::Guesses* Handshakes::guesses_of(const std::string& where) {
    if (guesses_.size() >= max_guessers && !guesses_.contains(where)) return nullptr;
    return &guesses_[where];
}

std::optional<std::string> Handshakes::payload_for(HalfOpen& half, wire::SessionId id,
                                                   const std::optional<session::CpacePoint>& share,
                                                   std::string_view prologue) {
    std::string payload;
    wire::Writer writer(payload);
    writer.u64(id);
    if (!options_.password) return payload;
    const session::RoomPasswordExchange exchange(*options_.password, prologue, random_);
    const auto agreed = exchange.finish(session::Cpace::Role::responder, *share);
    if (!agreed) return std::nullopt;
    half.handshake.set_pre_shared_key(agreed->pre_shared);
    writer.bytes(exchange.share().view());
    writer.bytes({reinterpret_cast<const char*>(agreed->proof.data()), agreed->proof.size()});
    return payload;
}

std::optional<Handshakes::Arrival> Handshakes::finish(const wire::JoinRequest& request,
                                                      const net::Address& peer, Instant now) {
    const auto found = half_open_.find(request.server);
    if (found == half_open_.end() || found->second.peer != peer ||
        handshakes_this_turn_ >= max_handshakes_per_turn)
        return std::nullopt;
    auto& half = found->second;
    // The HELLO has paid for one attempt to end it; each further one costs as much again.
    if (std::exchange(half.is_tried, true) && !ledger_.spend(Cost::handshake, half.source, nullptr, now)) {
        ledger_.count_met();
        ++refused_;
        return std::nullopt;
    }
    ++handshakes_this_turn_;
    const auto bytes = half.handshake.read(request.message);
    if (!bytes) { // perhaps it is forged, and the genuine one on its way
        ++refused_;
        return std::nullopt;
    }
    auto join = wire::decode_join(*bytes);
    if (!join) { // its client is broken, and the handshake is over
        ++refused_;
        end(found, true);
        return std::nullopt;
    }
    Arrival arrival{
        std::make_unique<session::Session>(half.handshake.keys(), request.server, half.client, random_, now),
        {half.handshake.peer().data},
        std::move(*join),
        half.began};
    end(found, true);
    return arrival;
}

void Handshakes::end(std::map<wire::SessionId, HalfOpen>::iterator half, bool is_joined) {
    const auto& source = half->second.source;
    ledger_.remove(Holding::half_open, source);
    if (half->second.is_guess && is_joined) ledger_.give_back(Cost::guess, source);
    if (half->second.is_guess && !is_joined)
        if (auto* guesses = guesses_of(half->second.peer.host())) ++guesses->failed;
    half_open_.erase(half);
}

std::size_t Handshakes::memory() const {
    std::size_t bytes = 0;
    for (const auto& [id, half] : half_open_) bytes += sizeof half + half.hello.size() + half.answer.size();
    return bytes;
}

void Handshakes::handle_deadline(Instant now) {
    for (auto next = half_open_.begin(); next != half_open_.end();) {
        const auto half = next++;
        if (now - half->second.began >= half_open_lifetime) end(half, false);
    }
}

std::optional<Instant> Handshakes::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& [id, half] : half_open_) earliest = sooner(earliest, half.began + half_open_lifetime);
    return guesses_.empty() ? earliest : sooner(earliest, tell_guesses_at_);
}

std::string Handshakes::Guesses::words() const {
    std::string words;
    if (failed > 0)
        words = std::to_string(failed) + (failed == 1 ? " guess" : " guesses") + " at the room's key failed";
    if (are_put_off)
        words +=
            std::string(words.empty() ? "" : "; ") + "further attempts are put off after too many guesses";
    return words;
}

} // namespace chatd
