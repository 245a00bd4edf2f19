// SPDX-License-Identifier: MIT
#include "chat/link/membership.hpp"

#include "chat/text/places.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <string_view>

namespace chat {

Membership::Membership(std::string name, std::size_t history, std::shared_ptr<ResumeStore> store,
                       std::shared_ptr<Keyring> keyring, std::uint64_t outbox_id, Reporter& reporter)
    : name_(std::move(name))
    , history_(history)
    , store_(std::move(store))
    , keyring_(std::move(keyring))
    , reporter_(reporter)
    , inbox_(store_ != nullptr)
    , outbox_(outbox_id, reporter.messages()) {}

void Membership::submit(LineId id, const wire::Command& command) {
    outbox_.add(id, command);
    has_changed_ = true;
}

void Membership::set_seen(wire::Sequence sequence) {
    if (inbox_.set_seen(sequence)) has_changed_ = true;
}

// ---- joining

void Membership::begin(RoomId room, session::KeyPair& identity) {
    room_ = std::move(room);
    if (keyring_) identity = keyring_->key_for(room_->fingerprint, name_);
    load();
}

std::string Membership::next_join() {
    has_changed_ = true; // the number of attempts has
    return wire::encode(wire::JoinPayload{name_, log_id_, inbox_.cursor(), outbox_.id(), ++attempts_,
                                          history_, inbox_.mark(), wire::features});
}

void Membership::begin_session(const wire::WelcomeFrame& welcome, wire::Sequence asked_from, bool is_first,
                               Channel& channel) {
    const bool is_same_log = welcome.log_id == log_id_;
    const bool is_behind = is_same_log && welcome.start <= asked_from;
    const bool goes_on = is_same_log && !is_behind;
    log_id_ = welcome.log_id;
    head_ = welcome.head;
    reporter_.tell_welcome(is_first, is_first && goes_on ? std::optional(welcome.start) : std::nullopt,
                           welcome.head);
    tell_of_log(welcome, is_same_log, is_behind);
    if (is_first) first_head_ = welcome.head;
    accept_name(welcome, !is_first && goes_on && welcome.start <= inbox_.cursor() + 1);
    if (goes_on) {
        // The session before may have delivered more since it was asked for this one.
        inbox_.go_on_at(welcome.start, welcome.mark);
    } else {
        if (!is_first) first_head_ = 0; // in the new log, lines of this run come after its history
        history_end_ = !is_behind && welcome.start < welcome.head ? welcome.head - 1 : 0;
        inbox_.begin_at(welcome.start, welcome.mark);
    }
    for (auto& told : outbox_.begin_session(welcome, is_same_log)) reporter_.tell(std::move(told));
    for (auto& [result, reason] : channel.drain_early_results()) {
        result.reason = reason;
        resolve(result);
    }
    has_changed_ = true;
    search_.begin_session();
}

void Membership::tell_of_log(const wire::WelcomeFrame& welcome, bool is_same_log, bool is_behind) {
    const auto& messages = reporter_.messages();
    const auto next = inbox_.cursor() + 1;
    if (is_behind)
        reporter_.tell_remark(messages.older_log);
    else if (is_same_log && welcome.start > next)
        reporter_.tell_remark(filled(messages.lines_missing, {std::to_string(welcome.start - next)}));
    else if (!is_same_log && inbox_.cursor() > 0)
        reporter_.tell_remark(messages.new_log);
}

void Membership::accept_name(const wire::WelcomeFrame& welcome, bool hears_renames) {
    const auto name = text::Name::recorded(welcome.name);
    if (!name) return;
    name_then_.reset();
    // Lines that we said before, and have not heard yet, have us as their author under our old name.
    if (hears_renames)
        name_then_.emplace(welcome.head, name->view());
    else
        be_called(std::string(name->view()), name_);
}

void Membership::be_called(const std::string& name, std::string wanted) {
    if (keyring_) keyring_->remember(room_->fingerprint, name);
    if (name == name_) return;
    name_ = name;
    reporter_.tell(Named{name, std::move(wanted)});
}

// ---- what the host says

bool Membership::accept(const wire::MatchesFrame& frame) {
    std::optional<SearchResults> results;
    const bool is_good = search_.handle(frame, results);
    if (results) reporter_.tell(std::move(*results));
    return is_good;
}

void Membership::resolve(const wire::ResultFrame& result) {
    const auto unresolved = outbox_.size();
    if (auto told = outbox_.resolve(result)) reporter_.tell(std::move(*told));
    if (outbox_.size() != unresolved) has_changed_ = true;
}

void Membership::deliver_events(Channel& channel) {
    // The roster is told before the events that change it.
    if (auto roster = channel.drain_roster()) {
        channel.presence().begin(*roster, head_);
        reporter_.tell(RosterKnown{std::move(*roster), head_});
    }
    if (!channel.is_roster_told()) return;
    catch_up(channel);
    while (const auto bytes = inbox_.next()) {
        // An empty one is not for us; one that can't be read is of a kind that later versions have.
        if (auto event = wire::decode_event(inbox_.cursor(), *bytes))
            deliver(std::move(*event), channel.presence());
        else
            inbox_.leave_out();
        catch_up(channel);
    }
}

void Membership::catch_up(Channel& channel) {
    if (name_then_ && inbox_.cursor() >= name_then_->first)
        be_called(std::exchange(name_then_, std::nullopt)->second);
    for (const auto& change : channel.presence().drain_changes(inbox_.cursor()))
        reporter_.tell(PresenceKnown{std::string(change.entry.name.view()), change.entry.is_unreachable});
}

void Membership::deliver(wire::Event event, Presence& presence) {
    presence.handle(event);
    const bool is_history = event.sequence <= history_end_;
    // Lines that an earlier run said have not been shown by this one.
    const bool own = !is_history && event.sequence > first_head_ && is_own(event);
    reporter_.tell(RoomEvent{std::move(event), own, is_history});
}

bool Membership::is_own(const wire::Event& event) {
    // A name is one member's at each place in the log.
    const auto is_ours = [&](const text::Name& name) { return name.view() == name_; };
    if (const auto* said = std::get_if<wire::Said>(&event.what)) return is_ours(said->name);
    if (const auto* whispered = std::get_if<wire::Whispered>(&event.what)) return is_ours(whispered->name);
    if (const auto* away = std::get_if<wire::AwaySet>(&event.what)) return is_ours(away->name);
    const auto* renamed = std::get_if<wire::Renamed>(&event.what);
    if (renamed == nullptr || !is_ours(renamed->name)) return false;
    be_called(std::string(renamed->new_name.view()));
    return true;
}

// ---- what goes out

void Membership::handle_acknowledged(const std::vector<session::SentItem>& items) {
    for (const auto& item : items)
        if (item.kind == Outbox::item_kind) outbox_.handle_acknowledged(item);
}

void Membership::handle_lost(const std::vector<session::SentItem>& items) {
    for (const auto& item : items) {
        if (item.kind == Outbox::item_kind)
            outbox_.handle_lost(item);
        else
            search_.handle_lost(item);
    }
}

void Membership::write(session::PacketBuilder& packet) {
    outbox_.write(packet);
    search_.write(packet);
    if (!typing_pending_) return;
    std::vector<std::string_view> typists;
    if (*std::exchange(typing_pending_, std::nullopt)) typists.emplace_back(name_);
    packet.add(wire::TypingFrame{typists});
}

void Membership::load() {
    if (!store_) return;
    const auto kept = store_->load(*room_);
    if (!kept) return;
    wire::Reader reader(*kept);
    std::array<std::uint8_t, 16> log_id{};
    const auto id = reader.bytes(log_id.size());
    std::copy(id.begin(), id.end(), log_id.begin());
    const auto cursor = reader.varint();
    const auto mark = reader.u64();
    const auto outbox = reader.u64();
    const auto attempts = reader.varint();
    if (!outbox_.restore(outbox, reader)) return; // of another version, perhaps
    log_id_ = log_id;
    inbox_.restore(cursor, mark);
    attempts_ = attempts;
}

void Membership::save() {
    if (!has_changed_ || !store_ || !room_) return;
    has_changed_ = false;
    std::string kept;
    wire::Writer writer(kept);
    writer.bytes({reinterpret_cast<const char*>(log_id_.data()), log_id_.size()});
    writer.varint(inbox_.seen());
    writer.u64(inbox_.seen_mark());
    writer.u64(outbox_.id());
    writer.varint(attempts_);
    outbox_.write(writer);
    store_->save(*room_, kept);
}

} // namespace chat
