// SPDX-License-Identifier: MIT
#include "chatd/classic_hall.hpp"

#include "common/ensure.hpp"
#include "common/overloaded.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <utility>

namespace chatd {
namespace {

namespace classic = wire::classic;

// PROTOCOL: one ICMP error may be forged or stale; two in a row without a word in between are believed.
constexpr int believed_port_errors = 2;
// What a member hears that has shown nothing but one datagram with its address on it.
constexpr Rate unproven_hearing{50, 10};

/// Leaves a byte for a line end.
std::string refusal_line(std::string_view words) {
    auto line = std::string(classic::host_prefix) + std::string(words);
    line.resize(text::cut_length(line, classic::max_refusal - 2));
    return line;
}

} // namespace

void ClassicHall::handle_request(const classic::Request& request, const net::Datagram& datagram,
                                 Instant now) {
    if (const auto found = members_.find(datagram.path.peer); found != members_.end()) {
        found->second.heard = now;
        found->second.port_errors = 0;
    }
    std::visit(Overloaded{
                   [&](const classic::Login& login) { handle_login(login, datagram, now); },
                   [&](const classic::Chat& chat) { handle_chat(chat, datagram, now); },
                   [&](const classic::Quit& quit) { handle_quit(quit, datagram, now); },
               },
               request);
}

void ClassicHall::handle_login(const classic::Login& login, const net::Datagram& datagram, Instant now) {
    const auto& peer = datagram.path.peer;
    if (joining_from_.contains(peer)) return; // the same datagram twice: the first one will be answered
    auto parsed = text::Name::parse(login.name);
    if (const auto found = members_.find(peer); found != members_.end()) {
        auto& member = found->second;
        const auto* name = std::get_if<text::Name>(&parsed);
        if (name == nullptr || !name->is_like(member.name))
            return refuse(datagram, classic::filled(desk_.words().is_member_as, member.name.view()), now);
        const bool has_left = member.is_leaving && member.waiting.empty();
        if (!has_left) {
            if (std::exchange(member.is_leaving, false)) member.waiting.pop_back();
            return reply(datagram.path, member.ends_lines, classic::welcome);
        }
        // Its leave is on the way to the log, and the join goes there behind it.
        return begin_join(std::move(std::get<text::Name>(parsed)), datagram);
    }
    if (gate_.judge_join(datagram.path) == Gate::Verdict::reflector) {
        ++counters_.refused;
        return;
    }
    if (const auto fault = fault_of_source(datagram.path)) return refuse(datagram, *fault, now);
    if (const auto* fault = std::get_if<text::NameFault>(&parsed)) {
        switch (*fault) {
        case text::NameFault::empty: return refuse(datagram, desk_.words().name_missing, now);
        case text::NameFault::too_long: return refuse(datagram, desk_.words().name_too_long, now);
        case text::NameFault::bad_character: return refuse(datagram, desk_.words().name_bad, now);
        }
    }
    auto& name = std::get<text::Name>(parsed);
    if (const auto fault = desk_.room().fault_of_join(name))
        return refuse(datagram, desk_.words_for(*fault, name), now);
    begin_join(std::move(name), datagram);
}

void ClassicHall::begin_join(text::Name name, const net::Datagram& datagram) {
    const auto id = wire::MemberId::classic(next_number_++);
    joining_[id] = {datagram.path, classic::ends_line(datagram.bytes)};
    joining_from_[datagram.path.peer] = id;
    desk_.submit({id, {}, wire::Join{std::move(name), true}});
}

void ClassicHall::handle_chat(const classic::Chat& chat, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(datagram.path.peer);
    if (found == members_.end() || found->second.is_leaving)
        return refuse(datagram, desk_.words().not_in_room, now);
    auto& member = found->second;
    if (chat.name != member.name.view()) {
        const auto name = text::Name::parsed(chat.name);
        if (!name || !name->is_like(member.name))
            return refuse(datagram, classic::filled(desk_.words().not_your_name, member.name.view()), now);
    }
    member.has_spoken = true;
    if (!desk_.can_save()) return refuse(datagram, desk_.words().cannot_save, now);
    const auto front = static_cast<std::size_t>(chat.text.data() - datagram.bytes.data());
    const auto length =
        text::cut_length(chat.text, front < classic::max_datagram ? classic::max_datagram - front : 0);
    auto said = text::Text::from_untrusted(chat.text.substr(0, length));
    if (said.empty()) {
        ++counters_.ignored;
        return;
    }
    if (length < chat.text.size()) tell(member, desk_.words().line_cut);
    for (auto& part : wire::parts_of(said)) say_in_turn(member, wire::Say{std::move(part)}, datagram, now);
}

void ClassicHall::handle_quit(const classic::Quit& quit, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(datagram.path.peer);
    if (found == members_.end()) {
        const bool ends_lines = classic::ends_line(datagram.bytes);
        if (gate_.admit_refusal(datagram.path, datagram.bytes.size(), classic::farewell.size() + 1, now))
            reply(datagram.path, ends_lines, classic::farewell);
        return;
    }
    auto& member = found->second;
    if (quit.name != member.name.view()) {
        const auto name = text::Name::parsed(quit.name);
        if (!name || !name->is_like(member.name))
            return refuse(datagram, classic::filled(desk_.words().not_your_name, member.name.view()), now);
    }
    reply(datagram.path, member.ends_lines, classic::farewell);
    if (std::exchange(member.is_leaving, true)) return;
    if (member.waiting.empty()) return desk_.submit({member.id, {}, wire::Leave{}});
    // What it said before it left is said first, at the pace that everybody is held to.
    member.waiting.emplace_back(wire::Leave{});
}

void ClassicHall::handle_port_unreachable(const net::Address& peer) {
    const auto found = members_.find(peer);
    if (found == members_.end()) return;
    ++counters_.unreachable;
    auto& member = found->second;
    if (++member.port_errors != believed_port_errors) return;
    desk_.notice(
        {Level::info, "gone", std::string(member.name.view()), peer.to_string() + " (port unreachable)"});
    desk_.submit({member.id, {}, wire::Leave{}});
}

void ClassicHall::handle_deadline(Instant now) {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        auto& member = members_.at(next->second);
        auto& waiting = member.waiting;
        std::size_t released = 0;
        while (released < waiting.size()) {
            const bool is_line = !std::holds_alternative<wire::Leave>(waiting[released]);
            if (is_line && !member.speech.take(*options_.flood, now)) break;
            desk_.submit({member.id, {}, std::move(waiting[released++])});
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(released));
        next = waiting.empty() ? waiting_.erase(next) : std::next(next);
    }
}

