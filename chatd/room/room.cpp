// SPDX-License-Identifier: MIT
#include "chatd/room/room.hpp"

#include "common/base/ensure.hpp"
#include "common/session/crypto.hpp"
#include "common/text/width.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/fields.hpp"

#include <algorithm>
#include <concepts>
#include <map>
#include <type_traits>
#include <utility>

namespace chatd {
namespace {

wire::Refusal::Reason reason_of(const wire::Unacceptable& unacceptable) {
    switch (unacceptable.why) {
    case wire::Unacceptable::Why::text: return wire::Refusal::Reason::bad_text;
    case wire::Unacceptable::Why::name: return wire::Refusal::Reason::bad_name;
    case wire::Unacceptable::Why::kind: return wire::Refusal::Reason::not_understood;
    }
    ensure(false, "every fault is a reason");
    return {};
}

Room::Outcome event(const wire::CommittedEntry& at, wire::EventBody what) {
    return wire::Event{at.sequence, at.entry.time, std::move(what)};
}

Room::Outcome refusal(const wire::CommittedEntry& at, wire::Refusal::Reason reason) {
    return wire::Refusal{at.entry.author, reason};
}

/// A command that only a member may give.
template<class Command, class Plain = std::remove_cvref_t<Command>>
concept OfMember = std::same_as<Plain, wire::Leave> || std::same_as<Plain, wire::Say> ||
    std::same_as<Plain, wire::Whisper> || std::same_as<Plain, wire::Rename> ||
    std::same_as<Plain, wire::SetAway>;

} // namespace

Room::Outcome Room::apply(const wire::CommittedEntry& committed) {
    const auto& entry = committed.entry;
    constexpr WallTime latest{std::chrono::milliseconds(wire::max_varint)};
    time_ = std::max(time_, std::min(entry.time, latest));
    people_.advance(time_);
    while (!removed_.empty() && removed_.front().until <= time_) removed_.pop_front();
    if (entry.number == 0) return decide(committed);
    auto& outbox = people_.open_outbox(entry.author, entry.outbox, committed.sequence);
    if (entry.number != outbox.last + 1) return wire::Refusal{entry.author, wire::Refusal::Reason::not_next};
    auto result = decide(committed);
    outbox.last = entry.number;
    const auto* refusal = std::get_if<wire::Refusal>(&result);
    outbox.resolved.push_back({entry.number, committed.sequence,
                               refusal == nullptr ? std::nullopt : std::optional(refusal->reason)});
    if (outbox.resolved.size() > People::max_resolved) outbox.resolved.erase(outbox.resolved.begin());
    return result;
}

const Room::Outbox* Room::find_outbox(const wire::MemberId& member, std::uint64_t outbox) const {
    const auto* person = people_.find(member);
    if (person == nullptr) return nullptr;
    const auto found = std::find_if(person->outboxes.begin(), person->outboxes.end(),
                                    [&](const Outbox& other) { return other.id == outbox; });
    return found == person->outboxes.end() ? nullptr : &*found;
}

// ---- what comes of each command

Room::Outcome Room::decide(const At& at) {
    return std::visit(
        [&](const auto& command) -> Outcome {
            if constexpr (OfMember<decltype(command)>) {
                const auto found = roster_.find(at.entry.author);
                return found == roster_.end() ? refusal(at, wire::Refusal::Reason::no_member)
                                              : decide(at, found->second, command);
            } else {
                return decide(at, command);
            }
        },
        at.entry.command);
}

Room::Outcome Room::decide(const At& at, const wire::Join& join) {
    const auto& author = at.entry.author;
    if (find(author) != nullptr) return refusal(at, wire::Refusal::Reason::is_member);
    if (is_removed(author)) return refusal(at, wire::Refusal::Reason::was_removed);
    if (const auto fault = fault_of_name(join.name, author, time_)) return refusal(at, *fault);
    const auto& self = enter(author, join, at.sequence);
    return event(at, wire::Joined{author, join.name, join.is_classic, self.fingerprint});
}

Room::Outcome Room::decide(const At& at, Occupant& /*self*/, const wire::Leave& /*leave*/) {
    const auto& author = at.entry.author;
    return event(at, wire::Left{author, remove(author, at.sequence).name});
}

Room::Outcome Room::decide(const At& at, Occupant& self, const wire::Say& say) {
    note_speech(at.entry.author, self);
    return event(at, wire::Said{at.entry.author, self.name, say.text, say.is_action});
}

Room::Outcome Room::decide(const At& at, Occupant& self, const wire::Whisper& whisper) {
    const auto to = find_like(whisper.to);
    if (!to) return refusal(at, wire::Refusal::Reason::nobody);
    const auto& recipient = roster_.at(*to);
    if (recipient.is_classic) return refusal(at, wire::Refusal::Reason::not_private);
    note_speech(at.entry.author, self);
    return event(at, wire::Whispered{at.entry.author, self.name, *to, recipient.name, whisper.text});
}

Room::Outcome Room::decide(const At& at, Occupant& self, const wire::Rename& change) {
    const auto& author = at.entry.author;
    if (const auto fault = fault_of_name(change.name, author, time_)) return refusal(at, *fault);
    const auto old_name = self.name;
    rename(author, self, change.name);
    return event(at, wire::Renamed{author, old_name, change.name});
}

Room::Outcome Room::decide(const At& at, Occupant& self, const wire::SetAway& away) {
    self.is_away = away.is_away;
    return event(at, wire::AwaySet{at.entry.author, self.name, away.is_away, away.reason});
}

Room::Outcome Room::decide(const At& at, const wire::SetTopic& topic) {
    topic_ = topic.text;
    return event(at, wire::TopicSet{topic.text});
}

Room::Outcome Room::decide(const At& at, const wire::Shout& shout) {
    return event(at, wire::Shouted{shout.text});
}

Room::Outcome Room::decide(const At& at, const wire::Kick& kick) {
    if (find(kick.member) == nullptr) return refusal(at, wire::Refusal::Reason::no_member);
    auto removed = remove(kick.member, at.sequence);
    if (removed_.size() == max_removed) removed_.pop_front();
    removed_.push_back({time_ + removed_for, kick.member, removed.name});
    return event(at, wire::Kicked{kick.member, std::move(removed.name), kick.reason});
}

Room::Outcome Room::decide(const At& at, const wire::Free& free) {
    return people_.free(free.name) ? Outcome(Unseen{}) : refusal(at, wire::Refusal::Reason::nobody);
}

Room::Outcome Room::decide(const At& /*at*/, const wire::Policy& policy) {
    people_.set_names_for(policy.names_for);
    return Unseen{};
}

Room::Outcome Room::decide(const At& at, const wire::Unacceptable& unacceptable) {
    return refusal(at, reason_of(unacceptable));
}

void Room::note_speech(const wire::MemberId& member, const Occupant& occupant) {
    if (!occupant.is_classic) people_.note_speech(member);
}

// ---- names

std::optional<wire::Refusal::Reason> Room::fault_of_join(const text::Name& name, WallTime when) const {
    return fault_of_name(name, wire::host_id, when); // which has no name
}

std::optional<wire::Refusal::Reason> Room::fault_of_name(const text::Name& name, const wire::MemberId& member,
                                                         WallTime when) const {
    if (name.is_reserved()) return wire::Refusal::Reason::name_reserved;
    for (const auto& key : name.keys())
        if (const auto found = names_.find(key); found != names_.end() && found->second != member)
            return wire::Refusal::Reason::name_taken;
    if (std::any_of(removed_.begin(), removed_.end(), [&](const Removed& removed) {
            return removed.until > when && removed.name.is_like(name);
        }))
        return wire::Refusal::Reason::was_removed;
    if (people_.is_kept_from(member, name, when)) return wire::Refusal::Reason::name_kept;
    return std::nullopt;
}

bool Room::is_removed(const wire::MemberId& member) const {
    return std::any_of(removed_.begin(), removed_.end(),
                       [&](const Removed& removed) { return removed.member == member; });
}

std::optional<text::Name> Room::free_name_like(const text::Name& name) const {
    // Each try costs two skeletons, and a refused stranger must stay cheap. There are fewer members than the
    // last two numbers say, so these are free unless somebody means them not to be.
    const auto many = roster_.size() + 2;
    for (const auto number : {std::size_t{2}, std::size_t{3}, std::size_t{4}, many, many + 1}) {
        const auto digits = std::to_string(number);
        const auto columns = text::Name::max_columns - std::max(2, static_cast<int>(digits.size()));
        const auto stem = name.view().substr(0, text::cut_length_in_columns(name.view(), columns));
        if (auto next = text::Name::parsed(std::string(stem) + digits))
            if (!fault_of_join(*next, time_)) return next;
    }
    return std::nullopt;
}

const Room::Occupant* Room::find(const wire::MemberId& member) const {
    const auto found = roster_.find(member);
    return found == roster_.end() ? nullptr : &found->second;
}

std::optional<wire::MemberId> Room::find_like(const text::Name& name) const {
    for (const auto& key : name.keys())
        if (const auto found = names_.find(key); found != names_.end()) return found->second;
    return std::nullopt;
}

// ---- coming and going

void Room::add(const wire::MemberId& member, Occupant occupant) {
    if (!occupant.is_classic) occupant.fingerprint = session::fingerprint_of({member.bytes});
    for (const auto& key : occupant.name.keys()) names_.insert_or_assign(key, member);
    roster_.insert_or_assign(member, std::move(occupant));
}

const Room::Occupant& Room::enter(const wire::MemberId& member, const wire::Join& join,
                                  wire::Sequence sequence) {
    add(member, {join.name, join.is_classic});
    if (!join.is_classic) people_.enter(member, join.name, sequence);
    return roster_.at(member);
}

void Room::rename(const wire::MemberId& member, Occupant& occupant, const text::Name& name) {
    release(member, occupant.name);
    for (const auto& key : name.keys()) names_.insert_or_assign(key, member);
    occupant.name = name;
    if (!occupant.is_classic) people_.rename(member, name);
}

Room::Occupant Room::remove(const wire::MemberId& member, wire::Sequence sequence) {
    const auto found = roster_.find(member);
    ensure(found != roster_.end(), "only a member is removed");
    auto occupant = std::move(found->second);
    roster_.erase(found);
    release(member, occupant.name);
    if (!occupant.is_classic) people_.leave(member, sequence);
    return occupant;
}

void Room::release(const wire::MemberId& member, const text::Name& name) {
    for (const auto& key : name.keys())
        if (const auto found = names_.find(key); found != names_.end() && found->second == member)
            names_.erase(found);
}

// ---- as bytes

namespace {

// The versions of the form that save() writes; load() reads the first one, too.
constexpr std::uint8_t first_format = 1;
constexpr std::uint8_t second_format = 2;

constexpr std::uint8_t classic_flag = 1;
constexpr std::uint8_t away_flag = 2;

void write_time(wire::Writer& writer, WallTime time) {
    writer.varint(static_cast<std::uint64_t>(time.time_since_epoch().count()));
}

WallTime read_time(wire::Reader& reader) {
    return WallTime(std::chrono::milliseconds(reader.varint()));
}

/// Empty for a bad name; then the reader has failed.
std::optional<text::Name> read_name(wire::Reader& reader) {
    auto name = text::Name::recorded(reader.string());
    if (!name) reader.fail();
    return name;
}

} // namespace

std::string Room::save() const {
    std::string out;
    wire::Writer writer(out);
    writer.u8(second_format);
    write_time(writer, time_);
    writer.string(topic_.view());
    // In one order, so that the same room is the same bytes.
    const std::map<wire::MemberId, Occupant> roster(roster_.begin(), roster_.end());
    writer.varint(roster.size());
    for (const auto& [id, occupant] : roster) {
        wire::write_id(writer, id);
        writer.string(occupant.name.view());
        writer.u8(static_cast<std::uint8_t>((occupant.is_classic ? classic_flag : 0) |
                                            (occupant.is_away ? away_flag : 0)));
    }
    writer.varint(removed_.size());
    for (const auto& removed : removed_) {
        write_time(writer, removed.until);
        wire::write_id(writer, removed.member);
        writer.string(removed.name.view());
    }
    people_.save(writer);
    return out;
}

bool Room::load(std::string_view bytes) {
    *this = Room();
    wire::Reader reader(bytes);
    const auto format = reader.u8();
    if (format == first_format)
        load_first_format(reader);
    else if (format == second_format)
        load_second_format(reader);
    else
        reader.fail();
    if (reader.is_ok() && reader.is_at_end()) return true;
    *this = Room();
    return false;
}

void Room::load_first_format(wire::Reader& reader) {
    topic_ = text::Text::from_untrusted(reader.string());
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto id = wire::read_id(reader);
        const auto name = read_name(reader);
        const auto flags = reader.u8();
        // That version let look-alikes in: the second of two is in the room no more, and has to join again.
        if (!name || find_like(*name)) continue;
        const bool is_classic = (flags & classic_flag) != 0;
        add(id, {*name, is_classic, (flags & away_flag) != 0});
        // When it joined is not known: it may see all that it could see so far.
        if (!is_classic) people_.enter(id, *name, 1);
    }
    people_.load_outboxes(reader);
}

void Room::load_second_format(wire::Reader& reader) {
    time_ = read_time(reader);
    topic_ = text::Text::from_untrusted(reader.string());
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto id = wire::read_id(reader);
        const auto name = read_name(reader);
        const auto flags = reader.u8();
        if (!name || find_like(*name)) return reader.fail();
        add(id, {*name, (flags & classic_flag) != 0, (flags & away_flag) != 0});
    }
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto until = read_time(reader);
        const auto member = wire::read_id(reader);
        const auto name = read_name(reader);
        if (!name) return;
        removed_.push_back({until, member, *name});
    }
    if (removed_.size() > max_removed) reader.fail();
    people_.load(reader, time_);
    if (!reader.is_ok()) return;
    for (const auto& [id, occupant] : roster_) {
        const auto* person = people_.find(id);
        const bool is_known = person != nullptr && person->is_present;
        if (occupant.is_classic ? is_known : !is_known || person->names.back().name != occupant.name)
            reader.fail();
    }
}

} // namespace chatd
