// SPDX-License-Identifier: MIT
#include "common/wire/message.hpp"

#include "common/base/overloaded.hpp"

#include <algorithm>

namespace wire {
namespace {

/// Of events and of commands; a number means the same in both. Those from `free` on are never events.
enum class Kind : std::uint8_t {
    joined = 1,
    left = 2,
    said = 3,
    shouted = 4,
    kicked = 5,
    acted = 6,
    whispered = 7,
    renamed = 8,
    away = 9,
    topic = 10,
    free = 11,
    policy = 12,
    unacceptable = 13,
};

// Flags of a member; other bits are for later versions.
constexpr std::uint8_t classic_flag = 1;
constexpr std::uint8_t away_flag = 2;
constexpr std::uint8_t unreachable_flag = 4;
constexpr std::uint8_t fingerprint_flag = 8;

/// Knows why its input is not good, if only names or texts in it are to blame.
class MessageReader : public Reader {
  public:
    using Reader::Reader;

    void blame(Unacceptable::Why why) {
        if (!fault_) fault_ = why;
    }
    bool is_whole() const { return is_ok() && is_at_end(); }
    bool is_good() const { return is_whole() && !fault_; }
    std::optional<Unacceptable::Why> fault() const { return fault_; }

  private:
    std::optional<Unacceptable::Why> fault_;
};

text::Name read_name(MessageReader& reader) {
    static const auto nobody = *text::Name::parsed("nobody");
    const auto name = text::Name::recorded(reader.string());
    if (!name) reader.blame(Unacceptable::Why::name);
    return name.value_or(nobody);
}

text::Text checked(MessageReader& reader, std::string_view bytes, text::Text text) {
    if (text.view() != bytes || bytes.size() > max_text) reader.blame(Unacceptable::Why::text);
    return text;
}

text::Text read_text(MessageReader& reader) {
    const auto bytes = reader.string();
    return checked(reader, bytes, text::Text::from_untrusted(bytes));
}

/// A text that says something, on as many lines as it takes.
text::Text read_spoken(MessageReader& reader) {
    const auto bytes = reader.string();
    if (bytes.empty()) reader.blame(Unacceptable::Why::text);
    return checked(reader, bytes, text::Text::lines_from_untrusted(bytes));
}

/// A time that all arithmetic and every calendar takes: a later one than the system's clock can tell, in the
/// year 2262, is that one.
WallTime read_time(MessageReader& reader) {
    constexpr auto latest =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::time_point::max());
    const auto told = reader.varint();
    return told < static_cast<std::uint64_t>(latest.time_since_epoch().count())
               ? WallTime(std::chrono::milliseconds(told))
               : latest;
}

bool read_flag(MessageReader& reader, std::uint8_t flag) {
    return (reader.u8() & flag) != 0;
}

void write_fingerprint(Writer& writer, const std::optional<Fingerprint>& fingerprint) {
    if (fingerprint) writer.bytes({reinterpret_cast<const char*>(fingerprint->data()), fingerprint->size()});
}

std::optional<Fingerprint> read_fingerprint(MessageReader& reader, std::uint8_t flags) {
    if ((flags & fingerprint_flag) == 0) return std::nullopt;
    Fingerprint fingerprint{};
    const auto bytes = reader.bytes(fingerprint.size());
    std::copy(bytes.begin(), bytes.end(), fingerprint.begin());
    return fingerprint;
}

void begin(Writer& writer, Kind kind) {
    writer.u8(static_cast<std::uint8_t>(kind));
}

void write_entry(Writer& writer, const RosterEntry& entry) {
    writer.u8(static_cast<std::uint8_t>(
        (entry.is_classic ? classic_flag : 0) | (entry.is_away ? away_flag : 0) |
        (entry.is_unreachable ? unreachable_flag : 0) | (entry.fingerprint ? fingerprint_flag : 0)));
    writer.string(entry.name.view());
    write_fingerprint(writer, entry.fingerprint);
}

RosterEntry read_entry(MessageReader& reader) {
    const auto flags = reader.u8();
    auto name = read_name(reader);
    return {std::move(name), (flags & classic_flag) != 0, (flags & away_flag) != 0,
            (flags & unreachable_flag) != 0, read_fingerprint(reader, flags)};
}

template<class Value>
std::optional<Value> if_good(const MessageReader& reader, Value value) {
    if (!reader.is_good()) return std::nullopt;
    return value;
}

/// As it stands; the reader knows whether it is good.
std::optional<Command> read_command(MessageReader& reader) {
    const auto kind = static_cast<Kind>(reader.u8());
    switch (kind) {
    case Kind::joined: {
        const bool is_classic = read_flag(reader, classic_flag);
        return Join{read_name(reader), is_classic};
    }
    case Kind::left: return Leave{};
    case Kind::said:
    case Kind::acted: return Say{read_spoken(reader), kind == Kind::acted};
    case Kind::whispered: {
        auto to = read_name(reader);
        return Whisper{std::move(to), read_spoken(reader)};
    }
    case Kind::renamed: return Rename{read_name(reader)};
    case Kind::away: {
        const bool is_away = read_flag(reader, away_flag);
        return SetAway{is_away, read_text(reader)};
    }
    case Kind::topic: return SetTopic{read_text(reader)};
    case Kind::shouted: return Shout{read_spoken(reader)};
    case Kind::kicked: {
        const auto member = read_id(reader);
        return Kick{member, read_text(reader)};
    }
    case Kind::free: return Free{read_name(reader)};
    case Kind::policy: {
        constexpr auto most = static_cast<std::uint64_t>(max_names_for.count());
        const auto seconds = reader.varint();
        if (seconds > most) reader.fail();
        return Policy{std::chrono::seconds(std::min(seconds, most))};
    }
    case Kind::unacceptable: {
        const auto why = static_cast<Unacceptable::Why>(reader.u8());
        switch (why) {
        case Unacceptable::Why::text:
        case Unacceptable::Why::name:
        case Unacceptable::Why::kind: return Unacceptable{why};
        }
        return std::nullopt;
    }
    }
    return std::nullopt;
}

} // namespace

