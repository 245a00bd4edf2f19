// SPDX-License-Identifier: MIT
#include "chatd/hub.hpp"

#include "common/ensure.hpp"
#include "common/overloaded.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace chatd {
namespace {

namespace classic = wire::classic;

// PROTOCOL: one ICMP error may be forged or stale; two in a row without a word in between are believed.
constexpr int believed_port_errors = 2;
// What a member hears that has shown nothing but one datagram with its address on it.
constexpr Rate unproven_hearing{50, 10};

/// What an entry came to, for the log and for members.
KeptEvent kept_event(wire::Sequence sequence, const wire::Event* event) {
    KeptEvent kept{sequence, event == nullptr ? std::string() : wire::encode(*event)};
    if (event == nullptr) return kept;
    if (const auto* whispered = std::get_if<wire::Whispered>(&event->what))
        kept.only_for.emplace(whispered->author, whispered->recipient);
    return kept;
}

/// Leaves a byte for a line end.
std::string refusal_line(std::string_view words) {
    auto line = std::string(classic::host_prefix) + std::string(words);
    line.resize(text::cut_length(line, classic::max_refusal - 2));
    return line;
}

} // namespace

Hub::Hub(Options options, session::Random& random)
    : options_(std::move(options))
    , gate_(options_.key ? ClassicAccess::off : options_.classic, random.u64())
    , hall_({.room = options_.room,
             .host = options_.host,
             .flood = options_.flood,
             .key = options_.key,
             .max_history = options_.history},
            options_.identity, random, *this) {}

void Hub::restore(const RoomLog& log, Instant now) {
    // What newcomers and those who were away for a while are told without the disk.
    constexpr wire::Sequence preloaded = 4096;
    const auto snapshot = log.snapshot();
    if (snapshot && !room_.load(snapshot->room))
        throw std::runtime_error("the log's copy of the room makes no sense");
    const auto last = log.last();
    const auto first = std::max(log.first(), last >= preloaded ? last - preloaded + 1 : 1);
    snapshot_at_ = snapshot ? snapshot->sequence : 0;
    std::map<wire::Sequence, KeptEvent> events;
    if (snapshot_at_ >= first)
        log.read_events(first, snapshot_at_ - first + 1,
                        [&](const KeptEvent& event) { events.insert_or_assign(event.sequence, event); });
    log.read(snapshot_at_ + 1, last - std::min(last, snapshot_at_),
             [&](const wire::CommittedEntry& committed) {
                 const auto result = room_.apply(committed);
                 kept_.push_back(kept_event(committed.sequence, std::get_if<wire::Event>(&result)));
                 events.insert_or_assign(committed.sequence, kept_.back());
             });
    std::vector<KeptEvent> newest;
    for (auto sequence = first; sequence <= last; ++sequence) {
        const auto found = events.find(sequence);
        newest.push_back(found == events.end() ? KeptEvent{sequence, {}} : found->second);
    }
    applied_ = last;
    oldest_kept_ = log.first();
    // Ids of classic members are never used again: each join is an entry.
    next_classic_number_ = last + 1;
    for (const auto& event : newest) remember_line(event);
    hall_.restore(log.id(), first, std::move(newest), now);
    // An address says nothing of who will be there after a restart.
    for (const auto& [id, occupant] : room_.roster())
        if (occupant.is_classic) submit(id, wire::Leave{});
}

std::optional<LogSnapshot> Hub::take_snapshot(bool is_last) {
    constexpr wire::Sequence interval = 4096; // a start reads no more entries than that
    if (applied_ == snapshot_at_ || (!is_last && applied_ - snapshot_at_ < interval)) return std::nullopt;
    snapshot_at_ = applied_;
    return LogSnapshot{applied_, room_.save()};
}

