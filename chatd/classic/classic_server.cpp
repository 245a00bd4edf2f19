// SPDX-License-Identifier: MIT
#include "chatd/classic/classic_server.hpp"

#include "common/base/ensure.hpp"
#include "common/base/overloaded.hpp"
#include "common/base/sooner.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace chatd {
namespace {

namespace classic = wire::classic;

// One ICMP error may be stale; after two in a row without a word in between the member is asked. They may be
// forged by somebody who is in the room and so knows its lines, who can't end a membership but have this
// asked.
constexpr int doubtful_port_errors = 2;
constexpr Duration ask_interval = std::chrono::seconds(30);
// How many lines were refused is said no more often, as the gate has it for such words.
constexpr Duration loss_interval = std::chrono::seconds(1);

/// Leaves a byte for a line end.
std::string refusal_line(std::string_view words) {
    auto line = std::string(classic::host_prefix) + std::string(words);
    line.resize(text::cut_length(line, classic::max_refusal - 2));
    return line;
}

// A member that has sent nothing but its L for so long may never have been there.
constexpr auto silent_for = std::chrono::minutes(5);

} // namespace

void ClassicServer::restore(std::uint64_t next_number) {
    next_number_ = next_number;
    for (const auto& [id, occupant] : context_.room().roster())
        if (occupant.is_classic && gone_.insert(id).second) context_.submit({id, {}, wire::Leave{}});
}

bool ClassicServer::admit_datagram(const net::Path& path, Instant now) {
    const auto found = members_.find(path.peer);
    if (found == members_.end()) return gate_.admit_datagram(path, now);
    auto& member = found->second;
    return member.budget == nullptr || member.datagrams.spend(options_.limits.datagrams, now);
}

