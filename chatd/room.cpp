// SPDX-License-Identifier: MIT
#include "chatd/room.hpp"

#include "common/ensure.hpp"
#include "common/overloaded.hpp"
#include "common/session/crypto.hpp"
#include "common/text/width.hpp"
#include "common/wire/bytes.hpp"

#include <algorithm>

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

} // namespace

std::variant<wire::Event, wire::Refusal> Room::apply(const wire::CommittedEntry& committed) {
    const auto& entry = committed.entry;
    time_ = std::max(time_, entry.time);
    if (entry.number == 0) return decide(committed);
    auto& outbox = open_outbox(entry.author, entry.outbox);
    if (entry.number != outbox.last + 1) return wire::Refusal{entry.author, wire::Refusal::Reason::not_next};
    auto result = decide(committed);
    outbox.last = entry.number;
    outbox.touched = committed.sequence;
    const auto* refusal = std::get_if<wire::Refusal>(&result);
    outbox.settled.push_back({entry.number, committed.sequence,
                              refusal == nullptr ? std::nullopt : std::optional(refusal->reason)});
    if (outbox.settled.size() > max_settled) outbox.settled.pop_front();
    return result;
}

Room::Outbox& Room::open_outbox(const wire::MemberId& member, std::uint64_t outbox) {
    const auto key = std::pair(member, outbox);
    if (outboxes_.size() >= max_outboxes && !outboxes_.contains(key))
        outboxes_.erase(
            std::min_element(outboxes_.begin(), outboxes_.end(), [](const auto& a, const auto& b) {
                return a.second.touched < b.second.touched;
            }));
    return outboxes_[key];
}

const Room::Outbox* Room::find_outbox(const wire::MemberId& member, std::uint64_t outbox) const {
    const auto found = outboxes_.find({member, outbox});
    return found == outboxes_.end() ? nullptr : &found->second;
}

std::variant<wire::Event, wire::Refusal> Room::decide(const wire::CommittedEntry& committed) {
    using wire::Refusal;
    using Result = std::variant<wire::Event, wire::Refusal>;
    const auto& author = committed.entry.author;
    const auto event = [&](wire::Happening what) -> Result {
        return wire::Event{committed.sequence, committed.entry.time, std::move(what)};
    };
    const auto refusal = [&](Refusal::Reason reason) -> Result { return Refusal{author, reason}; };
    // What a member does, while it is one.
    const auto as_member = [&](const auto& act) -> Result {
        const auto found = roster_.find(author);
        return found == roster_.end() ? refusal(Refusal::Reason::no_member) : act(found->second);
    };

    return std::visit(
        Overloaded{
            [&](const wire::Join& join) {
                if (find(author) != nullptr) return refusal(Refusal::Reason::is_member);
                if (const auto fault = fault_of_join(join.name)) return refusal(*fault);
                const auto& self = enter(author, {join.name, join.is_classic, false});
                return event(wire::Joined{author, join.name, join.is_classic, self.fingerprint});
            },
            [&](const wire::Leave&) {
                return as_member([&](const Occupant&) {
                    return event(wire::Left{author, remove(author).name});
                });
            },
            [&](const wire::Say& say) {
                return as_member([&](const Occupant& self) {
                    return event(wire::Said{author, self.name, say.text, say.is_action});
                });
            },
            [&](const wire::Whisper& whisper) {
                return as_member([&](const Occupant& self) {
                    const auto to = find_like(whisper.to);
                    if (!to) return refusal(Refusal::Reason::nobody);
                    const auto& recipient = roster_.at(*to);
                    if (recipient.is_classic) return refusal(Refusal::Reason::not_private);
                    return event(wire::Whispered{author, self.name, *to, recipient.name, whisper.text});
                });
            },
            [&](const wire::Rename& rename) {
                return as_member([&](const Occupant& self) {
                    if (rename.name.is_reserved()) return refusal(Refusal::Reason::name_reserved);
                    if (const auto holder = find_like(rename.name); holder && *holder != author)
                        return refusal(Refusal::Reason::name_taken);
                    const auto old_name = self.name;
                    auto renamed = remove(author);
                    renamed.name = rename.name;
                    enter(author, std::move(renamed));
                    return event(wire::Renamed{author, old_name, rename.name});
                });
            },
            [&](const wire::SetAway& away) {
                return as_member([&](Occupant& self) {
                    self.is_away = away.is_away;
                    return event(wire::AwaySet{author, self.name, away.is_away, away.reason});
                });
            },
            [&](const wire::SetTopic& topic) {
                topic_ = topic.text;
                return event(wire::TopicSet{topic.text});
            },
            [&](const wire::Shout& shout) { return event(wire::Shouted{shout.text}); },
            [&](const wire::Kick& kick) {
                if (find(kick.member) == nullptr) return refusal(Refusal::Reason::no_member);
                return event(wire::Kicked{kick.member, remove(kick.member).name, kick.reason});
            },
            [&](const wire::Unacceptable& unacceptable) { return refusal(reason_of(unacceptable)); },
        },
        committed.entry.command);
}

