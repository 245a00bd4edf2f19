// SPDX-License-Identifier: MIT
#include "chatd/classic/classic_server.hpp"

#include "common/base/ensure.hpp"
#include "common/base/overloaded.hpp"
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

/// Leaves a byte for a line end.
std::string refusal_line(std::string_view words) {
    auto line = std::string(classic::host_prefix) + std::string(words);
    line.resize(text::cut_length(line, classic::max_refusal - 2));
    return line;
}

// A member that has sent nothing but its L for so long may never have been there.
constexpr auto silent_for = std::chrono::minutes(5);

/// Bytes of what is said in them.
std::size_t bytes_of(const std::vector<wire::Command>& commands) {
    std::size_t bytes = 0;
    for (const auto& command : commands)
        if (const auto* say = std::get_if<wire::Say>(&command)) bytes += say->text.view().size();
    return bytes;
}

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
        const bool has_left = member.is_leaving && member.waiting.empty();
        if (!has_left) {
            if (std::exchange(member.is_leaving, false)) member.waiting.pop_back();
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
    return member != nullptr && member->is_leaving && member->waiting.empty();
}

bool ClassicServer::may_join(const net::Path& path, Instant now) {
    if (!Gate::is_local(path) && !budgets_.take_join(path.peer, now)) return false;
    return joins_.spend(options_.limits.all_joins, now);
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
    if (datagram.is_cut || parts.size() > 1) tell(member, context_.messages().line_cut);
    say_in_turn(member, wire::Say{parts.front()}, datagram, now);
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
    answer(datagram, member.ends_lines, classic::farewell, now);
    begin_leave(member);
}

void ClassicServer::begin_leave(ClassicMember& member) {
    if (std::exchange(member.is_leaving, true)) return;
    if (member.waiting.empty()) return context_.submit({member.id, {}, wire::Leave{}});
    // What it said before it left is said first, at the pace that everybody is held to.
    member.waiting.emplace_back(wire::Leave{});
}

void ClassicServer::handle_port_unreachable(const net::Address& peer, std::string_view quote, Instant now) {
    const auto found = members_.find(peer);
    if (found == members_.end() || !found->second.sent.has(quote, secret_)) {
        ++counters_.ignored;
        return;
    }
    ++counters_.unreachable;
    auto& member = found->second;
    if (member.asked && net::is_quoted(*member.asked, quote, secret_)) {
        member.asked.reset();
        context_.notice(
            {Level::info, "gone", std::string(member.name.view()), peer.to_string() + " (port unreachable)"});
        return begin_leave(member);
    }
    const bool may_ask = !member.is_leaving && (!member.asked || now - member.asked_at >= ask_interval);
    if (++member.port_errors >= doubtful_port_errors && may_ask) ask_whether_there(member, now);
}

void ClassicServer::handle_deadline(Instant now) {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        auto& member = members_.at(next->second);
        auto& waiting = member.waiting;
        std::size_t released = 0;
        while (released < waiting.size()) {
            const bool is_line = !std::holds_alternative<wire::Leave>(waiting[released]);
            if (is_line && !member.speech.spend(*options_.flood, now)) break;
            context_.submit({member.id, {}, std::move(waiting[released++])});
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(released));
        next = waiting.empty() ? waiting_.erase(next) : std::next(next);
    }
    for (auto next = skipping_.begin(); next != skipping_.end();) {
        auto& member = members_.at((next++)->second);
        if (member.is_leaving) {
            skipping_.erase(member.id);
            continue;
        }
        if (skipped_told_at(member) > now) continue;
        member.budget->spend(options_.limits.lines, words_of_skipped(member).size(), now);
        tell_skipped(member);
    }
}

std::optional<Instant> ClassicServer::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& [id, address] : waiting_) {
        const auto ready = members_.at(address).speech.ready_at(*options_.flood);
        if (!earliest || ready < *earliest) earliest = ready;
    }
    for (const auto& [id, address] : skipping_) {
        const auto ready = skipped_told_at(members_.at(address));
        if (!earliest || ready < *earliest) earliest = ready;
    }
    return earliest;
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
        member.is_leaving = true;
        dismiss(member, context_.messages().classic_off);
        return context_.submit({member.id, {}, wire::Leave{}});
    }
    reply(pending.path, pending.ends_lines, classic::welcome);
    for (const auto& line : last_lines_.lines())
        if (admit_line(member, line.size() + (member.ends_lines ? 1 : 0), now))
            reply(pending.path, pending.ends_lines, line);
    lines_.begin_here(event.member);
}