void ClassicServer::handle_request(const classic::Request& request, const net::Datagram& datagram,
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

void ClassicServer::handle_login(const classic::Login& login, const net::Datagram& datagram, Instant now) {
    const auto& peer = datagram.path.peer;
    if (pending_.has_from(peer)) return; // the same datagram twice: the first one will be answered
    auto parsed = text::Name::parse(login.name);
    if (const auto found = members_.find(peer); found != members_.end()) {
        auto& member = found->second;
        const auto* name = std::get_if<text::Name>(&parsed);
        if (name == nullptr || !name->is_like(member.name))
            return refuse(datagram, classic::filled(context_.messages().is_member_as, member.name.view()),
                          now);
        if (!LinesIn::has_left(member)) {
            LinesIn::stay(member);
            return answer(datagram, member.ends_lines, classic::welcome, now);
        }
        // Its leave is on the way to the log, and the join goes there behind it.
        if (!may_join(datagram.path, now)) return refuse(datagram, context_.messages().joins_too_fast, now);
        return begin_join(std::move(std::get<text::Name>(parsed)), datagram);
    }
    if (gate_.judge_join(datagram.path) == Gate::Verdict::reflector) {
        ++counters_.refused;
        return;
    }
    if (const auto fault = fault_of_source(datagram.path, now)) return refuse(datagram, *fault, now);
    if (const auto* fault = std::get_if<text::NameFault>(&parsed)) {
        switch (*fault) {
        case text::NameFault::empty: return refuse(datagram, context_.messages().name_missing, now);
        case text::NameFault::too_long: return refuse(datagram, context_.messages().name_too_long, now);
        case text::NameFault::bad_character: return refuse(datagram, context_.messages().name_bad, now);
        }
    }
    auto& name = std::get<text::Name>(parsed);
    const auto fault = context_.room().fault_of_join(name, context_.time(now));
    // A join goes to the log behind a leave that is on its way there.
    if (fault && !(fault == wire::Refusal::Reason::name_taken && is_being_freed(name))) {
        // A free name takes a while to find: not for an answer that can't be sent.
        if (datagram.bytes.size() < classic::max_refusal && !gate_.may_refuse(datagram.path, now)) {
            ++counters_.refused;
            return;
        }
        return refuse(datagram, context_.words_for(*fault, name), now);
    }
    if (!may_join(datagram.path, now)) return refuse(datagram, context_.messages().joins_too_fast, now);
    begin_join(std::move(name), datagram);
}

bool ClassicServer::is_being_freed(const text::Name& name) const {
    const auto holder = context_.room().find_like(name);
    if (!holder) return false;
    if (gone_.contains(*holder)) return true;
    const auto* member = find(*holder);
    return member != nullptr && LinesIn::has_left(*member);
}

bool ClassicServer::may_join(const net::Path& path, Instant now) {
    const bool may = (Gate::is_local(path) || budgets_.take_join(path.peer, now)) &&
                     joins_.spend(options_.limits.all_joins, now);
    if (!may) ++counters_.limits_met;
    return may;
}

void ClassicServer::begin_join(text::Name name, const net::Datagram& datagram) {
    const auto id = wire::MemberId::classic(next_number_++);
    pending_.add(id, {datagram.path, classic::ends_line(datagram.bytes),
                      gate_.source_of(datagram.path).holder, datagram.bytes.size()});
    context_.submit({id, {}, wire::Join{std::move(name), true}});
}

void ClassicServer::handle_chat(const classic::Chat& chat, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(datagram.path.peer);
    if (found == members_.end() || found->second.is_leaving)
        return refuse(datagram, context_.messages().not_in_room, now);
    auto& member = found->second;
    if (chat.name != member.name.view()) {
        const auto name = text::Name::parsed(chat.name);
        if (!name || !name->is_like(member.name))
            return refuse(datagram, classic::filled(context_.messages().not_your_name, member.name.view()),
                          now);
    }
    if (!context_.can_save()) return refuse(datagram, context_.messages().cannot_save, now);
    const auto parts = wire::parts_of(text::Text::from_untrusted(chat.text));
    if (parts.empty()) {
        ++counters_.ignored;
        return;
    }
    if (datagram.is_cut || parts.size() > 1) sender_.tell(member, context_.messages().line_cut);
    switch (lines_in_.say(member, wire::Say{parts.front()}, now)) {
    case LinesIn::Outcome::submitted: return;
    case LinesIn::Outcome::waits: ++counters_.delayed; return;
    case LinesIn::Outcome::refused:
        ++counters_.refused;
        if (losers_.empty()) tell_losers_at_ = now + loss_interval;
        losers_.insert(member.id);
        ++member.lost;
        return tell_lost(member, datagram.bytes.size(), now);
    }
}

void ClassicServer::handle_quit(const classic::Quit& quit, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(datagram.path.peer);
    if (found == members_.end()) {
        answer(datagram, classic::ends_line(datagram.bytes), classic::farewell, now);
        return;
    }
    auto& member = found->second;
    if (quit.name != member.name.view()) {
        const auto name = text::Name::parsed(quit.name);
        if (!name || !name->is_like(member.name))
            return refuse(datagram, classic::filled(context_.messages().not_your_name, member.name.view()),
                          now);
    }
    if (member.lost > 0) tell_lost(member, datagram.bytes.size(), now);
    answer(datagram, member.ends_lines, classic::farewell, now);
    lines_in_.leave(member);
}

void ClassicServer::handle_port_unreachable(const net::Address& peer, std::string_view quote, Instant now) {
    const auto found = members_.find(peer);
    if (found == members_.end() || !sender_.was_sent(found->second, quote)) {
        ++counters_.ignored;
        return;
    }
    ++counters_.unreachable;
    auto& member = found->second;
    if (member.asked && sender_.is_quoted(*member.asked, quote)) {
        member.asked.reset();
        context_.notice(
            {Level::info, "gone", std::string(member.name.view()), peer.to_string() + " (port unreachable)"});
        return lines_in_.leave(member);
    }
    const bool may_ask = !member.is_leaving && (!member.asked || now - member.asked_at >= ask_interval);
    if (++member.port_errors >= doubtful_port_errors && may_ask) ask_whether_there(member, now);
}

void ClassicServer::handle_deadline(Instant now) {
    if (!losers_.empty() && now >= tell_losers_at_) {
        tell_losers_at_ = now + loss_interval;
        for (const auto& id : std::vector(losers_.begin(), losers_.end()))
            tell_lost(members_.at(addresses_.at(id)), 0, now);
    }
    lines_in_.handle_deadline(now);
    sender_.handle_deadline(now);
}

std::optional<Instant> ClassicServer::next_deadline() const {
    const auto told = losers_.empty() ? std::nullopt : std::optional(tell_losers_at_);
    return sooner(told, sooner(lines_in_.next_deadline(), sender_.next_deadline()));
}

// ---- what became durable

void ClassicServer::handle_joined(const wire::Joined& event, Instant now) {
    const auto join = pending_.take(event.member);
    ensure(join.has_value(), "a classic member joins where it asked to");
    const auto& pending = *join;
    auto* budget = Gate::is_local(pending.path) ? nullptr : &budgets_.open(pending.path.peer);
    auto& member = members_
                       .emplace(pending.path.peer, ClassicMember{.id = event.member,
                                                                 .name = event.name,
                                                                 .path = pending.path,
                                                                 .ends_lines = pending.ends_lines,
                                                                 .holder = pending.holder,
                                                                 .budget = budget,
                                                                 .joined = now,
                                                                 .heard = now,
                                                                 .speech = {},
                                                                 .datagrams = {},
                                                                 .waiting = {},
                                                                 .sent = {},
                                                                 .asked = {}})
                       .first->second;
    addresses_[event.member] = pending.path.peer;
    if (gate_.judge_join(pending.path) == Gate::Verdict::classic_off) { // since it asked
        dismiss(member, context_.messages().classic_off);
        return lines_in_.leave_at_once(member);
    }
    sender_.reply(pending.path, pending.ends_lines, classic::welcome);
    sender_.begin(member, last_lines_.lines(), now);
}

void ClassicServer::handle_join_refused(const wire::Refusal& refusal, const text::Name& name, Instant now) {
    const auto join = pending_.take(refusal.author);
    if (!join) return;
    const auto& pending = *join;
    if (pending.request_size < classic::max_refusal && !gate_.may_refuse(pending.path, now)) return;
    const auto bytes = refusal_line(context_.words_for(refusal.reason, name));
    const auto size = bytes.size() + (pending.ends_lines ? 1 : 0);
    if (gate_.admit_refusal(pending.path, pending.request_size, size, now))
        sender_.reply(pending.path, pending.ends_lines, bytes);
}

void ClassicServer::remove(const wire::MemberId& member, std::string_view words) {
    if (const auto found = addresses_.find(member); found != addresses_.end())
        dismiss(members_.at(found->second), words);
}

void ClassicServer::remove_all(std::string_view words) {
    for (auto& [address, member] : members_) {
        if (LinesIn::has_left(member)) continue;
        if (!member.is_leaving) dismiss(member, words);
        lines_in_.leave_at_once(member);
    }
}

void ClassicServer::close(std::string_view words) {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) dismiss(member, words);
}

