// SPDX-License-Identifier: MIT
#include "tests/sim/world.hpp"

#include "common/base/overloaded.hpp"

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

/// Sealed bytes say nothing; their size and number do.
std::string shown(const std::string& bytes) {
    const auto packet = wire::parse_packet(bytes);
    if (!packet) return text::escaped(bytes);
    std::string words = "packet " + std::to_string(packet->index()) + " of " + std::to_string(bytes.size());
    if (const auto* data = std::get_if<wire::Data>(&*packet))
        words += " number " + std::to_string(data->number);
    return words;
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
    knocks_.clear();
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

std::size_t World::add_session_member(const std::string& name, std::optional<std::string> key,
                                      std::size_t history) {
    auto member = std::make_unique<Member>();
    member->name = name;
    member->key = members_.size() + 1000;
    member->room_key = std::move(key);
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
            {.identity = session::KeyPair::generate(identity), .key = member.room_key},
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

void World::show(Member& member, const std::string& text) {
    note(member.name + " shows " + text.substr(0, 10));
    CHECK_MESSAGE(member.shown.insert(text).second, text, " twice to ", member.name, trace_);
}

void World::check_number(const Flight& flight) {
    // The same packet may be sent again.
    const auto packet = wire::parse_packet(flight.bytes);
    if (const auto* data = packet ? std::get_if<wire::Data>(&*packet) : nullptr)
        CHECK_MESSAGE(numbers_.try_emplace({data->receiver, data->number}, flight.bytes).first->second ==
                          flight.bytes,
                      trace_);
}

void World::check_path(const net::Address& peer, std::string_view bytes) {
    auto& path = paths_[peer.to_string()];
    path.out += bytes.size();
    if (path.is_proven) return;
    if (actors_.contains(peer.to_string())) {
        if (auto& classic = paths_[peer.with_port(0).to_string()]; classic.classic_since) {
            // Its address can prove nothing: a budget for all that is there, and nothing raises it.
            constexpr std::size_t at_once = std::size_t{16} * 1024;
            constexpr std::size_t a_second = std::size_t{8} * 1024;
            const auto seconds = 1 + (now_ - *classic.classic_since) / std::chrono::seconds(1);
            // Answers are no larger than what they answer, but for a refusal a second.
            const bool is_answer =
                bytes == classic::welcome || bytes == classic::farewell ||
                (bytes.starts_with("chatd: ") && bytes.find(" skipped here") == std::string_view::npos);
            auto& out = is_answer ? classic.answers_out : classic.out;
            out += bytes.size();
            const auto bound = is_answer
                                   ? classic.in + classic::max_refusal * static_cast<std::size_t>(seconds)
                                   : at_once + a_second * static_cast<std::size_t>(seconds);
            CHECK_MESSAGE(out <= bound, peer.to_string(), " got ", out, trace_);
            return;
        }
        const auto bound = (path.has_data_come ? 3 : 1) * path.in;
        CHECK_MESSAGE(path.out <= bound, peer.to_string(), " got ", path.out, " for ", path.in, trace_);
        return;
    }
    const auto found = by_address_.find(peer.to_string());
    const bool is_encrypted =
        found != by_address_.end() &&
        dynamic_cast<const chat::SessionClient*>(members_[found->second]->link.get()) != nullptr;
    if (is_encrypted) CHECK_MESSAGE(path.out <= 3 * path.in, trace_);
}

void World::check_answer(const Flight& flight) {
    const auto peer = flight.peer.to_string();
    const auto packet = wire::parse_packet(flight.bytes);
    if (!packet || !std::holds_alternative<wire::Restarted>(*packet))
        return check_path(flight.peer, flight.bytes);
    // Three at its start; the others answer something.
    if (++knocks_[peer] <= 3) return;
    // Many keys may have been where one actor is.
    if (actors_.contains(peer)) {
        const auto most = 3 * options_.limits.sessions.address + paths_[peer].in / flight.bytes.size();
        CHECK_MESSAGE(static_cast<std::size_t>(knocks_[peer]) <= most, trace_);
        return;
    }
    // One for whoever greets another start of the host.
    CHECK_MESSAGE(knocks_[peer] <= 3 + hellos_[peer], trace_);
}

Duration World::queueing(std::size_t size) {
    if (network_.bytes_per_second == 0) return {};
    cable_free_ = std::max(cable_free_, now_) +
                  std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
                      static_cast<double>(size) / static_cast<double>(network_.bytes_per_second)));
    return cable_free_ - now_;
}

