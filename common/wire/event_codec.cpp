// SPDX-License-Identifier: MIT
#include "common/wire/event_codec.hpp"

#include "common/wire/fields.hpp"

#include <utility>
#include <variant>

namespace wire {
namespace {

// ---- each event's number and fields

Kind kind_of(const Joined&) {
    return Kind::joined;
}
void fields(auto& each, Of<Joined> auto& joined) {
    each.flags({{classic_flag, joined.is_classic}}, joined.fingerprint);
    each.name(joined.name);
    each.fingerprint(joined.fingerprint);
}

Kind kind_of(const Left&) {
    return Kind::left;
}
void fields(auto& each, Of<Left> auto& left) {
    each.name(left.name);
}

Kind kind_of(const Said& said) {
    return said.is_action ? Kind::acted : Kind::said;
}
void fields(auto& each, Of<Said> auto& said) {
    each.name(said.name);
    each.spoken(said.text);
}

Kind kind_of(const Whispered&) {
    return Kind::whispered;
}
void fields(auto& each, Of<Whispered> auto& whispered) {
    each.name(whispered.name);
    each.name(whispered.to);
    each.spoken(whispered.text);
}

Kind kind_of(const Renamed&) {
    return Kind::renamed;
}
void fields(auto& each, Of<Renamed> auto& renamed) {
    each.name(renamed.name);
    each.name(renamed.new_name);
}

Kind kind_of(const AwaySet&) {
    return Kind::away;
}
void fields(auto& each, Of<AwaySet> auto& away) {
    each.flags({{away_flag, away.is_away}});
    each.name(away.name);
    each.text(away.reason);
}

Kind kind_of(const TopicSet&) {
    return Kind::topic;
}
void fields(auto& each, Of<TopicSet> auto& topic) {
    each.text(topic.text);
}

Kind kind_of(const Shouted&) {
    return Kind::shouted;
}
void fields(auto& each, Of<Shouted> auto& shouted) {
    each.spoken(shouted.text);
}

Kind kind_of(const Kicked&) {
    return Kind::kicked;
}
void fields(auto& each, Of<Kicked> auto& kicked) {
    each.name(kicked.name);
    each.text(kicked.reason);
}

/// An event whose fields are about to be read; empty if there are no events of that kind.
std::optional<EventBody> unread_event(Kind kind) {
    const auto& name = unread_name();
    switch (kind) {
    case Kind::joined: return Joined{{}, name, false};
    case Kind::left: return Left{{}, name};
    case Kind::said:
    case Kind::acted: return Said{{}, name, {}, kind == Kind::acted};
    case Kind::whispered: return Whispered{{}, name, {}, name, {}};
    case Kind::renamed: return Renamed{{}, name, name};
    case Kind::away: return AwaySet{{}, name, false, {}};
    case Kind::topic: return TopicSet{};
    case Kind::shouted: return Shouted{};
    case Kind::kicked: return Kicked{{}, name, {}};
    case Kind::free:
    case Kind::policy:
    case Kind::unacceptable: return std::nullopt; // nothing that members see comes of them
    }
    return std::nullopt;
}

} // namespace

std::string encode(const Event& event) {
    std::string out;
    FieldWriter writer(out);
    writer.kind(std::visit([](const auto& what) { return kind_of(what); }, event.what));
    writer.time(event.time);
    std::visit([&](const auto& what) { fields(writer, what); }, event.what);
    return out;
}

std::optional<Event> decode_event(Sequence sequence, std::string_view bytes) {
    FieldReader reader(bytes);
    auto what = unread_event(reader.kind());
    if (!what) return std::nullopt;
    const auto time = reader.time();
    std::visit([&](auto& event) { fields(reader, event); }, *what);
    return if_good(reader, Event{sequence, time, std::move(*what)});
}

bool is_line(std::string_view event) {
    if (event.empty()) return false;
    const auto kind = static_cast<Kind>(event.front());
    return kind == Kind::said || kind == Kind::acted || kind == Kind::shouted;
}

std::uint64_t mark_of(std::string_view event) {
    // FNV-1a, 64 bits: nobody gains by a mark that is wrong.
    std::uint64_t hash = 14695981039346656037U;
    for (const char byte : event) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
    return hash == 0 ? 1 : hash;
}

} // namespace wire
