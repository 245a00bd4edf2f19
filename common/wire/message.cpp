// SPDX-License-Identifier: MIT
#include "common/wire/message.hpp"

#include "common/wire/fields.hpp"

#include <algorithm>
#include <utility>

namespace wire {
namespace {

void fields(auto& each, Of<RosterEntry> auto& entry) {
    each.flags({{classic_flag, entry.is_classic},
                {away_flag, entry.is_away},
                {unreachable_flag, entry.is_unreachable}},
               entry.fingerprint);
    each.name(entry.name);
    each.fingerprint(entry.fingerprint);
}

RosterEntry read_entry(FieldReader& reader) {
    RosterEntry entry{unread_name()};
    fields(reader, entry);
    return entry;
}

} // namespace

std::string encode(const JoinPayload& payload) {
    std::string out;
    Writer writer(out);
    writer.string(payload.name);
    writer.bytes({reinterpret_cast<const char*>(payload.log_id.data()), payload.log_id.size()});
    writer.varint(payload.cursor);
    writer.u64(payload.outbox);
    writer.varint(payload.attempt);
    writer.varint(payload.history);
    writer.u64(payload.mark);
    writer.varint(payload.features);
    return out;
}

std::optional<JoinPayload> decode_join(std::string_view bytes) {
    FieldReader reader(bytes);
    JoinPayload payload;
    payload.name = reader.string();
    const auto id = reader.bytes(payload.log_id.size());
    std::copy(id.begin(), id.end(), payload.log_id.begin());
    payload.cursor = reader.varint();
    payload.outbox = reader.u64();
    payload.attempt = reader.varint();
    payload.history = reader.varint();
    payload.mark = reader.u64();
    payload.features = reader.varint();
    if (!reader.is_ok()) return std::nullopt;
    return payload; // later versions may put more behind
}

std::string encode(const Matches& found) {
    std::string out;
    Writer writer(out);
    writer.u8(found.is_all ? 1 : 0);
    for (const auto& line : found.lines) {
        writer.varint(line.sequence);
        writer.string(line.event);
    }
    return out;
}

std::optional<Matches> decode_matches(std::string_view bytes) {
    FieldReader reader(bytes);
    Matches found;
    const auto is_all = reader.u8();
    if (is_all > 1) reader.fail();
    found.is_all = is_all == 1;
    while (!reader.is_at_end() && reader.is_ok()) {
        const auto sequence = reader.varint();
        found.lines.push_back({sequence, reader.string()});
    }
    return if_good(reader, std::move(found));
}

std::string encode(const PresenceChange& change) {
    std::string out;
    FieldWriter writer(out);
    writer.varint(change.as_of);
    fields(writer, change.entry);
    return out;
}

std::optional<PresenceChange> decode_presence(std::string_view bytes) {
    FieldReader reader(bytes);
    const auto as_of = reader.varint();
    return if_good(reader, PresenceChange{as_of, read_entry(reader)});
}

std::string encode(const Roster& roster) {
    std::string out;
    FieldWriter writer(out);
    writer.text(roster.topic);
    for (const auto& entry : roster.entries) fields(writer, entry);
    return out;
}

std::optional<Roster> decode_roster(std::string_view bytes) {
    FieldReader reader(bytes);
    Roster roster;
    reader.text(roster.topic);
    while (!reader.is_at_end() && reader.is_ok()) roster.entries.push_back(read_entry(reader));
    return if_good(reader, std::move(roster));
}

} // namespace wire