void ClassicServer::tell_all(std::string_view words) {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) sender_.tell(member, words);
}

void ClassicServer::forget(const wire::MemberId& id) {
    gone_.erase(id);
    losers_.erase(id);
    const auto found = addresses_.find(id);
    if (found == addresses_.end()) return;
    if (members_.at(found->second).budget != nullptr) budgets_.close(found->second);
    members_.erase(found->second);
    addresses_.erase(found);
    lines_in_.forget(id);
    sender_.forget(id);
}

void ClassicServer::remember_line(const KeptEvent& kept) {
    last_lines_.add(kept, context_.messages());
}

void ClassicServer::broadcast(const wire::MemberId& author, std::string_view pattern, std::string_view name,
                              std::string_view text) {
    for (auto& line : classic::filled_lines(pattern, name, text, classic::max_datagram - 1))
        sender_.add_line(std::move(line), author);
}

// ---- helpers

std::optional<std::string> ClassicServer::fault_of_source(const net::Path& path, Instant now) {
    const auto& words = context_.messages();
    switch (gate_.judge_join(path)) {
    case Gate::Verdict::classic_off: return words.classic_off;
    case Gate::Verdict::not_on_lan: return words.not_on_lan;
    case Gate::Verdict::welcome:
    case Gate::Verdict::reflector: break;
    }
    if (members_.size() + pending_.size() >= options_.max_members) {
        give_way(now);
        return words.room_full;
    }
    if (Gate::is_local(path)) return std::nullopt;
    if (context_.is_barred(path.peer, wire::host_id, now)) return words.address_kept_out;
    if (!budgets_.has_room_for(path.peer, now)) return words.room_full;
    if (members_from(gate_.source_of(path).holder) >= options_.limits.members) {
        ++counters_.limits_met;
        return words.host_crowded;
    }
    return std::nullopt;
}

