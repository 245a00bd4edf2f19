// SPDX-License-Identifier: MIT
#include "tests/sim/hostile.hpp"

#include <algorithm>
#include <utility>

namespace sim {

using namespace std::chrono_literals;
using test::ack_of;
using test::frames;
using test::RawClient;

namespace {

net::Address address_of(std::uint64_t seed, int net) {
    return net::Address::parse("10.0." + std::to_string(net) + "." + std::to_string(1 + seed % 250),
                               static_cast<std::uint16_t>(6000 + seed / 250 % 1000))
        .value();
}

/// Frames that take up room and ask for nothing.
std::string padding(std::size_t size) {
    return std::string(size, frames(wire::PingFrame{}).front());
}

std::string text_command(std::string_view text) {
    // As wire::encode() writes a Say, but with any bytes as its text.
    std::string out = wire::encode(wire::Say{text::Text::from_untrusted("x")}).substr(0, 1);
    wire::Writer(out).string(text);
    return out;
}

} // namespace

Hostile::Hostile(World& world, std::uint64_t seed)
    : world_(world)
    , random_(seed)
    , seed_(seed)
    , at_(address_of(seed, 200))
    , victim_(address_of(seed, 201))
    , bytes_(~seed) { // the world's own are of the seed
    world_.settle(*this, at_);
    world_.settle(bystander_, victim_);
    change_key();
}

Hostile::~Hostile() {
    world_.leave(*this);
    world_.leave(bystander_);
}

net::Address Hostile::victim(std::uint16_t port) {
    const auto at = victim_.with_port(port);
    world_.settle(bystander_, at);
    return at;
}

const test::Heard& Hostile::heard() const {
    static const test::Heard nothing;
    const auto* session = std::as_const(*client_).session();
    return session == nullptr ? nothing : session->heard();
}

void Hostile::handle_datagram(const net::Address& at, std::string_view bytes) {
    if (at != at_) return;
    const auto before = heard().packets;
    client_->take(bytes);
    if (heard().packets > before) note_texts();
    if (!is_well_behaved || heard().packets == before || heard().close) return;
    if (const auto answer = client_->session()->true_answer(); !answer.empty()) put(answer);
}

void Hostile::note_texts() {
    for (auto next = heard().events.rbegin(); next != heard().events.rend(); ++next) {
        const auto event = wire::decode_event(next->first, next->second);
        const auto* said = event ? std::get_if<wire::Said>(&event->what) : nullptr;
        if (said != nullptr) texts_.emplace(said->text.view());
    }
}

void Hostile::wait(Duration duration) {
    constexpr Duration step = 50ms;
    for (; duration > Duration::zero(); duration -= step) {
        if (meanwhile) meanwhile();
        world_.run(std::min(duration, step));
    }
}

bool Hostile::wait_until(const std::function<bool()>& holds, Duration most) {
    for (Duration waited{}; !holds() && waited < most; waited += 5ms) wait(5ms);
    return holds();
}

std::uint64_t Hostile::command(std::string_view bytes) {
    ++number_;
    if (bytes.size() <= wire::max_whole_message) {
        put(frames(wire::CommandFrame{number_, bytes}));
        return number_;
    }
    for (std::size_t offset = 0; offset < bytes.size(); offset += wire::part_size)
        put(frames(
            wire::PartFrame{true, number_, offset, bytes.size(), bytes.substr(offset, wire::part_size)}));
    return number_;
}

std::uint64_t Hostile::say(const std::string& text) {
    return command(wire::encode(wire::Say{text::Text::from_untrusted(text)}));
}

std::uint64_t Hostile::rename(std::string_view name) {
    return command(wire::encode(wire::Rename{text::Name::parsed(name).value()}));
}

std::string Hostile::words() {
    return "evil " + std::to_string(seed_) + " " + std::to_string(random_());
}

void Hostile::change_key() {
    client_ = std::make_unique<RawClient>(RawClient::key(1'000'000 * seed_ + ++keys_), bytes_);
    outbox_ = random_();
    attempt_ = 0;
    is_in_ = false;
}

bool Hostile::greet() {
    send(client_->probe());
    if (!wait_until([&] { return client_->has_room(); })) return false;
    send(client_->hello());
    return wait_until([&] { return client_->has_host(); });
}

wire::JoinPayload Hostile::payload(const std::string& name) {
    return RawClient::payload(name, outbox_, ++attempt_);
}

bool Hostile::join(const wire::JoinPayload& wanted) {
    if (!greet()) return false;
    send(client_->join(wire::encode(wanted)));
    is_in_ = true;
    wait_until([&] { return client_->is_welcome() || heard().close; });
    is_in_ = client_->is_welcome();
    if (is_in_) number_ = heard().welcome->last_command;
    return is_in_;
}

bool Hostile::be_in(const std::string& name) {
    if (is_in()) return true;
    if (join(payload(name))) return true;
    // It is somebody else's, or this key has to wait.
    change_key();
    return join(payload(name + std::to_string(random_() % 10000)));
}

void Hostile::close() {
    if (is_in()) put(frames(wire::CloseFrame{}));
    is_in_ = false;
}

void Hostile::fall_silent() {
    is_well_behaved = false;
    if (accomplice_) accomplice_->fall_silent();
}

Hostile& Hostile::accomplice() {
    if (!accomplice_) accomplice_ = std::make_unique<Hostile>(world_, seed_ + 100);
    accomplice_->meanwhile = meanwhile;
    return *accomplice_;
}

// ---- handshakes

bool send_malformed_joins(Hostile& hostile) {
    const auto whole = wire::encode(hostile.payload("mallory"));
    const std::vector<std::string> payloads = {"",
                                               whole.substr(0, whole.size() - 1),
                                               wire::encode(hostile.payload("")),
                                               wire::encode(hostile.payload(std::string(900, 'm'))),
                                               wire::encode(hostile.payload("\x1b[31m")),
                                               std::string(200, '\xFF')};
    hostile.change_key();
    for (const auto& payload : payloads) {
        if (!hostile.greet()) return false;
        const auto request = hostile.client().join(payload);
        hostile.send(request);
        hostile.send(request);
        hostile.send(hostile.client().join(whole + "x"));
        hostile.wait(10ms);
    }
    hostile.change_key();
    return true;
}

bool close_and_join_in_one_burst(Hostile& hostile) {
    const auto name = "burst" + std::to_string(hostile.random()() % 1000);
    hostile.close();
    hostile.change_key();
    if (!hostile.be_in(name)) return false;
    auto before = *hostile.client().session();
    auto& other = hostile.accomplice();
    other.close();
    other.change_key();
    if (!hostile.greet() || !other.greet()) return false;
    hostile.send(before.packet(frames(wire::CloseFrame{})));
    hostile.send(hostile.client().join(wire::encode(hostile.payload(name))));
    other.send(other.client().join(wire::encode(other.payload(name))));
    hostile.wait(1s);
    hostile.change_key();
    other.change_key();
    return true;
}

bool join_and_leave_in_bursts(Hostile& hostile) {
    int joins = 0;
    for (int i = 0; i < 20; ++i) {
        if (!hostile.greet()) break;
        hostile.send(hostile.client().join(wire::encode(hostile.payload("burst"))));
        hostile.put(frames(wire::CloseFrame{}));
        hostile.send(hostile.client().join(wire::encode(hostile.payload("burst"))));
        hostile.put(frames(wire::CloseFrame{}));
        ++joins;
    }
    hostile.wait(200ms);
    hostile.change_key();
    return joins > 0;
}

bool bring_many_keys(Hostile& hostile) {
    int joined = 0;
    for (int i = 0; i < 60; ++i) {
        hostile.change_key();
        if (!hostile.greet()) continue;
        hostile.send(hostile.client().join(
            wire::encode(hostile.payload("k" + std::to_string(hostile.random()() % 100000)))));
        ++joined;
    }
    hostile.wait(100ms);
    hostile.change_key();
    return joined > 0;
}

bool race_for_a_name(Hostile& hostile) {
    auto& other = hostile.accomplice();
    hostile.change_key();
    other.change_key();
    if (!hostile.greet() || !other.greet()) return false;
    const auto name = "prize" + std::to_string(hostile.random()() % 1000);
    hostile.send(hostile.client().join(wire::encode(hostile.payload(name))));
    other.send(other.client().join(wire::encode(other.payload(name))));
    hostile.wait(200ms);
    hostile.change_key();
    other.change_key();
    return true;
}

bool claim_cursors(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    const auto welcome = *hostile.heard().welcome;
    for (const auto cursor : {wire::Sequence{1}, welcome.head, welcome.head + 1, wire::max_varint}) {
        auto payload = hostile.payload("mallory");
        payload.log_id = welcome.log_id;
        payload.cursor = cursor;
        payload.mark = hostile.random()() % 2 == 0 ? 0 : hostile.random()();
        payload.history = wire::max_varint;
        if (!hostile.join(payload)) return true; // it has to wait
        hostile.wait(100ms);
    }
    return true;
}

// ---- acknowledgements and numbers

bool acknowledge_the_future(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    hostile.put(ack_of(0, hostile.client().session()->newest() + 1'000'000));
    hostile.wait_until([&] { return hostile.heard().close.has_value(); });
    return true;
}

bool acknowledge_skipped_numbers(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    // Whatever came, all numbers up to the newest are said to be here; over and over, since few are skipped.
    for (int i = 0; i < 400 && hostile.is_in(); ++i) {
        hostile.put(frames(wire::PingFrame{}) + ack_of(0, hostile.client().session()->newest()));
        hostile.wait(50ms);
    }
    return true;
}

bool claim_enormous_delays(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    hostile.is_well_behaved = false;
    for (int i = 0; i < 10 && hostile.is_in(); ++i) {
        hostile.say(hostile.words());
        hostile.wait(20ms);
        const auto newest = hostile.client().session()->newest_eliciting();
        // The first byte of an ACK, then the largest number and a delay that, counted in nanoseconds, does
        // not fit what it is counted in.
        auto inside = ack_of(newest, newest).substr(0, 1);
        wire::Writer writer(inside);
        writer.varint(newest);
        writer.varint(i % 2 == 0 ? std::uint64_t{1} << 57 : wire::max_varint);
        writer.varint(0);
        writer.varint(0);
        hostile.put(inside);
        hostile.wait(20ms);
    }
    hostile.is_well_behaved = true;
    return true;
}

bool never_acknowledge(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    hostile.is_well_behaved = false;
    for (int i = 0; i < 20; ++i) {
        hostile.put(padding(100));
        hostile.wait(100ms);
    }
    hostile.is_well_behaved = true;
    return true;
}

bool number_packets_at_will(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    auto& session = *hostile.client().session();
    const auto again = session.packet(frames(wire::PingFrame{}));
    for (const auto ahead : {1U, 7U, 100U, 1U, 100'000U}) {
        hostile.send(again);
        hostile.send(session.packet(frames(wire::PingFrame{}), session.next_number() + ahead));
        hostile.send(session.packet(padding(64), 0)); // another packet with a number that was used
        hostile.wait(20ms);
    }
    hostile.send(session.packet(padding(1), wire::max_varint));
    hostile.wait(20ms);
    session.go_on_at(session.next_number() + 200'000);
    hostile.close();
    hostile.change_key();
    return true;
}

// ---- addresses

bool move_to_a_victim_blind(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    // Something to be found that is worth sending.
    for (int i = 0; i < 4; ++i) hostile.say(hostile.words() + std::string(7000, 'x'));
    hostile.wait(3s);
    auto& session = *hostile.client().session();
    const auto victim = hostile.victim();
    const auto from = session.newest();
    std::uint64_t wanted = 1'000'000 + hostile.random()() % 1'000'000;
    hostile.send_from(victim, session.packet(padding(100)));
    hostile.wait(20ms);
    // What the host has sent there since is guessed: one more packet each time.
    for (std::uint64_t i = 1; i < 40 && hostile.is_in(); ++i) {
        auto inside =
            ack_of(from + 1, from + i) + frames(wire::SearchFrame{++wanted, wire::max_varint, 200, "evil"});
        hostile.send_from(victim, session.packet(inside));
        hostile.wait(20ms);
    }
    hostile.wait(500ms);
    hostile.close();
    hostile.change_key();
    return true;
}

bool copy_what_others_send(Hostile& hostile) {
    auto& world = hostile.world();
    bool is_busy = false;
    int copied = 0;
    world.tap([&](bool to_hub, const net::Address& peer, const std::string& bytes) {
        const auto packet = wire::parse_packet(bytes);
        if (!to_hub || is_busy || peer == hostile.at() || !packet) return;
        is_busy = true;
        if (std::holds_alternative<wire::Data>(*packet)) {
            world.send_as(hostile, hostile.at(), bytes, true);
            ++copied;
        }
        is_busy = false;
    });
    hostile.wait(3s);
    world.tap({});
    return copied > 0;
}

bool forge_off_the_path(Hostile& hostile) {
    auto& world = hostile.world();
    for (int i = 0; i < 200; ++i) {
        std::string bytes(1, static_cast<char>(0x80 + hostile.random()() % 7));
        for (auto size = hostile.random()() % 200; size > 0; --size)
            bytes += static_cast<char>(hostile.random()());
        const auto member = hostile.random()() % world.member_count();
        if (i % 3 == 0) world.forge_to(member, bytes);
        hostile.send_from(i % 2 == 0 ? world.member(member).address : hostile.victim(), bytes);
        if (i % 20 == 0) hostile.wait(5ms);
    }
    return true;
}

bool forge_icmp(Hostile& hostile) {
    auto& world = hostile.world();
    for (std::size_t i = 0; i < world.member_count(); ++i) {
        if (!world.member(i).is_online || world.member(i).is_closed) continue;
        for (int again = 0; again < 20; ++again) world.forge_icmp(world.member(i).address);
        world.forge_icmp_to(i);
    }
    hostile.wait(100ms);
    return true;
}

bool forge_classic_joins(Hostile& hostile) {
    // Eight talk to each other, and none of them is there.
    std::vector<std::pair<net::Address, std::string>> forged;
    for (std::uint16_t port = 7000; port < 7008; ++port)
        forged.emplace_back(hostile.victim(port),
                            "f" + std::to_string(port) + "x" + std::to_string(hostile.random()() % 1000));
    for (const auto& [source, name] : forged) hostile.send_from(source, "L " + name);
    hostile.wait(50ms);
    for (int line = 0; line < 15; ++line) {
        for (const auto& [source, name] : forged)
            hostile.send_from(source, "C " + name + " " + hostile.words() + std::string(800, 'x'));
        hostile.wait(100ms);
    }
    hostile.wait(1s);
    for (const auto& [source, name] : forged) hostile.send_from(source, "Q " + name);
    return true;
}

// ---- what it costs

bool send_overlapping_parts(Hostile& hostile) {
    // What is off the grid may end the session; whoever sends it comes again.
    const std::string piece(1000, 'p');
    for (int again = 0; again < 3; ++again) {
        if (!hostile.be_in()) return again > 0;
        const auto first = hostile.heard().welcome->last_command + 1;
        for (std::uint64_t i = 0; i < 1000 && hostile.is_in(); ++i) {
            const auto number = first + 1 + i % 30;
            hostile.put(frames(wire::PartFrame{true, number, i * 7 % 7000, wire::max_message, piece}));
            if (i % 20 == 0) hostile.wait(2ms);
        }
        hostile.wait(20ms);
    }
    hostile.close();
    return true;
}

bool search_without_end(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    std::uint64_t number = 1'000'000 + hostile.random()() % 1'000'000;
    for (int i = 0; i < 20 && hostile.is_in(); ++i) {
        std::string inside;
        for (int more = 0; more < 67; ++more)
            inside += frames(wire::SearchFrame{++number, wire::max_varint, 200, "zz"});
        hostile.put(inside.substr(0, wire::max_packet - 40 - (wire::max_packet - 40) % (inside.size() / 67)));
        hostile.wait(20ms);
    }
    return true;
}

bool change_outboxes(Hostile& hostile) {
    for (std::uint64_t i = 0; i < 12; ++i) {
        auto payload = hostile.payload("mallory");
        payload.outbox = hostile.random()();
        if (!hostile.join(payload)) return i > 1;
        for (int line = 0; line < 12; ++line) hostile.say(hostile.words());
        hostile.wait(20ms);
    }
    return true;
}

// ---- names and words

bool look_like_others(Hostile& hostile) {
    auto& other = hostile.accomplice();
    if (!hostile.be_in("aiice") || !other.be_in("zed")) return false;
    hostile.rename("aIice");
    hostile.wait(200ms);
    hostile.rename("nobody" + std::to_string(hostile.random()() % 1000));
    hostile.wait(200ms);
    other.rename("alice");
    hostile.wait(200ms);
    hostile.rename("вob"); // its first letter is Cyrillic
    hostile.wait(200ms);
    hostile.rename("vob" + std::to_string(hostile.random()() % 1000));
    other.rename("bob");
    hostile.wait(200ms);
    other.close();
    return true;
}

bool send_bad_commands(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    const auto name = text::Name::parsed("someone").value();
    const std::vector<std::string> bad = {
        text_command(""),
        text_command(" "),
        text_command("\x1b]0;owned\x07"),
        text_command("a\xE2\x80\xAE"
                     "b"),
        text_command("\xC3"),
        text_command(std::string(wire::max_text + 1, 'x')),
        std::string("\xFF"),
        std::string("\x05\x01:"),
        wire::encode(wire::Join{name, false}),
        wire::encode(wire::Leave{}),
        wire::encode(wire::Kick{wire::host_id, {}}),
        wire::encode(wire::Shout{text::Text::from_untrusted("shouted")}),
        wire::encode(wire::Whisper{name, text::Text::from_untrusted("hi")}) + "x",
    };
    for (const auto& bytes : bad) {
        hostile.command(bytes);
        hostile.wait(250ms);
        if (!hostile.is_in()) break;
    }
    hostile.put(frames(wire::CommandFrame{wire::max_varint, text_command("far")}));
    hostile.put(
        frames(wire::CommandFrame{hostile.heard().welcome->last_command + 5000, text_command("far")}));
    hostile.wait(100ms);
    return true;
}

const std::vector<NamedAct>& hostile_acts() {
    static const std::vector<NamedAct> acts = {
        {"send malformed joins", send_malformed_joins},
        {"look like others", look_like_others},
        {"acknowledge the future", acknowledge_the_future},
        {"acknowledge skipped numbers", acknowledge_skipped_numbers},
        {"claim enormous delays", claim_enormous_delays},
        {"never acknowledge", never_acknowledge},
        {"move to a victim blind", move_to_a_victim_blind},
        {"copy what others send", copy_what_others_send},
        {"send overlapping parts", send_overlapping_parts},
        {"search without end", search_without_end},
        {"close and join in one burst", close_and_join_in_one_burst},
        {"join and leave in bursts", join_and_leave_in_bursts},
        {"change outboxes", change_outboxes},
        {"bring many keys", bring_many_keys},
        {"race for a name", race_for_a_name},
        {"claim cursors", claim_cursors},
        {"send bad commands", send_bad_commands},
        {"number packets at will", number_packets_at_will},
        {"forge off the path", forge_off_the_path},
        {"forge ICMP errors", forge_icmp},
        {"forge classic joins", forge_classic_joins},
    };
    return acts;
}

} // namespace sim