void World::send(Flight flight) {
    if (tap_) tap_(flight.to_hub, flight.peer, flight.bytes);
    check_number(flight);
    if (flight.to_hub)
        flight.is_proof = paths_[flight.peer.to_string()].is_heard_at;
    else
        check_answer(flight);
    // Everybody's datagrams from the host go through one cable.
    Duration waited{};
    if (!flight.to_hub) {
        const auto queued = std::max(cable_free_ - now_, Duration());
        const auto limit = std::chrono::duration<double>(
            network_.bytes_per_second == 0
                ? 1e9
                : static_cast<double>(network_.queue_bytes) / static_cast<double>(network_.bytes_per_second));
        if (queued > limit) return note("no room for " + shown(flight.bytes));
        waited = queueing(flight.bytes.size());
    }
    send_on(std::move(flight), waited);
}

void World::send_on(Flight flight, Duration waited) {
    if (chance() < network_.loss || is_cut_off(flight)) return note("lost " + shown(flight.bytes));
    const int copies = chance() < network_.duplication ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        auto delay = network_.shortest_delay + waited;
        if (!flight.bytes.empty() && chance() < network_.corruption)
            flight.bytes[random_() % flight.bytes.size()] ^= static_cast<char>(1U << (random_() % 8));
        if (!network_.keeps_order())
            delay += Duration(static_cast<std::int64_t>(
                chance() * static_cast<double>((network_.longest_delay - network_.shortest_delay).count())));
        flights_.emplace(now_ + delay, flight);
    }
}

void World::deliver(Flight flight) {
    note((flight.to_hub ? "hub <- " : "<- ") + flight.peer.to_string() + " " + shown(flight.bytes));
    if (flight.is_icmp) {
        if (hub_) hub_->handle_port_unreachable(flight.peer, flight.bytes, now_);
        return;
    }
    if (flight.to_hub && !hub_ && flight.is_actors) return;
    if (flight.to_hub && !hub_) {
        const auto found = by_address_.find(flight.peer.to_string());
        auto* member = found == by_address_.end() ? nullptr : members_[found->second].get();
        if (member == nullptr || !member->link || !member->is_online) return;
        member->link->handle_port_closed(now_); // an ICMP error, as the machine sends it
        return step_member(*member);
    }
    auto& path = paths_[flight.peer.to_string()];
    if (flight.to_hub) {
        path.in += flight.bytes.size();
        path.is_proven = path.is_proven || flight.is_proof;
        const auto packet = wire::parse_packet(flight.bytes);
        path.has_data_come = path.has_data_come || (packet && std::holds_alternative<wire::Data>(*packet));
        if (packet && std::holds_alternative<wire::Hello>(*packet)) ++hellos_[flight.peer.to_string()];
        if (!packet && classic::parse_request(flight.bytes)) {
            auto& host = paths_[flight.peer.with_port(0).to_string()];
            if (!host.classic_since) host.classic_since = now_;
            host.in += flight.bytes.size();
        }
        net::Datagram datagram;
        datagram.path.peer = flight.peer;
        datagram.path.local.interface_index = 2; // the cable; 1 is loopback
        datagram.bytes = flight.bytes;
        return hub_->handle_datagram(datagram, now_);
    }
    path.is_heard_at = true;
    if (const auto actor = actors_.find(flight.peer.to_string()); actor != actors_.end())
        return actor->second->handle_datagram(flight.peer, flight.bytes);
    const auto found = by_address_.find(flight.peer.to_string());
    if (found == by_address_.end()) return;
    auto& member = *members_[found->second];
    if (!member.link) {
        if (flight.bytes.empty() || (flight.bytes.front() & 0x80) != 0) return;
        constexpr std::size_t quoted = 520; // of the payload, as Linux does it
        flights_.emplace(now_ + network_.shortest_delay,
                         Flight{true, flight.peer, flight.bytes.substr(0, quoted), true});
        return;
    }
    member.link->handle_datagram(flight.bytes, now_);
    step_member(member);
}

