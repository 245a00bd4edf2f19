// SPDX-License-Identifier: MIT
#include "tests/support/raw_client.hpp"

#include "common/base/ensure.hpp"
#include "common/base/overloaded.hpp"
#include "tests/support/seeded_random.hpp"

#include <algorithm>
#include <utility>

namespace test {
namespace {

/// What both sides' handshake stands on.
std::string prologue_of(const wire::RoomAnswer& room, wire::SessionId client) {
    return wire::handshake_prologue(room.description, client);
}

wire::RoomAnswer parsed_room(std::string_view datagram) {
    return std::get<wire::RoomAnswer>(*wire::parse_packet(datagram));
}

void note(Heard& heard, const wire::Frame& frame) {
    std::visit(
        Overloaded{
            [&](const wire::WelcomeFrame& welcome) {
                heard.welcome = {welcome.log_id, welcome.head, welcome.start, welcome.last_command,
                                 std::string(welcome.name)};
            },
            [&](const wire::ResultFrame& result) {
                heard.results[result.number] = {result.status == wire::ResultFrame::Status::accepted,
                                                result.sequence, std::string(result.reason)};
            },
            [&](const wire::EventsFrame& events) {
                for (std::size_t i = 0; i < events.events.size(); ++i)
                    heard.events[events.first + i] = events.events[i];
            },
            [&](const wire::CommandFrame& command) { heard.commands[command.number] = command.command; },
            [&](const wire::ChallengeFrame& challenge) { heard.challenge = challenge.token; },
            [&](const wire::NoticeFrame& notice) { heard.notices.emplace_back(notice.text); },
            [&](const wire::MatchesFrame& found) { heard.found_bytes += found.bytes.size(); },
            [&](const wire::CloseFrame& close) {
                heard.close = close.code;
                heard.close_words = close.text;
            },
            [](const auto&) {},
        },
        frame);
}

} // namespace

std::string ack_of(std::uint64_t first, std::uint64_t last, std::chrono::milliseconds delay) {
    return frames(wire::AckFrame{delay, {{first, last}}});
}

bool Heard::has_said(std::string_view text) const {
    return std::any_of(events.begin(), events.end(), [&](const auto& event) {
        const auto decoded = wire::decode_event(event.first, event.second);
        const auto* said = decoded ? std::get_if<wire::Said>(&decoded->what) : nullptr;
        return said != nullptr && said->text.view() == text;
    });
}

// ---- a session

std::string RawSession::packet(std::string_view inside, std::uint64_t number) const {
    auto packet = wire::format_data_header(theirs_, number);
    const auto header = packet;
    session::seal(keys_.send, number, header, inside, packet);
    return packet;
}

bool RawSession::take(const wire::Data& data, std::string_view datagram) {
    std::string inside;
    if (data.receiver != ours_ || !session::open(keys_.receive, data.number,
                                                 datagram.substr(0, wire::data_header), data.sealed, inside))
        return false;
    received_.insert(data.number);
    newest_ = std::max(newest_, data.number);
    ++heard_.packets;
    const auto parsed = wire::parse_frames(inside);
    if (!parsed) ++heard_.malformed;
    if (!parsed) return true;
    for (const auto& frame : *parsed) {
        if (wire::is_eliciting(frame)) {
            is_ack_due_ = true;
            newest_eliciting_ = std::max(newest_eliciting_, data.number);
        }
        if (const auto* challenge = std::get_if<wire::ChallengeFrame>(&frame))
            responses_ += frames(wire::ResponseFrame{challenge->token});
        note(heard_, frame);
    }
    return true;
}

std::string RawSession::true_answer() {
    const auto responses = std::exchange(responses_, {});
    return std::exchange(is_ack_due_, false) ? responses + true_ack() : responses;
}

std::string RawSession::true_ack() const {
    if (received_.intervals().empty()) return {};
    wire::AckFrame ack;
    ack.intervals.assign(received_.intervals().rbegin(), received_.intervals().rend());
    return frames(ack);
}

// ---- a client

RawClient::RawClient(const session::KeyPair& identity, Random& random, std::optional<std::string> password)
    : identity_(identity)
    , random_(random)
    , password_(std::move(password)) {}

session::KeyPair RawClient::key(std::uint64_t seed) {
    SeededRandom random(seed);
    return session::KeyPair::generate(random);
}

std::string RawClient::probe() {
    constexpr std::string_view digits = "0123456789abcdef";
    wire::Probe probe;
    for (auto& digit : probe.nonce) digit = digits[random_.u64() % digits.size()];
    return format(probe);
}

std::string RawClient::hello() {
    ensure(has_room(), "a room has answered");
    const auto room = parsed_room(room_);
    client_ = random_.u64();
    server_.reset();
    const auto prologue = prologue_of(room, client_);
    handshake_.emplace(session::Handshake::Role::initiator, identity_, session::KeyPair::generate(random_),
                       prologue);
    exchange_.reset();
    if (password_) exchange_.emplace(*password_, prologue, random_);
    wire::Hello hello;
    hello.stamp = room.stamp;
    hello.cookie = room.cookie;
    hello.client = client_;
    hello.digest = session::short_digest(room.description);
    const auto message = handshake_->write(exchange_ ? exchange_->share().view() : std::string_view());
    hello.message = *message;
    return format(hello);
}

std::string RawClient::join(std::string_view payload) {
    ensure(has_host(), "the host has answered");
    auto handshake = *handshake_; // which may be ended in another way later
    const auto message = handshake.write(payload);
    ensure(message.has_value(), "the host's key is good");
    session_.emplace(handshake.keys(), client_, *server_);
    return format(wire::JoinRequest{*server_, *message});
}

wire::JoinPayload RawClient::payload(std::string name, std::uint64_t outbox, std::uint64_t attempt) {
    wire::JoinPayload payload;
    payload.name = std::move(name);
    payload.outbox = outbox;
    payload.attempt = attempt;
    return payload;
}

void RawClient::take(std::string_view datagram) {
    const auto packet = wire::parse_packet(datagram);
    if (!packet) return;
    if (std::holds_alternative<wire::RoomAnswer>(*packet)) {
        room_ = datagram;
    } else if (const auto* answer = std::get_if<wire::HostAnswer>(&*packet)) {
        if (!handshake_ || server_ || answer->client != client_) return;
        const auto payload = handshake_->read(answer->message);
        if (!payload) return;
        wire::Reader reader(*payload);
        server_ = reader.u64();
        if (!exchange_) return;
        const auto theirs = session::CpacePoint::from(reader.bytes(session::CpacePoint::size));
        const auto agreed = theirs ? exchange_->finish(session::Cpace::Role::initiator, *theirs)
                                   : std::optional<session::RoomPasswordExchange::Agreed>();
        if (agreed) handshake_->set_pre_shared_key(agreed->pre_shared); // whatever the host's proof says
    } else if (const auto* data = std::get_if<wire::Data>(&*packet)) {
        if (session_) session_->take(*data, datagram);
    }
}

std::string RawClient::command(std::uint64_t number, const wire::Command& command) {
    const auto bytes = wire::encode(command);
    return session_->packet(frames(wire::CommandFrame{number, bytes}));
}

std::string RawClient::say(std::uint64_t number, std::string_view text) {
    return command(number, wire::Say{text::Text::from_untrusted(text)});
}

std::string RawClient::rename(std::uint64_t number, std::string_view name) {
    return command(number, wire::Rename{text::Name::parsed(name).value()});
}

// ---- a host

RawHost::RawHost(const session::KeyPair& identity, Random& random)
    : identity_(identity)
    , random_(random) {}

void RawHost::take(std::string_view datagram) {
    const auto packet = wire::parse_packet(datagram);
    if (!packet) return;
    if (const auto* probe = std::get_if<wire::Probe>(&*packet))
        nonce_ = probe->nonce;
    else if (std::holds_alternative<wire::Hello>(*packet))
        hello_ = datagram;
    else if (const auto* request = std::get_if<wire::JoinRequest>(&*packet))
        finish(*request);
    else if (const auto* data = std::get_if<wire::Data>(&*packet); data && session_)
        session_->take(*data, datagram);
}

std::string RawHost::room(std::string_view name, std::uint64_t boot_id) {
    ensure(is_probed(), "a probe has come");
    wire::RoomAnswer answer;
    answer.nonce = *nonce_;
    answer.boot_id = boot_id;
    answer.host_key = identity_.public_key.data;
    answer.room = name;
    answer.host = "host";
    room_ = format(answer);
    return room_;
}

std::string RawHost::host(std::string_view more, bool has_id) {
    ensure(is_greeted() && !room_.empty(), "a HELLO has come");
    const auto hello = std::get<wire::Hello>(*wire::parse_packet(*hello_));
    handshake_.emplace(session::Handshake::Role::responder, identity_, session::KeyPair::generate(random_),
                       prologue_of(parsed_room(room_), hello.client));
    if (!handshake_->read(hello.message)) return {};
    std::string payload;
    server_ = random_.u64();
    if (has_id) wire::Writer(payload).u64(server_);
    payload += more;
    const auto message = handshake_->write(payload);
    return message ? format(wire::HostAnswer{hello.client, *message}) : std::string();
}

void RawHost::finish(const wire::JoinRequest& request) {
    if (!handshake_ || request.server != server_) return;
    auto handshake = *handshake_;
    const auto payload = handshake.read(request.message);
    if (!payload) return; // of another handshake
    join_ = wire::decode_join(*payload);
    const auto hello = std::get<wire::Hello>(*wire::parse_packet(*hello_));
    session_.emplace(handshake.keys(), server_, hello.client);
}

wire::WelcomeFrame RawHost::welcome(wire::Sequence head, wire::Sequence start) const {
    wire::WelcomeFrame welcome;
    welcome.log_id.fill(7);
    welcome.head = head;
    welcome.start = start;
    welcome.name = join_ ? std::string_view(join_->name) : std::string_view();
    return welcome;
}

} // namespace test