std::optional<Instant> ClassicHall::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& [id, address] : waiting_) {
        const auto ready = members_.at(address).speech.ready_at(*options_.flood);
        if (!earliest || ready < *earliest) earliest = ready;
    }
    return earliest;
}

// ---- what became durable

void ClassicHall::handle_joined(const wire::Joined& event, Instant now) {
    const auto found = joining_.find(event.member);
    ensure(found != joining_.end(), "a classic member joins where it asked to");
    const auto pending = found->second;
    joining_.erase(found);
    joining_from_.erase(pending.path.peer);
    const bool is_local = Gate::is_local(pending.path);
    members_.emplace(pending.path.peer, ClassicMember{.id = event.member,
                                                      .name = event.name,
                                                      .path = pending.path,
                                                      .ends_lines = pending.ends_lines,
                                                      .is_local = is_local,
                                                      .heard = now,
                                                      .speech = {},
                                                      .hearing = {},
                                                      .waiting = {}});
    addresses_[event.member] = pending.path.peer;
    reply(pending.path, pending.ends_lines, classic::welcome);
    for (const auto& line : last_lines_) reply(pending.path, pending.ends_lines, line);
    first_line_[event.member] = lines_.size();
}

void ClassicHall::handle_join_refused(const wire::MemberId& member, std::string_view words) {
    const auto found = joining_.find(member);
    if (found == joining_.end()) return;
    const auto pending = found->second;
    joining_.erase(found);
    joining_from_.erase(pending.path.peer);
    reply(pending.path, pending.ends_lines, refusal_line(words));
}

void ClassicHall::remove(const wire::MemberId& member, std::string_view words) {
    if (const auto found = addresses_.find(member); found != addresses_.end())
        dismiss(members_.at(found->second), words);
}

void ClassicHall::remove_all(std::string_view words) {
    for (auto& [address, member] : members_) {
        if (std::exchange(member.is_leaving, true)) continue;
        member.waiting.clear();
        dismiss(member, words);
        desk_.submit({member.id, {}, wire::Leave{}});
    }
    waiting_.clear();
}

void ClassicHall::close(std::string_view words) {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) dismiss(member, words);
}

void ClassicHall::tell_all(std::string_view words) {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) tell(member, words);
}

void ClassicHall::forget(const wire::MemberId& id) {
    const auto found = addresses_.find(id);
    if (found == addresses_.end()) return;
    members_.erase(found->second);
    addresses_.erase(found);
    waiting_.erase(id);
}

void ClassicHall::remember_line(const KeptEvent& kept) {
    if (options_.history == 0 || !wire::is_line(kept.bytes)) return;
    const auto event = wire::decode_event(kept.sequence, kept.bytes);
    if (!event) return;
    const auto& words = desk_.words();
    std::vector<std::string> lines;
    if (const auto* said = std::get_if<wire::Said>(&event->what))
        lines = classic::filled_lines(said->is_action ? words.acted : words.said, said->name.view(),
                                      said->text.view(), classic::max_datagram - 1);
    if (const auto* shouted = std::get_if<wire::Shouted>(&event->what))
        lines =
            classic::filled_lines(words.said, words.admin, shouted->text.view(), classic::max_datagram - 1);
    for (auto& line : lines) last_lines_.push_back(std::move(line));
    while (last_lines_.size() > options_.history) last_lines_.pop_front();
}

