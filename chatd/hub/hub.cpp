// SPDX-License-Identifier: MIT
#include "chatd/hub/hub.hpp"

#include "common/base/overloaded.hpp"
#include "common/base/sooner.hpp"
#include "common/text/utf8.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace chatd {
namespace {

namespace classic = wire::classic;

/// The event that an entry came to, for the log and for members.
KeptEvent kept_event(wire::Sequence sequence, const wire::Event* event) {
    KeptEvent kept{sequence, event == nullptr ? std::string() : wire::encode(*event)};
    if (event == nullptr) return kept;
    if (const auto* whispered = std::get_if<wire::Whispered>(&event->what))
        kept.only_for.emplace(whispered->author, whispered->recipient);
    return kept;
}

/// Joins two texts; either may be empty.
std::string in_a_row(std::string_view first, std::string_view second) {
    return std::string(first) + (first.empty() || second.empty() ? "" : " ") + std::string(second);
}

} // namespace

Hub::Hub(Options options, Random& random)
    : options_(std::move(options))
    , context_(options_.words)
    , gate_(options_.password ? ClassicAccess::off : options_.classic, options_.limits, random.u64())
    , sessions_({.handshakes = {options_.room, options_.host, options_.password},
                 .flood = options_.flood,
                 .max_history = options_.history,
                 .limits = options_.limits},
                options_.identity, random, gate_, context_)
    , classic_({.max_members = options_.classic_max,
                .flood = options_.flood,
                .history = options_.classic_history,
                .limits = options_.limits.classic},
               gate_, counters_, context_, random) {}

void Hub::restore(const RoomLog& log, Instant now) {
    // Newcomers, and members who were away for a while, get these without the disk.
    constexpr wire::Sequence preloaded = 4096;
    auto start = log.restore(preloaded);
    if (start.snapshot && !context_.room().load(start.snapshot->room))
        throw std::runtime_error("the log's copy of the room makes no sense");
    const auto last = start.last;
    const auto first = std::max(start.first, last >= preloaded ? last - preloaded + 1 : 1);
    snapshot_at_ = start.snapshot ? start.snapshot->sequence : 0;
    std::map<wire::Sequence, KeptEvent> events;
    for (auto& event : start.events) events.insert_or_assign(event.sequence, std::move(event));
    for (const auto& committed : start.entries) {
        const auto result = context_.room().apply(committed);
        kept_.push_back(kept_event(committed.sequence, std::get_if<wire::Event>(&result)));
        events.insert_or_assign(committed.sequence, kept_.back());
    }
    std::vector<KeptEvent> newest;
    for (auto sequence = first; sequence <= last; ++sequence) {
        const auto found = events.find(sequence);
        newest.push_back(found == events.end() ? KeptEvent{sequence, {}} : found->second);
    }
    applied_ = last;
    context_.set_oldest_kept(start.first);
    // Ids of classic members are never used again: each join is an entry.
    classic_.restore(last + 1);
    for (const auto& event : newest) classic_.remember_line(event);
    sessions_.restore(start.id, first, std::move(newest), start.paths, now);
    const auto& roster = context_.room().roster();
    counters_.peak_members = static_cast<std::size_t>(
        std::count_if(roster.begin(), roster.end(), [](const auto& one) { return !one.second.is_classic; }));
    if (context_.room().people().names_for() != options_.names_for)
        context_.submit({wire::host_id, {}, wire::Policy{options_.names_for}});
}

std::optional<LogSnapshot> Hub::take_snapshot(bool is_last) {
    constexpr wire::Sequence interval = 4096; // a start reads no more entries than that
    if (applied_ == snapshot_at_ || (!is_last && applied_ - snapshot_at_ < interval)) return std::nullopt;
    snapshot_at_ = applied_;
    return LogSnapshot{applied_, context_.room().save()};
}

void Hub::handle_log_state(wire::Sequence oldest, const std::optional<std::string>& fault, Instant now) {
    context_.set_oldest_kept(oldest);
    if (fault == context_.log_fault()) return;
    const bool was_fault = !context_.can_save();
    context_.set_log_fault(fault);
    if (fault) notice(Level::error, "log", "", "cannot save: " + *fault + "; lines wait");
    if (fault.has_value() == was_fault) return;
    const auto& words = fault ? context_.messages().cannot_save : context_.messages().can_save_again;
    classic_.tell_all(words);
    sessions_.notify_all(words);
    if (fault) return;
    notice(Level::info, "log", "", "can save again");
    sessions_.resume(now);
}

void Hub::set_password(std::optional<SecretText> password) {
    gate_.set_classic(password ? ClassicAccess::off : options_.classic);
    if (password) classic_.remove_all(context_.messages().key_set);
    sessions_.set_password(std::move(password));
}

// ---- what comes in