namespace {

void write_id(wire::Writer& writer, const wire::MemberId& id) {
    writer.bytes({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

wire::MemberId read_id(wire::Reader& reader) {
    wire::MemberId id;
    const auto bytes = reader.bytes(id.bytes.size());
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

// Of the form of what save() writes; another one is not read.
constexpr std::uint8_t format = 1;

} // namespace

std::string Room::save() const {
    std::string out;
    wire::Writer writer(out);
    writer.u8(format);
    writer.string(topic_.view());
    // In one order, so that the same room is the same bytes.
    const std::map<wire::MemberId, Occupant> roster(roster_.begin(), roster_.end());
    writer.varint(roster.size());
    for (const auto& [id, occupant] : roster) {
        write_id(writer, id);
        writer.string(occupant.name.view());
        writer.u8(static_cast<std::uint8_t>((occupant.is_classic ? 1 : 0) | (occupant.is_away ? 2 : 0)));
    }
    writer.varint(outboxes_.size());
    for (const auto& [key, outbox] : outboxes_) {
        write_id(writer, key.first);
        writer.u64(key.second);
        writer.varint(outbox.last);
        writer.varint(outbox.touched);
        writer.varint(outbox.settled.size());
        for (const auto& settled : outbox.settled) {
            writer.varint(settled.number);
            writer.varint(settled.sequence);
            writer.u8(settled.refusal ? static_cast<std::uint8_t>(1 + static_cast<int>(*settled.refusal))
                                      : 0);
        }
    }
    return out;
}

bool Room::load(std::string_view bytes) {
    wire::Reader reader(bytes);
    if (reader.u8() != format) reader.fail();
    topic_ = text::Text::from_untrusted(reader.string());
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto id = read_id(reader);
        auto name = text::Name::parsed(reader.string());
        const auto flags = reader.u8();
        if (name)
            enter(id, {std::move(*name), (flags & 1) != 0, (flags & 2) != 0});
        else
            reader.fail();
    }
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto id = read_id(reader);
        auto& outbox = outboxes_[{id, reader.u64()}];
        outbox.last = reader.varint();
        outbox.touched = reader.varint();
        for (auto more = reader.varint(); more > 0 && reader.is_ok(); --more) {
            Settled settled{reader.varint(), reader.varint(), std::nullopt};
            const auto refusal = reader.u8();
            if (refusal > 1 + static_cast<int>(wire::Refusal::Reason::not_understood)) reader.fail();
            if (refusal > 0) settled.refusal = static_cast<wire::Refusal::Reason>(refusal - 1);
            outbox.settled.push_back(settled);
        }
    }
    if (reader.is_ok() && reader.is_at_end()) return true;
    *this = Room();
    return false;
}

std::optional<wire::Refusal::Reason> Room::fault_of_join(const text::Name& name) const {
    if (name.is_reserved()) return wire::Refusal::Reason::name_reserved;
    if (find_like(name)) return wire::Refusal::Reason::name_taken;
    return std::nullopt;
}

std::optional<text::Name> Room::free_name_like(const text::Name& name) const {
    constexpr int tries = 32; // each costs two skeletons, and a refused stranger must stay cheap
    const auto stem =
        name.view().substr(0, text::cut_length_in_columns(name.view(), text::Name::max_columns - 2));
    for (int number = 2; number < tries; ++number)
        if (auto next = text::Name::parsed(std::string(stem) + std::to_string(number)))
            if (!fault_of_join(*next)) return next;
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

const Room::Occupant& Room::enter(const wire::MemberId& member, Occupant occupant) {
    if (!occupant.is_classic) occupant.fingerprint = session::fingerprint_of({member.bytes});
    for (const auto& key : occupant.name.keys()) names_.emplace(key, member);
    return roster_.emplace(member, std::move(occupant)).first->second;
}

Room::Occupant Room::remove(const wire::MemberId& member) {
    const auto found = roster_.find(member);
    ensure(found != roster_.end(), "only a member is removed");
    auto occupant = std::move(found->second);
    for (const auto& key : occupant.name.keys()) names_.erase(key);
    roster_.erase(found);
    return occupant;
}

} // namespace chatd