void ClassicHall::broadcast(const wire::MemberId& author, std::string_view pattern, std::string_view name,
                            std::string_view text) {
    for (auto& line : classic::filled_lines(pattern, name, text, classic::max_datagram - 1)) {
        line += '\n';
        lines_.push_back({std::move(line), author});
    }
}

// ---- what goes out

std::optional<net::Outgoing> ClassicHall::poll_transmit(Instant now) {
    if (cursor_.reply < replies_.size()) {
        const auto& next = replies_[cursor_.reply++];
        return net::Outgoing{&next.path, next.bytes};
    }
    if (lines_.empty()) return std::nullopt;
    if (!std::exchange(cursor_.has_begun, true)) cursor_.member = members_.begin();
    for (; cursor_.member != members_.end(); ++cursor_.member, cursor_.line = 0) {
        // All of a member's lines before the next member's: its route and socket stay in the caches.
        auto& member = cursor_.member->second;
        if (member.is_leaving) continue;
        if (cursor_.line == 0 && !first_line_.empty())
            if (const auto joined = first_line_.find(member.id); joined != first_line_.end())
                cursor_.line = joined->second;
        while (cursor_.line < lines_.size()) {
            const auto& line = lines_[cursor_.line++];
            if (line.author == member.id) continue;
            if (!member.has_spoken && !member.is_local && !member.hearing.take(unproven_hearing, now)) {
                ++counters_.withheld;
                continue;
            }
            ++counters_.lines_out;
            return net::Outgoing{
                &member.path,
                std::string_view(line.bytes).substr(0, line.bytes.size() - (member.ends_lines ? 0 : 1))};
        }
    }
    return std::nullopt;
}

void ClassicHall::end_turn() {
    replies_.clear();
    lines_.clear();
    first_line_.clear();
    cursor_ = {};
}

// ---- the parts of those

std::optional<std::string> ClassicHall::fault_of_source(const net::Path& path) const {
    const auto& words = desk_.words();
    switch (gate_.judge_join(path)) {
    case Gate::Verdict::classic_off: return words.classic_off;
    case Gate::Verdict::not_on_lan: return words.not_on_lan;
    case Gate::Verdict::welcome:
    case Gate::Verdict::reflector: break;
    }
    if (members_.size() + joining_.size() >= options_.max_members) return words.room_full;
    if (!Gate::is_local(path) && members_from(path.peer) >= max_members_per_host) return words.host_crowded;
    return std::nullopt;
}

void ClassicHall::say_in_turn(ClassicMember& member, wire::Command command, const net::Datagram& datagram,
                              Instant now) {
    const auto& flood = options_.flood;
    if (!flood || (member.waiting.empty() && member.speech.take(*flood, now)))
        return desk_.submit({member.id, {}, std::move(command)});
    if (member.waiting.size() >= max_waiting) {
        desk_.notice({Level::debug, "flood", std::string(member.name.view()), "a line refused"});
        return refuse(datagram, desk_.words().too_fast, now);
    }
    if (member.waiting.empty()) {
        desk_.notice({Level::info, "flood", std::string(member.name.view()), "lines delayed"});
        waiting_.emplace(member.id, datagram.path.peer);
    }
    ++counters_.delayed;
    member.waiting.push_back(std::move(command));
}

void ClassicHall::refuse(const net::Datagram& datagram, std::string_view words, Instant now) {
    ++counters_.refused;
    const auto bytes = refusal_line(words);
    if (!gate_.admit_refusal(datagram.path, datagram.bytes.size(), bytes.size() + 1, now)) return;
    reply(datagram.path, classic::ends_line(datagram.bytes), bytes);
}

void ClassicHall::reply(const net::Path& path, bool ends_lines, std::string_view bytes) {
    replies_.push_back({path, std::string(bytes) + (ends_lines ? "\n" : "")});
}

void ClassicHall::tell(const ClassicMember& member, std::string_view words) {
    const auto bytes = std::string(classic::host_prefix) + std::string(words);
    reply(member.path, member.ends_lines,
          std::string_view(bytes).substr(0, text::cut_length(bytes, classic::max_datagram - 1)));
}

void ClassicHall::dismiss(const ClassicMember& member, std::string_view words) {
    tell(member, words);
    reply(member.path, member.ends_lines, classic::farewell);
}

const ClassicMember* ClassicHall::find(const wire::MemberId& member) const {
    const auto found = addresses_.find(member);
    return found == addresses_.end() ? nullptr : &members_.at(found->second);
}

std::size_t ClassicHall::members_from(const net::Address& source) const {
    const auto is_same_host = [&](const net::Address& other) {
        return other.family() == source.family() && other.host_bytes() == source.host_bytes();
    };
    return static_cast<std::size_t>(
               std::count_if(members_.begin(), members_.end(),
                             [&](const auto& member) { return is_same_host(member.first); })) +
           static_cast<std::size_t>(
               std::count_if(joining_from_.begin(), joining_from_.end(),
                             [&](const auto& joining) { return is_same_host(joining.first); }));
}

} // namespace chatd