void Hub::handle_datagram(const net::Datagram& datagram, Instant now) {
    if (const auto packet = wire::parse_packet(datagram.bytes)) {
        // A source address has no rate: anybody could forge a neighbour's and use its rate up. A probe costs
        // little, and the others count only with a cookie, or a session, of that address.
        if (is_closing_ && !std::holds_alternative<wire::Data>(*packet)) return;
        return sessions_.handle_packet(*packet, datagram, now);
    }
    if (is_closing_) return;
    if (!classic_.admit_datagram(datagram.path, now)) {
        ++counters_.held_back;
        return;
    }
    const auto request = classic::parse_request(datagram.bytes);
    if (!request) {
        ++counters_.ignored;
        return;
    }
    classic_.handle_request(*request, datagram, now);
}

void Hub::handle_port_unreachable(const net::Address& peer, std::string_view quote, Instant now) {
    classic_.handle_port_unreachable(peer, quote, now);
}

void Hub::handle_deadline(Instant now) {
    sessions_.handle_deadline(now);
    classic_.handle_deadline(now);
}

std::optional<Instant> Hub::next_deadline() const {
    return sooner(sessions_.next_deadline(), classic_.next_deadline());
}

// ---- the host's own doings

std::optional<std::size_t> Hub::shout(std::string_view text) {
    const auto parts = wire::parts_of(text::Text::from_untrusted(text));
    for (const auto& part : parts) context_.submit({wire::host_id, {}, wire::Shout{part}});
    return parts.empty() ? std::nullopt : std::optional(member_count());
}

std::optional<std::string> Hub::kick(std::string_view name, std::string_view reason) {
    const auto parsed = text::Name::recorded(name);
    const auto id = parsed ? context_.room().find_like(*parsed) : std::nullopt;
    if (!id) return std::nullopt;
    const auto parts = wire::parts_of(text::Text::from_untrusted(reason));
    context_.submit({wire::host_id, {}, wire::Kick{*id, parts.empty() ? text::Text() : parts.front()}});
    return in_a_row(context_.room().find(*id)->name.view(), address_of(*id));
}

std::optional<Hub::Freed> Hub::free_name(const text::Name& name) {
    const auto keeper = context_.room().people().keeper_of(name);
    if (!keeper) return std::nullopt;
    context_.submit({wire::host_id, {}, wire::Free{name}});
    return Freed{name, session::fingerprint(session::PublicKey{keeper->bytes})};
}

std::optional<text::Name> Hub::find_name(const text::Name& name) const {
    const auto id = context_.room().find_like(name);
    if (!id) return std::nullopt;
    return context_.room().find(*id)->name;
}

void Hub::set_topic(std::string_view text) {
    const auto parts = wire::parts_of(text::Text::from_untrusted(text));
    context_.submit({wire::host_id, {}, wire::SetTopic{parts.empty() ? text::Text() : parts.front()}});
}

void Hub::close(Instant now) {
    is_closing_ = true;
    classic_.close(context_.messages().room_closed);
    sessions_.close_all(context_.messages().room_closed, now);
}

bool Hub::is_consistent() const {
    std::set<std::string> keys;
    for (const auto& [id, occupant] : context_.room().roster()) {
        for (const auto& key : std::set(occupant.name.keys().begin(), occupant.name.keys().end()))
            if (!keys.insert(key).second) return false;
        if (!occupant.is_classic && !sessions_.accounts_for(id)) return false;
    }
    const auto admitted = sessions_.admitted();
    return std::all_of(admitted.begin(), admitted.end(),
                       [&](const wire::MemberId& id) { return context_.room().find(id) != nullptr; });
}

// ---- what comes out

std::optional<net::Outgoing> Hub::poll_transmit(Instant now) {
    context_.begin_transmit(now);
    if (auto next = classic_.poll_transmit(now)) return next;
    return sessions_.poll_transmit(now);
}

void Hub::end_turn() {
    classic_.end_turn();
    sessions_.end_turn();
}

std::vector<Hub::Presence> Hub::presences(Instant now) const {
    std::vector<Presence> result;
    result.reserve(member_count());
    for (const auto& [id, occupant] : context_.room().roster()) {
        if (const auto* classic = classic_.find(id))
            result.push_back({occupant.name, classic->path.peer, now - classic->heard,
                              classic->waiting.size(), true, false, false, std::nullopt});
        else if (const auto* member = sessions_.find(id))
            result.push_back({occupant.name, member->path().peer, now - member->session().heard(), 0, false,
                              occupant.is_away, member->is_unreachable,
                              member->session().recovery().smoothed_rtt()});
        else
            result.push_back({occupant.name, std::nullopt, std::nullopt, 0, occupant.is_classic,
                              occupant.is_away, true, std::nullopt});
    }
    std::sort(result.begin(), result.end(),
              [](const Presence& a, const Presence& b) { return a.name.keys() < b.name.keys(); });
    return result;
}

// ---- what became durable