void Hub::handle_log_state(wire::Sequence oldest, const std::optional<std::string>& fault, Instant now) {
    oldest_kept_ = oldest;
    if (fault == log_fault_) return;
    const bool was_fault = log_fault_.has_value();
    log_fault_ = fault;
    if (fault) notice(Level::error, "log", "", "cannot save: " + *fault + "; lines wait");
    if (fault.has_value() == was_fault) return;
    const auto& words = fault ? options_.words.cannot_save : options_.words.can_save_again;
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) tell(member, words);
    hall_.notify_all(words);
    if (fault) return;
    notice(Level::info, "log", "", "can save again");
    hall_.resume(now);
}

void Hub::set_key(std::optional<std::string> key) {
    gate_.set_classic(key ? ClassicAccess::off : options_.classic);
    if (key) {
        for (auto& [address, member] : members_) {
            if (std::exchange(member.is_leaving, true)) continue;
            member.waiting.clear();
            dismiss(member, options_.words.key_set);
            submit(member.id, wire::Leave{});
        }
        waiting_.clear();
    }
    hall_.set_key(std::move(key));
}

// ---- what comes in

void Hub::handle_datagram(const net::Datagram& datagram, Instant now) {
    if (const auto packet = wire::parse_packet(datagram.bytes)) {
        // A member's own packets prove themselves; what anybody can send is held to a rate.
        if (!std::holds_alternative<wire::Data>(*packet) && !gate_.admit_datagram(datagram.path.peer, now)) {
            ++counters_.held_back;
            return;
        }
        return hall_.handle_packet(*packet, datagram, now);
    }
    if (!gate_.admit_datagram(datagram.path.peer, now)) {
        ++counters_.held_back;
        return;
    }
    const auto request = classic::parse_request(datagram.bytes);
    if (!request) {
        ++counters_.ignored;
        return;
    }
    if (const auto found = members_.find(datagram.path.peer); found != members_.end()) {
        found->second.heard = now;
        found->second.port_errors = 0;
    }
    std::visit(Overloaded{
                   [&](const classic::Login& login) { handle_login(login, datagram, now); },
                   [&](const classic::Chat& chat) { handle_chat(chat, datagram, now); },
                   [&](const classic::Quit& quit) { handle_quit(quit, datagram, now); },
               },
               *request);
}

void Hub::handle_login(const classic::Login& login, const net::Datagram& datagram, Instant now) {
    const auto& peer = datagram.path.peer;
    if (joining_from_.contains(peer)) return; // the same datagram twice: the first one will be answered
    auto parsed = text::Name::parse(login.name);
    if (const auto found = members_.find(peer); found != members_.end()) {
        auto& member = found->second;
        const auto* name = std::get_if<text::Name>(&parsed);
        if (name == nullptr || !name->is_like(member.name))
            return refuse(datagram, classic::filled(options_.words.is_member_as, member.name.view()), now);
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
        case text::NameFault::empty: return refuse(datagram, options_.words.name_missing, now);
        case text::NameFault::too_long: return refuse(datagram, options_.words.name_too_long, now);
        case text::NameFault::bad_character: return refuse(datagram, options_.words.name_bad, now);
        }
    }
    auto& name = std::get<text::Name>(parsed);
    if (const auto fault = room_.fault_of_join(name)) return refuse(datagram, words_for(*fault, name), now);
    begin_join(std::move(name), datagram);
}

void Hub::begin_join(text::Name name, const net::Datagram& datagram) {
    const auto id = wire::MemberId::classic(next_classic_number_++);
    joining_[id] = {datagram.path, classic::ends_line(datagram.bytes)};
    joining_from_[datagram.path.peer] = id;
    submit(id, wire::Join{std::move(name), true});
}

