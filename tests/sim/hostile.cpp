// SPDX-License-Identifier: MIT
#include "tests/sim/hostile.hpp"

#include <algorithm>
#include <utility>

namespace sim {

using namespace std::chrono_literals;
using test::frames;
using test::RawClient;

namespace {

net::Address address_of(std::uint64_t seed, int net) {
    return net::Address::parse("10.0." + std::to_string(net) + "." + std::to_string(1 + seed % 250),
                               static_cast<std::uint16_t>(6000 + seed / 250 % 1000))
        .value();
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

// ---- all that it does

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