void Hub::handle_committed(const wire::CommittedEntry& committed, Instant now) {
    const auto result = context_.room().apply(committed);
    const auto* event = std::get_if<wire::Event>(&result);
    applied_ = committed.sequence;
    kept_.push_back(kept_event(committed.sequence, event));
    sessions_.append(kept_.back());
    if (event != nullptr) std::visit([&](const auto& what) { apply(what, now); }, event->what);
    if (const auto* refusal = std::get_if<wire::Refusal>(&result))
        apply(*refusal, committed.entry, now);
    else if (const auto* free = std::get_if<wire::Free>(&committed.entry.command))
        notice(Level::info, "free", free->name.view(), "");
    if (std::holds_alternative<wire::Join>(committed.entry.command) ||
        std::holds_alternative<wire::Leave>(committed.entry.command))
        sessions_.handle_membership_resolved(committed.entry.author, now);
    sessions_.handle_resolved(committed);
}

void Hub::apply(const wire::Joined& event, Instant now) {
    counters_.peak_members = std::max(counters_.peak_members, member_count());
    classic_.broadcast(event.member, context_.messages().joined, event.name.view());
    if (event.is_classic)
        classic_.handle_joined(event, now);
    else
        sessions_.handle_joined(event.member, now);
    notice(Level::info, "join", event.name.view(), address_of(event.member));
}

void Hub::apply(const wire::Left& event, Instant) {
    classic_.broadcast(event.member, context_.messages().left, event.name.view());
    notice(Level::info, "leave", event.name.view(), address_of(event.member));
    classic_.forget(event.member);
    sessions_.handle_left(event.member);
}

void Hub::apply(const wire::Said& event, Instant) {
    ++counters_.lines_in;
    classic_.remember_line(kept_.back());
    classic_.broadcast(event.author, event.is_action ? context_.messages().acted : context_.messages().said,
                       event.name.view(), event.text.view());
    notice(Level::debug, "say", event.name.view(), std::string(event.text.view()));
}

void Hub::apply(const wire::Whispered&, Instant) {
    ++counters_.lines_in; // nobody else learns of it, not even the admin's log
}

void Hub::apply(const wire::Renamed& event, Instant) {
    classic_.broadcast(event.member, context_.messages().renamed, event.name.view(), event.new_name.view());
    sessions_.handle_renamed(event.member, event.new_name);
    notice(Level::info, "rename", event.name.view(), std::string(event.new_name.view()));
}

void Hub::apply(const wire::AwaySet& event, Instant) {
    notice(Level::debug, event.is_away ? "away" : "back", event.name.view(),
           std::string(event.reason.view()));
}

void Hub::apply(const wire::TopicSet& event, Instant) {
    classic_.broadcast(wire::host_id, context_.messages().topic, {}, event.text.view());
}

void Hub::apply(const wire::Shouted& event, Instant) {
    ++counters_.lines_in;
    classic_.remember_line(kept_.back());
    classic_.broadcast(wire::host_id, context_.messages().said, context_.messages().admin, event.text.view());
    notice(Level::debug, "shout", context_.messages().admin, std::string(event.text.view()));
}

void Hub::apply(const wire::Kicked& event, Instant now) {
    const auto& words = context_.messages();
    const auto reason = event.reason.view();
    const auto told =
        reason.empty() ? words.was_removed : classic::filled(words.was_removed_because, {}, reason);
    notice(Level::info, "kick", event.name.view(), in_a_row(address_of(event.member), reason));
    bar(event.member, now);
    classic_.remove(event.member, told);
    sessions_.remove(event.member, wire::CloseFrame::Code::removed, told);
    classic_.broadcast(event.member, reason.empty() ? words.removed : words.removed_because,
                       event.name.view(), reason);
    classic_.forget(event.member);
}

void Hub::apply(const wire::Refusal& refusal, const wire::Entry& entry, Instant now) {
    // Two requests crossed on their way to the log. Only a join is still waiting for an answer.
    ++counters_.refused;
    if (refusal.reason == wire::Refusal::Reason::not_next) {
        const auto* outbox = context_.room().find_outbox(entry.author, entry.outbox);
        if (outbox == nullptr || entry.number > outbox->last + 1)
            sessions_.handle_gap(entry.author, entry.outbox, now);
        return; // else it is resolved already
    }
    const auto* join = std::get_if<wire::Join>(&entry.command);
    if (join == nullptr) return;
    if (join->is_classic)
        classic_.handle_join_refused(refusal, join->name, now);
    else
        sessions_.handle_join_refused(refusal.author, context_.words_for(refusal.reason, join->name));
}

// ---- helpers

void Hub::notice(Level level, std::string_view keyword, std::string_view subject, std::string detail) {
    context_.notice({level, keyword, std::string(subject), std::move(detail)});
}

void Hub::bar(const wire::MemberId& id, Instant now) {
    // Other users of the host's own machine come from loopback, too.
    if (const auto* path = path_of(id); path != nullptr && !Gate::is_local(*path))
        context_.bar(path->peer, applied_, now);
}

const net::Path* Hub::path_of(const wire::MemberId& id) const {
    if (const auto* member = classic_.find(id)) return &member->path;
    const auto* member = sessions_.find(id);
    return member == nullptr ? nullptr : &member->path();
}

std::string Hub::address_of(const wire::MemberId& id) const {
    const auto* path = path_of(id);
    return path == nullptr ? "" : path->peer.to_string();
}

} // namespace chatd