void Hub::handle_chat(const classic::Chat& chat, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(datagram.path.peer);
    if (found == members_.end() || found->second.is_leaving)
        return refuse(datagram, options_.words.not_in_room, now);
    auto& member = found->second;
    if (chat.name != member.name.view()) {
        const auto name = text::Name::parsed(chat.name);
        if (!name || !name->is_like(member.name))
            return refuse(datagram, classic::filled(options_.words.not_your_name, member.name.view()), now);
    }
    member.has_spoken = true;
    if (!can_save()) return refuse(datagram, options_.words.cannot_save, now);
    const auto front = static_cast<std::size_t>(chat.text.data() - datagram.bytes.data());
    const auto length =
        text::cut_length(chat.text, front < classic::max_datagram ? classic::max_datagram - front : 0);
    auto said = text::Text::from_untrusted(chat.text.substr(0, length));
    if (said.empty()) {
        ++counters_.ignored;
        return;
    }
    if (length < chat.text.size()) tell(member, options_.words.line_cut);
    for (auto& part : wire::parts_of(said)) say_in_turn(member, wire::Say{std::move(part)}, datagram, now);
}

void Hub::handle_quit(const classic::Quit& quit, const net::Datagram& datagram, Instant now) {
    const auto found = members_.find(datagram.path.peer);
    if (found == members_.end()) {
        const bool ends_lines = classic::ends_line(datagram.bytes);
        if (gate_.admit_refusal(datagram.path.peer, datagram.bytes.size(), classic::farewell.size() + 1, now))
            reply(datagram.path, ends_lines, classic::farewell);
        return;
    }
    auto& member = found->second;
    if (quit.name != member.name.view()) {
        const auto name = text::Name::parsed(quit.name);
        if (!name || !name->is_like(member.name))
            return refuse(datagram, classic::filled(options_.words.not_your_name, member.name.view()), now);
    }
    reply(datagram.path, member.ends_lines, classic::farewell);
    if (std::exchange(member.is_leaving, true)) return;
    if (member.waiting.empty()) return submit(member.id, wire::Leave{});
    // What it said before it left is said first, at the pace that everybody is held to.
    member.waiting.emplace_back(wire::Leave{});
}

void Hub::handle_port_unreachable(const net::Address& peer, Instant) {
    const auto found = members_.find(peer);
    if (found == members_.end()) return;
    ++counters_.unreachable;
    auto& member = found->second;
    if (++member.port_errors != believed_port_errors) return;
    notice(Level::info, "gone", member.name.view(), peer.to_string() + " (port unreachable)");
    submit(member.id, wire::Leave{});
}

void Hub::handle_deadline(Instant now) {
    hall_.handle_deadline(now);
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        auto& member = members_.at(next->second);
        auto& waiting = member.waiting;
        std::size_t released = 0;
        while (released < waiting.size()) {
            const bool is_line = !std::holds_alternative<wire::Leave>(waiting[released]);
            if (is_line && !member.speech.take(*options_.flood, now)) break;
            submit(member.id, std::move(waiting[released++]));
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(released));
        next = waiting.empty() ? waiting_.erase(next) : std::next(next);
    }
}

std::optional<Instant> Hub::next_deadline() const {
    auto earliest = hall_.next_deadline();
    for (const auto& [id, address] : waiting_) {
        const auto ready = members_.at(address).speech.ready_at(*options_.flood);
        if (!earliest || ready < *earliest) earliest = ready;
    }
    return earliest;
}

// ---- the host's own doings

std::optional<std::size_t> Hub::shout(std::string_view text) {
    const auto parts = wire::parts_of(text::Text::from_untrusted(text));
    for (const auto& part : parts) submit(wire::host_id, wire::Shout{part});
    return parts.empty() ? std::nullopt : std::optional(member_count());
}

std::optional<std::string> Hub::kick(std::string_view name, std::string_view reason) {
    const auto parsed = text::Name::parsed(name);
    const auto id = parsed ? room_.find_like(*parsed) : std::nullopt;
    if (!id) return std::nullopt;
    const auto parts = wire::parts_of(text::Text::from_untrusted(reason));
    submit(wire::host_id, wire::Kick{*id, parts.empty() ? text::Text() : parts.front()});
    return std::string(room_.find(*id)->name.view()) + " " + address_of(*id);
}

