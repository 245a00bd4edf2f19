// SPDX-License-Identifier: MIT
#include "tests/sim/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace sim {
namespace {

namespace classic = wire::classic;

net::Address member_address(std::size_t index) {
    // On the host's network, eight to an address, as a real one allows.
    const auto host =
        "10.0." + std::to_string(1 + index / 8 / 200) + "." + std::to_string(2 + index / 8 % 200);
    return net::Address::parse(host, static_cast<std::uint16_t>(5000 + index % 8)).value();
}

class MemoryResumeStore final : public chat::ResumeStore {
  public:
    std::optional<std::string> load(const chat::RoomId& room) override {
        const auto found = kept_.find(room);
        return found == kept_.end() ? std::nullopt : std::optional(found->second);
    }
    void save(const chat::RoomId& room, const std::string& bytes) override { kept_[room] = bytes; }

  private:
    std::map<chat::RoomId, std::string> kept_;
};

const auto stranger_address = net::Address::parse("192.0.2.9", 4000).value();

} // namespace

World::World(std::uint64_t seed, Network network, chatd::Hub::Options options)
    : random_(seed)
    , network_(network)
    , hub_random_(seed)
    , member_random_(seed + 1)
    , options_(std::move(options))
    , log_({7}) {
    start_host();
}

void World::start_host() {
    hub_ = std::make_unique<chatd::Hub>(options_, hub_random_);
    hub_->set_prefixes({{2, net::Address::parse("10.0.0.1", 0).value(), 16}});
    hub_->restore(log_, now_);
    told_.clear();
    told_set_.clear();
    room_ = {};
    for (const auto& committed : log_.entries()) tell_of(committed);
    paths_.clear(); // it knows nobody
    restarts_told_.clear();
    searching_.clear();
    hellos_.clear();
    note("the host starts at " + std::to_string(log_.last()));
    step_hub();
}

void World::crash_host(Crash when) {
    if (when == Crash::after_commit) log_.commit();
    log_.crash();
    commit_at_.reset();
    hub_.reset();
    note("the host dies");
}

void World::slow_disk(Duration delay) {
    disk_delay_ = delay;
    log_.hold_back();
}

void World::tell_of(const wire::CommittedEntry& committed) {
    // What the log says is the measure of what members hear: a command may be in it twice, and counts once.
    const auto result = room_.apply(committed);
    const auto* event = std::get_if<wire::Event>(&result);
    if (event == nullptr) return;
    const auto tell = [&](const text::Text& text) {
        told_set_.emplace(text.view());
        told_.emplace_back(text.view());
    };
    if (const auto* said = std::get_if<wire::Said>(&event->what)) tell(said->text);
    if (const auto* shouted = std::get_if<wire::Shouted>(&event->what)) tell(shouted->text);
}

std::size_t World::add_member(const std::string& name) {
    auto member = std::make_unique<Member>();
    member->name = name;
    member->link = std::make_unique<chat::ClassicClient>(name, now_);
    return add(std::move(member));
}

std::size_t World::add_session_member(const std::string& name, std::optional<std::string> password,
                                      std::size_t history) {
    auto member = std::make_unique<Member>();
    member->name = name;
    member->key = members_.size() + 1000;
    member->password = std::move(password);
    member->history = history;
    member->resume_store = std::make_shared<MemoryResumeStore>();
    member->link = link_of(*member);
    return add(std::move(member));
}

std::unique_ptr<chat::Link> World::link_of(const Member& member) {
    test::SeededRandom identity(member.key);
    return std::make_unique<chat::SessionClient>(
        chat::SessionClient::Options{
            member.name,
            {.identity = session::KeyPair::generate(identity), .password = member.password},
            member.history,
            member.resume_store},
        member_random_, now_);
}

void World::restart(std::size_t index) {
    auto& member = *members_[index];
    note("restart " + member.name);
    move(index); // another process has another port
    member.link = link_of(member);
    member.lines.clear();
    member.sent.clear();
    member.shown.clear();
    member.is_online = false;
    member.is_closed = false;
    begin_screen(member);
    step_member(member);
}