void write_id(Writer& writer, const MemberId& id) {
    writer.bytes({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

MemberId read_id(Reader& reader) {
    MemberId id;
    const auto bytes = reader.bytes(id.bytes.size());
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

std::vector<text::Text> parts_of(const text::Text& whole) {
    if (whole.view().size() <= max_text)
        return whole.empty() ? std::vector<text::Text>{} : std::vector{whole};
    std::vector<text::Text> parts;
    for (auto rest = whole.view(); !rest.empty();) {
        const auto length = text::cut_length(rest, max_text);
        parts.push_back(text::Text::lines_from_untrusted(rest.substr(0, length)));
        rest.remove_prefix(length);
    }
    return parts;
}

std::string encode(const Event& event) {
    std::string out;
    Writer writer(out);
    const auto put = [&](Kind kind) {
        begin(writer, kind);
        writer.varint(
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, event.time.time_since_epoch().count())));
    };
    std::visit(Overloaded{
                   [&](const Joined& joined) {
                       put(Kind::joined);
                       writer.u8(static_cast<std::uint8_t>((joined.is_classic ? classic_flag : 0) |
                                                           (joined.fingerprint ? fingerprint_flag : 0)));
                       writer.string(joined.name.view());
                       write_fingerprint(writer, joined.fingerprint);
                   },
                   [&](const Left& left) {
                       put(Kind::left);
                       writer.string(left.name.view());
                   },
                   [&](const Said& said) {
                       put(said.is_action ? Kind::acted : Kind::said);
                       writer.string(said.name.view());
                       writer.string(said.text.view());
                   },
                   [&](const Whispered& whispered) {
                       put(Kind::whispered);
                       writer.string(whispered.name.view());
                       writer.string(whispered.to.view());
                       writer.string(whispered.text.view());
                   },
                   [&](const Renamed& renamed) {
                       put(Kind::renamed);
                       writer.string(renamed.name.view());
                       writer.string(renamed.new_name.view());
                   },
                   [&](const AwaySet& away) {
                       put(Kind::away);
                       writer.u8(away.is_away ? away_flag : 0);
                       writer.string(away.name.view());
                       writer.string(away.reason.view());
                   },
                   [&](const TopicSet& topic) {
                       put(Kind::topic);
                       writer.string(topic.text.view());
                   },
                   [&](const Shouted& shouted) {
                       put(Kind::shouted);
                       writer.string(shouted.text.view());
                   },
                   [&](const Kicked& kicked) {
                       put(Kind::kicked);
                       writer.string(kicked.name.view());
                       writer.string(kicked.reason.view());
                   },
               },
               event.what);
    return out;
}

bool is_line(std::string_view event) {
    if (event.empty()) return false;
    const auto kind = static_cast<Kind>(event.front());
    return kind == Kind::said || kind == Kind::acted || kind == Kind::shouted;
}

std::optional<Event> decode_event(Sequence sequence, std::string_view bytes) {
    MessageReader reader(bytes);
    const auto kind = static_cast<Kind>(reader.u8());
    const auto time = read_time(reader);
    const auto event = [&](EventBody what) {
        return if_good(reader, Event{sequence, time, std::move(what)});
    };
    switch (kind) {
    case Kind::joined: {
        const auto flags = reader.u8();
        auto name = read_name(reader);
        return event(
            Joined{{}, std::move(name), (flags & classic_flag) != 0, read_fingerprint(reader, flags)});
    }
    case Kind::left: return event(Left{{}, read_name(reader)});
    case Kind::said:
    case Kind::acted: {
        auto name = read_name(reader);
        return event(Said{{}, std::move(name), read_spoken(reader), kind == Kind::acted});
    }
    case Kind::whispered: {
        auto name = read_name(reader);
        auto to = read_name(reader);
        return event(Whispered{{}, std::move(name), {}, std::move(to), read_spoken(reader)});
    }
    case Kind::renamed: {
        auto name = read_name(reader);
        return event(Renamed{{}, std::move(name), read_name(reader)});
    }
    case Kind::away: {
        const bool is_away = read_flag(reader, away_flag);
        auto name = read_name(reader);
        return event(AwaySet{{}, std::move(name), is_away, read_text(reader)});
    }
    case Kind::topic: return event(TopicSet{read_text(reader)});
    case Kind::shouted: return event(Shouted{read_spoken(reader)});
    case Kind::kicked: {
        auto name = read_name(reader);
        return event(Kicked{{}, std::move(name), read_text(reader)});
    }
    case Kind::free:
    case Kind::policy:
    case Kind::unacceptable: return std::nullopt; // nothing that members see comes of them
    }
    return std::nullopt;
}

std::string encode(const Command& command) {
    std::string out;
    Writer writer(out);
    std::visit(Overloaded{
                   [&](const Join& join) {
                       begin(writer, Kind::joined);
                       writer.u8(join.is_classic ? classic_flag : 0);
                       writer.string(join.name.view());
                   },
                   [&](const Leave&) { begin(writer, Kind::left); },
                   [&](const Say& say) {
                       begin(writer, say.is_action ? Kind::acted : Kind::said);
                       writer.string(say.text.view());
                   },
                   [&](const Whisper& whisper) {
                       begin(writer, Kind::whispered);
                       writer.string(whisper.to.view());
                       writer.string(whisper.text.view());
                   },
                   [&](const Rename& rename) {
                       begin(writer, Kind::renamed);
                       writer.string(rename.name.view());
                   },
                   [&](const SetAway& away) {
                       begin(writer, Kind::away);
                       writer.u8(away.is_away ? away_flag : 0);
                       writer.string(away.reason.view());
                   },
                   [&](const SetTopic& topic) {
                       begin(writer, Kind::topic);
                       writer.string(topic.text.view());
                   },
                   [&](const Shout& shout) {
                       begin(writer, Kind::shouted);
                       writer.string(shout.text.view());
                   },
                   [&](const Kick& kick) {
                       begin(writer, Kind::kicked);
                       write_id(writer, kick.member);
                       writer.string(kick.reason.view());
                   },
                   [&](const Free& free) {
                       begin(writer, Kind::free);
                       writer.string(free.name.view());
                   },
                   [&](const Policy& policy) {
                       begin(writer, Kind::policy);
                       writer.varint(static_cast<std::uint64_t>(policy.names_for.count()));
                   },
                   [&](const Unacceptable& unacceptable) {
                       begin(writer, Kind::unacceptable);
                       writer.u8(static_cast<std::uint8_t>(unacceptable.why));
                   },
               },
               command);
    return out;
}

std::optional<Command> decode_command(std::string_view bytes) {
    MessageReader reader(bytes);
    auto command = read_command(reader);
    return reader.is_good() ? std::move(command) : std::nullopt;
}

bool is_for_clients(const Command& command) {
    return std::holds_alternative<Say>(command) || std::holds_alternative<Whisper>(command) ||
           std::holds_alternative<Rename>(command) || std::holds_alternative<SetAway>(command);
}

Command command_of_client(std::string_view bytes) {
    MessageReader reader(bytes);
    auto command = read_command(reader);
    if (!command || !reader.is_whole() || !is_for_clients(*command))
        return Unacceptable{Unacceptable::Why::kind};
    if (const auto why = reader.fault()) return Unacceptable{*why};
    const auto* rename = std::get_if<Rename>(&*command);
    if (rename != nullptr && !text::Name::parsed(rename->name.view()))
        return Unacceptable{Unacceptable::Why::name};
    return std::move(*command);
}

std::uint64_t mark_of(std::string_view event) {
    // FNV-1a, 64 bits: nobody gains by a mark that is wrong.
    std::uint64_t hash = 14695981039346656037U;
    for (const char byte : event) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
    return hash == 0 ? 1 : hash;
}

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
    MessageReader reader(bytes);
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
    MessageReader reader(bytes);
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
    Writer writer(out);
    writer.varint(change.as_of);
    write_entry(writer, change.entry);
    return out;
}

std::optional<PresenceChange> decode_presence(std::string_view bytes) {
    MessageReader reader(bytes);
    const auto as_of = reader.varint();
    return if_good(reader, PresenceChange{as_of, read_entry(reader)});
}

std::string encode(const Roster& roster) {
    std::string out;
    Writer writer(out);
    writer.string(roster.topic.view());
    for (const auto& entry : roster.entries) write_entry(writer, entry);
    return out;
}

std::optional<Roster> decode_roster(std::string_view bytes) {
    MessageReader reader(bytes);
    Roster roster{read_text(reader), {}};
    while (!reader.is_at_end() && reader.is_ok()) roster.entries.push_back(read_entry(reader));
    return if_good(reader, std::move(roster));
}

} // namespace wire