void Hub::set_topic(std::string_view text) {
    const auto parts = wire::parts_of(text::Text::from_untrusted(text));
    submit(wire::host_id, wire::SetTopic{parts.empty() ? text::Text() : parts.front()});
}

void Hub::close() {
    for (const auto& [address, member] : members_)
        if (!member.is_leaving) dismiss(member, options_.words.room_closed);
    hall_.close_all(options_.words.room_closed);
}

// ---- what comes out

std::vector<wire::Entry> Hub::take_entries(WallTime time) {
    for (auto& entry : entries_) entry.time = time;
    return std::exchange(entries_, {});
}

std::vector<Notice> Hub::take_notices() {
    return std::exchange(notices_, {});
}

std::optional<net::Outgoing> Hub::poll_transmit(Instant now) {
    if (cursor_.reply < replies_.size()) {
        const auto& next = replies_[cursor_.reply++];
        return net::Outgoing{&next.path, next.bytes};
    }
    if (lines_.empty()) return hall_.poll_transmit(now);
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
    return hall_.poll_transmit(now);
}

void Hub::end_turn() {
    hall_.end_turn();
    replies_.clear();
    lines_.clear();
    first_line_.clear();
    cursor_ = {};
}

std::vector<Hub::Presence> Hub::presences(Instant now) const {
    std::vector<Presence> result;
    result.reserve(member_count());
    for (const auto& [address, member] : members_)
        result.push_back({member.name, address, now - member.heard, member.waiting.size(), true, false, false,
                          std::nullopt});
    for (const auto& [id, occupant] : room_.roster())
        if (const auto* member = hall_.find(id))
            result.push_back({occupant.name, member->path().peer, now - member->session().heard(), 0, false,
                              occupant.is_away, member->is_unreachable,
                              member->session().recovery().smoothed_rtt()});
    std::sort(result.begin(), result.end(),
              [](const Presence& a, const Presence& b) { return a.name.keys() < b.name.keys(); });
    return result;
}

// ---- what became durable

void Hub::handle_committed(const wire::CommittedEntry& committed, Instant now) {
    const auto result = room_.apply(committed);
    const auto* event = std::get_if<wire::Event>(&result);
    applied_ = committed.sequence;
    kept_.push_back(kept_event(committed.sequence, event));
    hall_.append(kept_.back());
    if (event == nullptr)
        apply(std::get<wire::Refusal>(result), committed.entry.command);
    else
        std::visit([&](const auto& what) { apply(what, now); }, event->what);
    hall_.handle_settled(committed);
}

void Hub::apply(const wire::Joined& event, Instant now) {
    counters_.peak_members = std::max(counters_.peak_members, member_count());
    if (!event.is_classic) {
        broadcast(event.member, options_.words.joined, event.name.view());
        hall_.handle_joined(event.member);
        return notice(Level::info, "join", event.name.view(), address_of(event.member));
    }
    const auto found = joining_.find(event.member);
    ensure(found != joining_.end(), "a classic member joins where it asked to");
    const auto pending = found->second;
    joining_.erase(found);
    joining_from_.erase(pending.path.peer);
    const bool is_local = gate_.is_local(pending.path.peer);
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
    broadcast(event.member, options_.words.joined, event.name.view());
    first_line_[event.member] = lines_.size();
    notice(Level::info, "join", event.name.view(), pending.path.peer.to_string());
}

void Hub::apply(const wire::Left& event, Instant) {
    broadcast(event.member, options_.words.left, event.name.view());
    notice(Level::info, "leave", event.name.view(), address_of(event.member));
    forget_member(event.member);
    hall_.handle_left(event.member);
}

void Hub::apply(const wire::Said& event, Instant) {
    ++counters_.lines_in;
    remember_line(kept_.back());
    broadcast(event.author, event.is_action ? options_.words.acted : options_.words.said, event.name.view(),
              event.text.view());
    notice(Level::debug, "say", event.name.view(), std::string(event.text.view()));
}