void ClassicServer::handle_join_refused(const wire::Refusal& refusal, const text::Name& name, Instant now) {
    const auto join = pending_.take(refusal.author);
    if (!join) return;
    const auto& pending = *join;
    if (pending.request_size < classic::max_refusal && !gate_.may_refuse(pending.path, now)) return;
    const auto bytes = refusal_line(context_.words_for(refusal.reason, name));
    const auto size = bytes.size() + (pending.ends_lines ? 1 : 0);
    if (gate_.admit_refusal(pending.path, pending.request_size, size, now))
        reply(pending.path, pending.ends_lines, bytes);
}

void ClassicServer::remove(const wire::MemberId& member, std::string_view words) {
    if (const auto found = addresses_.find(member); found != addresses_.end())
        dismiss(members_.at(found->second), words);
}

void ClassicServer::remove_all(std::string_view words) {
    for (auto& [address, member] : members_) {
        const bool is_leave_on_its_way = member.is_leaving && member.waiting.empty();
        if (is_leave_on_its_way) continue;
        if (!std::exchange(member.is_leaving, true)) dismiss(member, words);
        member.waiting.clear();
        context_.submit({member.id, {}, wire::Leave{}});
    }
    waiting_.clear();
}

void ClassicServer::close(std::string_view words) {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) dismiss(member, words);
}

void ClassicServer::tell_all(std::string_view words) {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) tell(member, words);
}

void ClassicServer::forget(const wire::MemberId& id) {
    gone_.erase(id);
    const auto found = addresses_.find(id);
    if (found == addresses_.end()) return;
    if (members_.at(found->second).budget != nullptr) budgets_.close(found->second);
    members_.erase(found->second);
    addresses_.erase(found);
    waiting_.erase(id);
    skipping_.erase(id);
}

void ClassicServer::remember_line(const KeptEvent& kept) {
    last_lines_.add(kept, context_.messages());
}

void ClassicServer::broadcast(const wire::MemberId& author, std::string_view pattern, std::string_view name,
                              std::string_view text) {
    for (auto& line : classic::filled_lines(pattern, name, text, classic::max_datagram - 1))
        lines_.add(std::move(line), author, secret_);
}

// ---- what goes out

std::optional<net::Outgoing> ClassicServer::poll_transmit(Instant now) {
    if (sent_replies_ < replies_.size()) return next_reply();
    while (const auto next = lines_.next(members_)) {
        auto& member = next->member;
        const auto bytes = next->line.view(member.ends_lines);
        if (!std::exchange(is_line_admitted_, false) && !admit_line(member, bytes.size(), now)) {
            lines_.pass();
            continue;
        }
        if (sent_replies_ < replies_.size()) { // what was skipped comes before it
            is_line_admitted_ = true;
            return next_reply();
        }
        ++counters_.lines_out;
        member.sent.add(member.ends_lines ? next->line.ended_mark : next->line.mark);
        lines_.pass();
        return net::Outgoing{&member.path, bytes, Gate::is_local(member.path)};
    }
    return std::nullopt;
}

net::Outgoing ClassicServer::next_reply() {
    const auto& next = replies_[sent_replies_++];
    if (const auto found = members_.find(next.path.peer); found != members_.end())
        found->second.sent.add(net::mark_of(next.bytes, secret_));
    return {&next.path, next.bytes, Gate::is_local(next.path)};
}

void ClassicServer::end_turn() {
    replies_.clear();
    sent_replies_ = 0;
    lines_.clear();
    is_line_admitted_ = false;
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
    if (members_from(gate_.source_of(path).holder) >= options_.limits.members) return words.host_crowded;
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
    member.is_leaving = true;
    dismiss(member, context_.messages().room_full);
    context_.submit({member.id, {}, wire::Leave{}});
}

void ClassicServer::say_in_turn(ClassicMember& member, wire::Command command, const net::Datagram& datagram,
                                Instant now) {
    const auto& flood = options_.flood;
    if (!flood || (member.waiting.empty() && member.speech.spend(*flood, now)))
        return context_.submit({member.id, {}, std::move(command)});
    if (member.waiting.size() >= max_waiting || bytes_of(member.waiting) >= max_waiting_bytes) {
        context_.notice({Level::debug, "flood", std::string(member.name.view()), "a line refused"});
        return refuse(datagram, context_.messages().too_fast, now);
    }
    if (member.waiting.empty()) {
        context_.notice({Level::info, "flood", std::string(member.name.view()), "lines delayed"});
        waiting_.emplace(member.id, datagram.path.peer);
    }
    ++counters_.delayed;
    member.waiting.push_back(std::move(command));
}