void World::begin_screen(Member& member) const {
    if (!has_screens_) return;
    member.model = std::make_unique<chat::Model>();
    member.model->members.own_name = member.name;
}

std::size_t World::add(std::unique_ptr<Member> member) {
    member->address = member_address(addresses_++);
    begin_screen(*member);
    by_address_[member->address.to_string()] = members_.size();
    members_.push_back(std::move(member));
    step_member(*members_.back());
    return members_.size() - 1;
}

void World::move(std::size_t index) {
    auto& member = *members_[index];
    by_address_.erase(member.address.to_string());
    member.address = member_address(addresses_++);
    by_address_[member.address.to_string()] = index;
}

void World::say(std::size_t index, const std::string& text) {
    auto& member = *members_[index];
    if (!member.link) return;
    member.said.push_back(text);
    said_at_[text] = now_;
    show(member, text);
    member.lines[next_id_] = text;
    member.link->submit(next_id_++, wire::Say{text::Text::lines_from_untrusted(text)});
    step_member(member);
}

chat::LineId World::submit(std::size_t index, wire::Command command) {
    auto& member = *members_[index];
    const auto id = next_id_++;
    note(member.name + " submits " + std::to_string(id));
    member.link->submit(id, command);
    step_member(member);
    return id;
}

void World::show_typing(std::size_t index, bool is_typing) {
    members_[index]->link->show_typing(is_typing);
    step_member(*members_[index]);
}

void World::find(std::size_t index, wire::Sequence before, const std::string& needle) {
    members_[index]->link->find(before, needle);
    step_member(*members_[index]);
}

void World::quit(std::size_t index) {
    auto& member = *members_[index];
    if (!member.link) return;
    member.link->quit(now_);
    step_member(member);
}

void World::kill(std::size_t index) {
    members_[index]->link.reset();
    note("kill " + members_[index]->name);
}

void World::forge(const std::string& bytes) {
    stranger_in_ += bytes.size();
    flights_.emplace(now_ + network_.shortest_delay, Flight{true, stranger_address, bytes});
}

void World::settle(Actor& actor, const net::Address& at) {
    actors_[at.to_string()] = &actor;
}

void World::leave(const Actor& actor) {
    std::erase_if(actors_, [&](const auto& entry) { return entry.second == &actor; });
}

void World::send_as(const Actor& actor, const net::Address& source, std::string bytes, bool comes_first) {
    Flight flight{true, source, std::move(bytes)};
    const auto found = actors_.find(source.to_string());
    flight.is_actors = true;
    flight.is_proof = found != actors_.end() && found->second == &actor && paths_[found->first].is_heard_at;
    if (!comes_first) return send_on(std::move(flight), {});
    deliver(std::move(flight));
    if (hub_) step_hub();
}

void World::forge_to(std::size_t index, std::string bytes) {
    Flight flight{false, members_[index]->address, std::move(bytes)};
    flight.is_actors = true;
    deliver(std::move(flight));
}

void World::forge_icmp(const net::Address& peer) {
    deliver({true, peer, "bob: a line that was never sent there", true});
}

void World::forge_icmp_to(std::size_t index) {
    auto& member = *members_[index];
    if (!member.link) return;
    member.link->handle_port_closed(now_);
    step_member(member);
}

WallTime World::wall_time() const {
    constexpr WallTime begin{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
    return begin + std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch());
}