void Hub::apply(const wire::Whispered&, Instant) {
    ++counters_.lines_in; // and nobody else's business, the log's neither
}

void Hub::apply(const wire::Renamed& event, Instant) {
    broadcast(event.member, options_.words.renamed, event.name.view(), event.new_name.view());
    hall_.handle_renamed(event.member, event.new_name);
    notice(Level::info, "rename", event.name.view(), std::string(event.new_name.view()));
}

void Hub::apply(const wire::AwaySet& event, Instant) {
    notice(Level::debug, event.is_away ? "away" : "back", event.name.view(),
           std::string(event.reason.view()));
}

void Hub::apply(const wire::TopicSet& event, Instant) {
    broadcast(wire::host_id, options_.words.topic, {}, event.text.view());
}

void Hub::apply(const wire::Shouted& event, Instant) {
    ++counters_.lines_in;
    remember_line(kept_.back());
    broadcast(wire::host_id, options_.words.said, options_.words.admin, event.text.view());
    notice(Level::debug, "shout", options_.words.admin, std::string(event.text.view()));
}

void Hub::apply(const wire::Kicked& event, Instant) {
    const auto& words = options_.words;
    const auto reason = event.reason.view();
    const auto told =
        reason.empty() ? words.was_removed : classic::filled(words.was_removed_because, {}, reason);
    notice(Level::info, "kick", event.name.view(),
           address_of(event.member) + (reason.empty() ? "" : " " + std::string(reason)));
    if (const auto* member = find_member(event.member)) dismiss(*member, told);
    hall_.remove(event.member, wire::CloseFrame::Code::removed, told);
    broadcast(event.member, reason.empty() ? words.removed : words.removed_because, event.name.view(),
              reason);
    forget_member(event.member);
}

void Hub::apply(const wire::Refusal& refusal, const wire::Command& command) {
    // Two requests crossed on their way to the log. Only a join is still waiting for an answer.
    const auto found = joining_.find(refusal.author);
    const auto* join = std::get_if<wire::Join>(&command);
    ++counters_.refused;
    if (join != nullptr && !join->is_classic)
        return hall_.handle_join_refused(refusal.author, words_for(refusal.reason, join->name));
    if (found == joining_.end() || join == nullptr) return;
    const auto pending = found->second;
    joining_.erase(found);
    joining_from_.erase(pending.path.peer);
    reply(pending.path, pending.ends_lines, refusal_line(words_for(refusal.reason, join->name)));
}

// ---- the parts of those

std::optional<std::string> Hub::fault_of_source(const net::Path& path) const {
    const auto& words = options_.words;
    switch (gate_.judge_join(path)) {
    case Gate::Verdict::classic_off: return words.classic_off;
    case Gate::Verdict::not_on_lan: return words.not_on_lan;
    case Gate::Verdict::welcome:
    case Gate::Verdict::reflector: break;
    }
    if (members_.size() + joining_.size() >= options_.classic_max) return words.room_full;
    if (!gate_.is_local(path.peer) && members_from(path.peer) >= max_members_per_host)
        return words.host_crowded;
    return std::nullopt;
}

std::string Hub::words_for(wire::Refusal::Reason reason, const text::Name& name) const {
    const auto& words = options_.words;
    switch (reason) {
    case wire::Refusal::Reason::name_reserved: return classic::filled(words.name_reserved, name.view());
    case wire::Refusal::Reason::name_taken:
        if (const auto free = room_.free_name_like(name))
            return classic::filled(words.name_taken_other_free, name.view(), free->view());
        return classic::filled(words.name_taken, name.view());
    case wire::Refusal::Reason::is_member: return classic::filled(words.is_member_as, name.view());
    case wire::Refusal::Reason::no_member:
    case wire::Refusal::Reason::nobody:
    case wire::Refusal::Reason::not_private:
    case wire::Refusal::Reason::not_next: return words.not_in_room;
    }
    ensure(false, "every refusal has words");
    return {};
}

