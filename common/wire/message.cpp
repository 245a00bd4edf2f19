// SPDX-License-Identifier: MIT
#include "common/wire/message.hpp"

#include "common/overloaded.hpp"
#include "common/wire/bytes.hpp"

#include <algorithm>

namespace wire {
namespace {

enum class Kind : std::uint8_t { joined = 1, left = 2, said = 3, shouted = 4, kicked = 5 };

constexpr std::uint8_t classic_flag = 1;

text::Name read_name(Reader& reader) {
    static const auto nobody = *text::Name::parsed("nobody");
    const auto name = text::Name::parsed(reader.string());
    if (!name) reader.fail();
    return name.value_or(nobody);
}

text::Text read_text(Reader& reader) {
    const auto bytes = reader.string();
    auto text = text::Text::from_untrusted(bytes);
    if (text.view() != bytes || bytes.size() > max_text) reader.fail();
    return text;
}

bool read_is_classic(Reader& reader) {
    return (reader.u8() & classic_flag) != 0; // other bits are for later versions
}

template<class Value>
std::optional<Value> if_whole(const Reader& reader, Value value) {
    if (!reader.is_ok() || !reader.is_at_end()) return std::nullopt;
    return value;
}

} // namespace

std::vector<text::Text> parts_of(const text::Text& whole) {
    if (whole.view().size() <= max_text)
        return whole.empty() ? std::vector<text::Text>{} : std::vector{whole};
    std::vector<text::Text> parts;
    for (auto rest = whole.view(); !rest.empty();) {
        const auto length = text::cut_length(rest, max_text);
        parts.push_back(text::Text::from_untrusted(rest.substr(0, length)));
        rest.remove_prefix(length);
    }
    return parts;
}

std::string encode(const Event& event) {
    std::string out;
    Writer writer(out);
    const auto begin = [&](Kind kind) {
        writer.u8(static_cast<std::uint8_t>(kind));
        writer.varint(
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, event.time.time_since_epoch().count())));
    };
    std::visit(Overloaded{
                   [&](const Joined& joined) {
                       begin(Kind::joined);
                       writer.u8(joined.is_classic ? classic_flag : 0);
                       writer.string(joined.name.view());
                   },
                   [&](const Left& left) {
                       begin(Kind::left);
                       writer.string(left.name.view());
                   },
                   [&](const Said& said) {
                       begin(Kind::said);
                       writer.string(said.name.view());
                       writer.string(said.text.view());
                   },
                   [&](const Shouted& shouted) {
                       begin(Kind::shouted);
                       writer.string(shouted.text.view());
                   },
                   [&](const Kicked& kicked) {
                       begin(Kind::kicked);
                       writer.string(kicked.name.view());
                       writer.string(kicked.reason.view());
                   },
               },
               event.what);
    return out;
}

std::optional<Event> decode_event(Sequence sequence, std::string_view bytes) {
    Reader reader(bytes);
    const auto kind = static_cast<Kind>(reader.u8());
    const WallTime time{std::chrono::milliseconds(reader.varint())};
    const auto event = [&](Happening what) {
        return if_whole(reader, Event{sequence, time, std::move(what)});
    };
    switch (kind) {
    case Kind::joined: {
        const bool is_classic = read_is_classic(reader);
        return event(Joined{{}, read_name(reader), is_classic});
    }
    case Kind::left: return event(Left{{}, read_name(reader)});
    case Kind::said: {
        auto name = read_name(reader);
        return event(Said{{}, std::move(name), read_text(reader)});
    }
    case Kind::shouted: return event(Shouted{read_text(reader)});
    case Kind::kicked: {
        auto name = read_name(reader);
        return event(Kicked{{}, std::move(name), read_text(reader)});
    }
    }
    return std::nullopt;
}

std::string encode(const Say& say) {
    std::string out;
    Writer writer(out);
    writer.u8(static_cast<std::uint8_t>(Kind::said));
    writer.string(say.text.view());
    return out;
}

std::optional<Command> decode_command(std::string_view bytes) {
    Reader reader(bytes);
    if (static_cast<Kind>(reader.u8()) != Kind::said) return std::nullopt;
    Say say{read_text(reader)};
    if (say.text.empty()) reader.fail();
    return if_whole<Command>(reader, std::move(say));
}

std::string encode(const JoinPayload& payload) {
    std::string out;
    Writer writer(out);
    writer.string(payload.name);
    writer.bytes({reinterpret_cast<const char*>(payload.log_id.data()), payload.log_id.size()});
    writer.varint(payload.cursor);
    writer.u64(payload.outbox);
    writer.varint(payload.attempt);
    return out;
}

std::optional<JoinPayload> decode_join(std::string_view bytes) {
    Reader reader(bytes);
    JoinPayload payload;
    payload.name = reader.string();
    const auto id = reader.bytes(payload.log_id.size());
    std::copy(id.begin(), id.end(), payload.log_id.begin());
    payload.cursor = reader.varint();
    payload.outbox = reader.u64();
    payload.attempt = reader.varint();
    return if_whole(reader, payload);
}

std::string encode(const std::vector<RosterEntry>& roster) {
    std::string out;
    Writer writer(out);
    for (const auto& entry : roster) {
        writer.u8(entry.is_classic ? classic_flag : 0);
        writer.string(entry.name.view());
    }
    return out;
}

std::optional<std::vector<RosterEntry>> decode_roster(std::string_view bytes) {
    std::vector<RosterEntry> roster;
    Reader reader(bytes);
    while (!reader.is_at_end() && reader.is_ok()) {
        const bool is_classic = read_is_classic(reader);
        roster.push_back({read_name(reader), is_classic});
    }
    return if_whole(reader, std::move(roster));
}

} // namespace wire