void World::run(Duration duration) {
    const auto end = now_ + duration;
    if (hub_) step_hub(); // what the admin did since
    for (;;) {
        // Whatever is next: an arrival, the hub's deadline or a member's.
        Instant next = end;
        if (!flights_.empty()) next = std::min(next, flights_.begin()->first);
        if (commit_at_) next = std::min(next, *commit_at_);
        if (hub_ && log_.is_busy()) next = now_;
        if (hub_)
            if (const auto deadline = hub_->next_deadline()) next = std::min(next, std::max(now_, *deadline));
        for (const auto& member : members_)
            if (member->link)
                if (const auto deadline = member->link->next_deadline())
                    next = std::min(next, std::max(now_, *deadline));
        if (next >= end) break;
        now_ = next;
        while (!flights_.empty() && flights_.begin()->first <= now_) {
            auto flight = std::move(flights_.begin()->second);
            flights_.erase(flights_.begin());
            deliver(std::move(flight));
        }
        if (hub_) {
            hub_->handle_deadline(now_);
            step_hub();
        }
        REQUIRE_MESSAGE(++steps_ < 2'000'000, trace_);
        for (const auto& member : members_) {
            if (!member->link) continue;
            member->link->handle_deadline(now_);
            step_member(*member);
        }
    }
    now_ = end;
}

void World::Disk::write(chatd::LogBatch batch) {
    const auto commit_within = [&](Duration delay) {
        if (world_.disk_delay_ == Duration::zero()) return;
        world_.commit_at_ = std::min(world_.commit_at_.value_or(world_.now_ + delay), world_.now_ + delay);
    };
    // Paths wait for the next entries, but not for long.
    if (!batch.paths.empty()) commit_within(std::chrono::milliseconds(500));
    if (!batch.entries.empty()) commit_within(world_.disk_delay_);
    world_.log_.write(std::move(batch));
}

void World::Disk::ask(chatd::LogQuery query) {
    // Whatever it asks, a member has one search under way.
    if (query.is_search) {
        ++world_.searches_;
        CHECK_MESSAGE(world_.searching_.insert(query.ticket).second, world_.trace_);
    }
    world_.log_.ask(std::move(query));
}

chatd::LogNews World::Disk::drain_news() {
    if (world_.commit_at_ && *world_.commit_at_ <= world_.now_) {
        world_.commit_at_.reset();
        world_.log_.commit();
    }
    auto news = world_.log_.drain_news();
    for (const auto& committed : news.committed) world_.tell_of(committed);
    for (const auto& page : news.pages)
        if (page.is_search) world_.searching_.erase(page.ticket);
    return news;
}

void World::step_hub() {
    chatd::run_turn(*hub_, disk_, now_, wall_time(), [this] { transmit(); });
    check_roster();
    // No larger than what it sent, but for one refusal a second.
    const auto seconds = 1 + static_cast<std::size_t>((now_ - stranger_since_) / std::chrono::seconds(1));
    CHECK_MESSAGE(stranger_out_ <= stranger_in_ + seconds * classic::max_refusal, trace_);
}

void World::transmit() {
    while (const auto next = hub_->poll_transmit(now_)) {
        if (const auto packet = wire::parse_packet(next->bytes)) {
            CHECK_MESSAGE(next->bytes.size() <= wire::max_packet, trace_);
        } else {
            CHECK_MESSAGE(next->bytes.size() <= classic::max_datagram, trace_);
            CHECK_MESSAGE(text::is_valid_utf8(next->bytes), trace_);
        }
        if (next->path->peer == stranger_address) stranger_out_ += next->bytes.size();
        send({false, next->path->peer, std::string(next->bytes)});
    }
}

void World::step_member(Member& member) {
    while (const auto datagram = member.link->poll_transmit(now_)) send({true, member.address, *datagram});
    while (const auto event = member.link->poll_event()) hear(member, *event);
    if (!member.resume_store) return;
    member.link->set_seen(member.last_sequence);
    while (const auto datagram = member.link->poll_transmit(now_)) send({true, member.address, *datagram});
}

void World::note(const std::string& what) {
    constexpr std::size_t enough = 200'000;
    if (trace_.size() > enough) trace_.erase(0, enough / 2);
    trace_ += std::to_string((now_.time_since_epoch() - std::chrono::hours(1)).count() / 1000) + " us " +
              what + "\n";
}

} // namespace sim