void Hub::submit(const wire::MemberId& author, wire::Command command) {
    entries_.push_back({author, {}, std::move(command)});
}

void Hub::say_in_turn(ClassicMember& member, wire::Command command, const net::Datagram& datagram,
                      Instant now) {
    const auto& flood = options_.flood;
    if (!flood || (member.waiting.empty() && member.speech.take(*flood, now)))
        return submit(member.id, std::move(command));
    if (member.waiting.size() >= max_waiting) {
        notice(Level::debug, "flood", member.name.view(), "a line refused");
        return refuse(datagram, options_.words.too_fast, now);
    }
    if (member.waiting.empty()) {
        notice(Level::info, "flood", member.name.view(), "lines delayed");
        waiting_.emplace(member.id, datagram.path.peer);
    }
    ++counters_.delayed;
    member.waiting.push_back(std::move(command));
}

void Hub::remember_line(const KeptEvent& kept) {
    if (options_.classic_history == 0 || !wire::is_line(kept.bytes)) return;
    const auto event = wire::decode_event(kept.sequence, kept.bytes);
    if (!event) return;
    const auto& words = options_.words;
    std::vector<std::string> lines;
    if (const auto* said = std::get_if<wire::Said>(&event->what))
        lines = classic::filled_lines(said->is_action ? words.acted : words.said, said->name.view(),
                                      said->text.view(), classic::max_datagram - 1);
    if (const auto* shouted = std::get_if<wire::Shouted>(&event->what))
        lines =
            classic::filled_lines(words.said, words.admin, shouted->text.view(), classic::max_datagram - 1);
    for (auto& line : lines) last_lines_.push_back(std::move(line));
    while (last_lines_.size() > options_.classic_history) last_lines_.pop_front();
}

void Hub::broadcast(const wire::MemberId& author, std::string_view pattern, std::string_view name,
                    std::string_view text) {
    for (auto& line : classic::filled_lines(pattern, name, text, classic::max_datagram - 1)) {
        line += '\n';
        lines_.push_back({std::move(line), author});
    }
}

void Hub::refuse(const net::Datagram& datagram, std::string_view words, Instant now) {
    ++counters_.refused;
    const auto bytes = refusal_line(words);
    if (!gate_.admit_refusal(datagram.path.peer, datagram.bytes.size(), bytes.size() + 1, now)) return;
    reply(datagram.path, classic::ends_line(datagram.bytes), bytes);
}

void Hub::reply(const net::Path& path, bool ends_lines, std::string_view bytes) {
    replies_.push_back({path, std::string(bytes) + (ends_lines ? "\n" : "")});
}

void Hub::tell(const ClassicMember& member, std::string_view words) {
    const auto bytes = std::string(classic::host_prefix) + std::string(words);
    reply(member.path, member.ends_lines,
          std::string_view(bytes).substr(0, text::cut_length(bytes, classic::max_datagram - 1)));
}

void Hub::dismiss(const ClassicMember& member, std::string_view words) {
    tell(member, words);
    reply(member.path, member.ends_lines, classic::farewell);
}

void Hub::notice(Level level, std::string_view keyword, std::string_view subject, std::string detail) {
    notices_.push_back({level, keyword, std::string(subject), std::move(detail)});
}

std::string Hub::address_of(const wire::MemberId& id) const {
    if (const auto found = addresses_.find(id); found != addresses_.end()) return found->second.to_string();
    const auto* member = hall_.find(id);
    return member == nullptr ? "-" : member->path().peer.to_string();
}

ClassicMember* Hub::find_member(const wire::MemberId& id) {
    const auto found = addresses_.find(id);
    return found == addresses_.end() ? nullptr : &members_.at(found->second);
}

void Hub::forget_member(const wire::MemberId& id) {
    const auto found = addresses_.find(id);
    if (found == addresses_.end()) return;
    members_.erase(found->second);
    addresses_.erase(found);
    waiting_.erase(id);
}

std::size_t Hub::members_from(const net::Address& source) const {
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