void ClassicServer::refuse(const net::Datagram& datagram, std::string_view words, Instant now) {
    ++counters_.refused;
    answer(datagram, classic::ends_line(datagram.bytes), refusal_line(words), now);
}

void ClassicServer::answer(const net::Datagram& datagram, bool ends_lines, std::string_view bytes,
                           Instant now) {
    const auto size = bytes.size() + (ends_lines ? 1 : 0);
    if (gate_.admit_refusal(datagram.path, datagram.bytes.size(), size, now))
        reply(datagram.path, ends_lines, bytes);
}

void ClassicServer::reply(const net::Path& path, bool ends_lines, std::string_view bytes) {
    replies_.push_back({path, std::string(bytes) + (ends_lines ? "\n" : "")});
}

void ClassicServer::tell(const ClassicMember& member, std::string_view words) {
    const auto bytes = std::string(classic::host_prefix) + std::string(words);
    reply(member.path, member.ends_lines,
          std::string_view(bytes).substr(0, text::cut_length(bytes, classic::max_datagram - 1)));
}

void ClassicServer::ask_whether_there(ClassicMember& member, Instant now) {
    // In front, where an error quotes it however little it quotes.
    std::array<char, 9> nonce{};
    std::snprintf(nonce.data(), nonce.size(), "%08x", static_cast<unsigned>(random_.u64() & 0xFFFFFFFFU));
    tell(member, classic::filled(context_.messages().are_you_there, {}, nonce.data()));
    member.asked = net::mark_of(replies_.back().bytes, secret_);
    member.asked_at = now;
}

void ClassicServer::dismiss(const ClassicMember& member, std::string_view words) {
    tell(member, words);
    reply(member.path, member.ends_lines, classic::farewell);
}

const ClassicMember* ClassicServer::find(const wire::MemberId& member) const {
    const auto found = addresses_.find(member);
    return found == addresses_.end() ? nullptr : &members_.at(found->second);
}

bool ClassicServer::admit_line(ClassicMember& member, std::size_t bytes, Instant now) {
    if (member.budget == nullptr) return true;
    const auto& rate = options_.limits.lines;
    const auto words = member.skipped == 0 ? 0 : words_of_skipped(member).size();
    if (!member.budget->spend(rate, words + bytes, now)) {
        ++counters_.withheld;
        if (member.skipped++ == 0) skipping_.emplace(member.id, member.path.peer);
        return false;
    }
    if (member.skipped > 0) tell_skipped(member);
    return true;
}

std::size_t ClassicServer::members_from(const std::string& holder) const {
    return static_cast<std::size_t>(
               std::count_if(members_.begin(), members_.end(),
                             [&](const auto& member) { return member.second.holder == holder; })) +
           pending_.count_from(holder);
}

std::string ClassicServer::words_of_skipped(const ClassicMember& member) const {
    const auto& words = context_.messages();
    return std::string(classic::host_prefix) +
           (member.skipped == 1 ? words.line_skipped
                                : classic::filled(words.lines_skipped, {}, std::to_string(member.skipped))) +
           (member.ends_lines ? "\n" : "");
}

void ClassicServer::tell_skipped(ClassicMember& member) {
    replies_.push_back({member.path, words_of_skipped(member)});
    member.skipped = 0;
    skipping_.erase(member.id);
}

Instant ClassicServer::skipped_told_at(const ClassicMember& member) const {
    return member.budget->ready_at(options_.limits.lines, classic::max_refusal + classic::max_datagram);
}

std::size_t ClassicServer::memory() const {
    constexpr std::size_t node = 128; // in the tables that it is in
    std::size_t bytes = (members_.size() + pending_.size()) * (sizeof(ClassicMember) + node) +
                        budgets_.memory() + last_lines_.memory();
    for (const auto& [id, address] : waiting_)
        for (const auto& command : members_.at(address).waiting) {
            const auto* say = std::get_if<wire::Say>(&command);
            bytes += sizeof command + (say == nullptr ? 0 : say->text.view().size());
        }
    return bytes;
}

} // namespace chatd