void ClassicServer::give_way(Instant now) {
    const auto is_nobody = [&](const ClassicMember& member) {
        return !member.is_leaving && member.heard == member.joined && now - member.heard >= silent_for;
    };
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const auto& member) { return is_nobody(member.second); });
    if (found == members_.end()) return;
    auto& member = found->second;
    dismiss(member, context_.messages().room_full);
    lines_in_.leave_at_once(member);
}

void ClassicServer::tell_lost(ClassicMember& member, std::size_t request_size, Instant now) {
    const auto& words = context_.messages();
    const auto line =
        refusal_line(member.lost == 1 ? words.too_fast
                                      : classic::filled(words.lines_lost, {}, std::to_string(member.lost)));
    const auto size = line.size() + (member.ends_lines ? 1 : 0);
    if (!gate_.admit_refusal(member.path, request_size, size, now)) return;
    sender_.reply(member.path, member.ends_lines, line);
    member.lost = 0;
    losers_.erase(member.id);
}

void ClassicServer::refuse(const net::Datagram& datagram, std::string_view words, Instant now) {
    ++counters_.refused;
    answer(datagram, classic::ends_line(datagram.bytes), refusal_line(words), now);
}

void ClassicServer::answer(const net::Datagram& datagram, bool ends_lines, std::string_view bytes,
                           Instant now) {
    const auto size = bytes.size() + (ends_lines ? 1 : 0);
    if (gate_.admit_refusal(datagram.path, datagram.bytes.size(), size, now))
        sender_.reply(datagram.path, ends_lines, bytes);
}

void ClassicServer::ask_whether_there(ClassicMember& member, Instant now) {
    // In front, where an error quotes it however little it quotes.
    std::array<char, 9> nonce{};
    std::snprintf(nonce.data(), nonce.size(), "%08x", static_cast<unsigned>(random_.u64() & 0xFFFFFFFFU));
    member.asked =
        sender_.tell_marked(member, classic::filled(context_.messages().are_you_there, {}, nonce.data()));
    member.asked_at = now;
}

void ClassicServer::dismiss(const ClassicMember& member, std::string_view words) {
    sender_.tell(member, words);
    sender_.reply(member.path, member.ends_lines, classic::farewell);
}

const ClassicMember* ClassicServer::find(const wire::MemberId& member) const {
    const auto found = addresses_.find(member);
    return found == addresses_.end() ? nullptr : &members_.at(found->second);
}

std::size_t ClassicServer::members_from(const std::string& holder) const {
    return static_cast<std::size_t>(
               std::count_if(members_.begin(), members_.end(),
                             [&](const auto& member) { return member.second.holder == holder; })) +
           pending_.count_from(holder);
}

std::size_t ClassicServer::memory() const {
    constexpr std::size_t node = 128; // in the tables that it is in
    return (members_.size() + pending_.size()) * (sizeof(ClassicMember) + node) + budgets_.memory() +
           last_lines_.memory() + lines_in_.memory();
}

} // namespace chatd