void World::hear(Member& member, const chat::LinkEvent& event) {
    if (event.index() <= 6) note(member.name + " is told " + std::to_string(event.index()));
    if (member.model) member.model->apply(event, {});
    std::visit(Overloaded{
                   [&](const chat::Online&) { member.is_online = true; },
                   [&](const chat::Closed&) { member.is_closed = true; },
                   [&](const chat::Refused& refused) { member.refusals.push_back(refused.why); },
                   [&](const chat::LineRefused& refused) { member.refusals.push_back(refused.why); },
                   [&](const chat::PasswordRefused& refused) { member.key_fault = refused.why; },
                   [&](const chat::Offline&) { ++member.outages; },
                   [&](const chat::RoomKnown&) { ++member.handshakes; },
                   [&](const chat::Named& named) {
                       note(member.name + " is now " + named.name);
                       member.name = named.name;
                   },
                   [&](const chat::RosterKnown& roster) {
                       member.unreachable.clear();
                       for (const auto& entry : roster.roster.entries)
                           if (entry.is_unreachable) member.unreachable.emplace(entry.name.view());
                   },
                   [&](const chat::PresenceKnown& known) {
                       member.unreachable.erase(known.name);
                       if (known.is_unreachable) member.unreachable.insert(known.name);
                   },
                   [&](const chat::TypingKnown& typing) { member.typists = typing.names; },
                   [&](const chat::LineKept& kept) {
                       member.lines[kept.id] = kept.text;
                       show(member, kept.text);
                   },
                   [&](const chat::SearchResults& found) {
                       for (const auto& what : found.lines) {
                           const auto* said = std::get_if<wire::Said>(&what.what);
                           member.found.emplace_back(said == nullptr ? "?" : said->text.view());
                       }
                       member.found.emplace_back(found.is_all ? "all" : "more");
                   },
                   [&](const chat::Notice& remark) {
                       if (remark.from != chat::Notice::From::link) return;
                       note(member.name + " hears: " + remark.text);
                       member.remarks.push_back(remark.text);
                       if (remark.text.find("log") != std::string::npos) member.last_sequence = 0;
                   },
                   [&](const chat::LineSent& sent) {
                       note(member.name + " sent " + std::to_string(sent.id));
                       CHECK_MESSAGE(member.sent.insert(sent.id).second, trace_);
                   },
                   [&](const chat::RoomEvent& what) {
                       if (!what.is_logged()) return hear_unlogged(member, what.event);
                       // In the log's order, each once; whether any is missing is seen at the end.
                       CHECK_MESSAGE(what.event.sequence > member.last_sequence, trace_);
                       member.last_sequence = what.event.sequence;
                       if (const auto* whispered = std::get_if<wire::Whispered>(&what.event.what))
                           member.whispers.push_back(std::string(whispered->name.view()) + " to " +
                                                     std::string(whispered->to.view()) + ": " +
                                                     std::string(whispered->text.view()));
                       if (const auto* renamed = std::get_if<wire::Renamed>(&what.event.what))
                           note(member.name + " hears at " + std::to_string(what.event.sequence) + " that " +
                                std::string(renamed->name.view()) + " is " +
                                std::string(renamed->new_name.view()) + (what.is_own ? ", its own" : ""));
                       const auto* said = std::get_if<wire::Said>(&what.event.what);
                       if (said == nullptr) return;
                       CHECK_MESSAGE(told_set_.contains(std::string(said->text.view())), trace_);
                       if (what.is_own)
                           CHECK_MESSAGE(said->name.view() == member.name, trace_);
                       else
                           show(member, std::string(said->text.view()));
                       member.heard.emplace_back(said->text.view());
                       if (const auto when = said_at_.find(member.heard.back());
                           line_bound_ && when != said_at_.end())
                           CHECK_MESSAGE(now_ - when->second <= *line_bound_, trace_);
                   },
                   [](const auto&) {},
               },
               event);
}

void World::hear_unlogged(Member& member, const wire::Event& event) {
    if (const auto* said = std::get_if<wire::Said>(&event.what)) {
        CHECK_MESSAGE(said->name.view() != member.name, trace_); // never one's own
        CHECK_MESSAGE(told_set_.contains(std::string(said->text.view())),
                      trace_); // nothing that was not said
        member.heard.emplace_back(said->text.view());
    }
    if (const auto* shout = std::get_if<wire::Shouted>(&event.what))
        CHECK_MESSAGE(told_set_.contains(std::string(shout->text.view())), trace_);
}

void World::check_roster() const {
    std::set<std::string> keys;
    for (const auto& presence : hub_->presences(now_)) {
        // Both forms of a name may be the same; those of two names never.
        const auto& own = presence.name.keys();
        for (const auto& key : std::set<std::string>(own.begin(), own.end()))
            CHECK_MESSAGE(keys.insert(key).second, key, " twice", trace_);
        // Whatever a member says how long it waited.
        if (presence.rtt)
            CHECK_MESSAGE((*presence.rtt >= Duration::zero() && *presence.rtt < std::chrono::minutes(1)),
                          trace_);
    }
    CHECK_MESSAGE(hub_->is_consistent(), trace_);
    // What its key may have waiting, and a page, an answer and the packets under way.
    const auto bound =
        512 * std::size_t{1024} + hub_->member_count() * (*options_.limits.waiting_bytes.key + 64 * 1024);
    CHECK_MESSAGE(hub_->memory() <= bound, hub_->memory(), trace_);
}

void World::note(const std::string& what) {
    constexpr std::size_t enough = 200'000;
    if (trace_.size() > enough) trace_.erase(0, enough / 2);
    trace_ += std::to_string((now_.time_since_epoch() - std::chrono::hours(1)).count() / 1000) + " us " +
              what + "\n";
}

bool World::is_cut_off(const Flight& flight) const {
    const auto found = by_address_.find(flight.peer.to_string());
    if (found == by_address_.end()) return false;
    const auto& member = *members_[found->second];
    return member.is_silent || (member.is_deaf && !flight.to_hub);
}

double World::chance() {
    return std::uniform_real_distribution<double>(0, 1)(random_);
}

} // namespace sim
