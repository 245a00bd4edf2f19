// SPDX-License-Identifier: MIT
#include "chatd/session/intake.hpp"

#include "common/base/sooner.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace chatd {
namespace {

// What the rate of commands is meant for.
constexpr std::size_t bytes_a_command = 1024;

/// What was found, as far as it fits an answer: the newest of it.
std::string answer_of(const LogPage& page) {
    wire::Matches found{page.is_all, {}};
    std::size_t size = 1;
    for (auto event = page.events.rbegin(); event != page.events.rend(); ++event) {
        size +=
            wire::varint_size(event->sequence) + wire::varint_size(event->bytes.size()) + event->bytes.size();
        if (size > wire::max_matches) {
            found.is_all = false;
            break;
        }
        found.lines.push_back({event->sequence, event->bytes});
    }
    std::reverse(found.lines.begin(), found.lines.end());
    return wire::encode(found);
}

} // namespace

Intake::Intake(const Limits& limits, bool has_history, Ledger& ledger, RoomContext& context,
               Sessions& sessions, Typists& typists)
    : fair_share_(limits.fair_share)
    , has_history_(has_history)
    , ledger_(ledger)
    , context_(context)
    , sessions_(sessions)
    , typists_(typists) {}

void Intake::go_on(Peer& member, Instant now) {
    submit_commands(member, now);
    submit_search(member, now);
    sessions_.note_bytes(member);
}

void Intake::serve(Instant now) {
    if (context_.can_save())
        commands_.serve(now, [&](Peer& member) {
            const bool may = member.has_command() && may_have(Cost::command, member, now);
            if (may) submit_command(member, now);
            sessions_.note_bytes(member);
            sessions_.touch(member);
            if (may && member.has_command()) return WaitingLine::Answer::again;
            member.waits_for.command = false;
            return WaitingLine::Answer::done;
        });
    searches_.serve(now, [&](Peer& member) {
        const bool may = member.wanted_search() != nullptr && may_have(Cost::search, member, now);
        if (may) begin_search(member, now);
        member.waits_for.search = false;
        sessions_.touch(member);
        return WaitingLine::Answer::done;
    });
}

void Intake::handle_page(Peer& member, const LogPage& page) {
    member.add_matches(page.number, answer_of(page));
}

void Intake::leave_lines(Peer& member) {
    if (std::exchange(member.waits_for.command, false)) commands_.remove(member);
    if (std::exchange(member.waits_for.search, false)) searches_.remove(member);
}

bool Intake::is_over_memory(const Peer& member, const wire::Data& data, std::string_view datagram) {
    if (member.waiting_bytes() <= fair_share_ ||
        ledger_.may_add(Holding::waiting_byte, member.source(), datagram.size()))
        return false;
    // What the others wait behind, and what takes no memory, is let through.
    const auto inside = member.session().peek(data, datagram);
    const auto frames = inside ? wire::parse_frames(*inside) : std::nullopt;
    return frames && !member.is_waited_for(*frames);
}

Instant Intake::ready_at(const Peer& member) const {
    const auto& id = member.start().id;
    auto ready = Instant::max();
    if (member.has_command() && context_.can_save() && !member.waits_for.command)
        ready = ledger_.key_ready_at(Cost::command, id);
    if (member.wanted_search() != nullptr && !member.waits_for.search)
        ready = std::min(ready, ledger_.key_ready_at(Cost::search, id));
    return ready;
}

std::optional<Instant> Intake::next_deadline() const {
    const auto commands = context_.can_save() ? commands_.next_deadline() : std::nullopt;
    return sooner(commands, searches_.next_deadline());
}

void Intake::submit_commands(Peer& member, Instant now) {
    // Where nothing can be saved they wait here, and at their clients.
    while (context_.can_save() && member.has_command() && !member.waits_for.command &&
           may_have(Cost::command, member, now)) {
        if (commands_.must_wait(member, now)) {
            hold_back(member);
            member.waits_for.command = true;
            return commands_.add(member, false, now);
        }
        submit_command(member, now);
    }
}

void Intake::submit_command(Peer& member, Instant now) {
    const auto& id = member.start().id;
    ledger_.spend(Cost::command, member.source(), &id, now);
    member.is_held_back = false;
    auto command = member.take_command();
    // A long one costs its address as much as several.
    ledger_.charge(Cost::command, member.source(), static_cast<int>(command.bytes.size() / bytes_a_command),
                   now);
    auto decoded = wire::command_of_client(command.bytes);
    if (std::holds_alternative<wire::Say>(decoded)) typists_.forget(id);
    context_.submit({id, {}, std::move(decoded), member.start().outbox, command.number});
}

void Intake::submit_search(Peer& member, Instant now) {
    if (member.wanted_search() == nullptr || member.waits_for.search || !may_have(Cost::search, member, now))
        return;
    if (!searches_.must_wait(member, now)) return begin_search(member, now);
    hold_back(member);
    member.waits_for.search = true;
    searches_.add(member, false, now);
}

void Intake::begin_search(Peer& member, Instant now) {
    ledger_.spend(Cost::search, member.source(), &member.start().id, now);
    member.is_held_back = false;
    const auto* wanted = member.wanted_search();
    if (has_history_)
        context_.ask(*wanted);
    else
        member.add_matches(wanted->number, wire::encode(wire::Matches{true, {}}));
    member.forget_search();
}

bool Intake::may_have(Cost cost, Peer& member, Instant now) {
    const bool may = ledger_.key_ready_at(cost, member.start().id) <= now;
    if (may) return true;
    if (cost == Cost::command && !member.is_held_back) ++delayed_;
    hold_back(member);
    return false;
}

void Intake::hold_back(Peer& member) {
    if (!std::exchange(member.is_held_back, true)) ledger_.count_met();
}

} // namespace chatd
