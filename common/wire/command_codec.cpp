// SPDX-License-Identifier: MIT
#include "common/wire/command_codec.hpp"

#include "common/wire/fields.hpp"
#include "common/wire/frame.hpp"

#include <utility>
#include <variant>

namespace wire {
namespace {

// ---- each command's number and fields

Kind kind_of(const Join&) {
    return Kind::joined;
}
void fields(auto& each, Of<Join> auto& join) {
    each.flags({{classic_flag, join.is_classic}});
    each.name(join.name);
}

Kind kind_of(const Leave&) {
    return Kind::left;
}
void fields(auto& /*each*/, Of<Leave> auto& /*leave*/) {}

Kind kind_of(const Say& say) {
    return say.is_action ? Kind::acted : Kind::said;
}
void fields(auto& each, Of<Say> auto& say) {
    each.spoken(say.text);
}

Kind kind_of(const Whisper&) {
    return Kind::whispered;
}
void fields(auto& each, Of<Whisper> auto& whisper) {
    each.name(whisper.to);
    each.spoken(whisper.text);
}

Kind kind_of(const Rename&) {
    return Kind::renamed;
}
void fields(auto& each, Of<Rename> auto& rename) {
    each.name(rename.name);
}

Kind kind_of(const SetAway&) {
    return Kind::away;
}
void fields(auto& each, Of<SetAway> auto& away) {
    each.flags({{away_flag, away.is_away}});
    each.text(away.reason);
}

Kind kind_of(const SetTopic&) {
    return Kind::topic;
}
void fields(auto& each, Of<SetTopic> auto& topic) {
    each.text(topic.text);
}

Kind kind_of(const Shout&) {
    return Kind::shouted;
}
void fields(auto& each, Of<Shout> auto& shout) {
    each.spoken(shout.text);
}

Kind kind_of(const Kick&) {
    return Kind::kicked;
}
void fields(auto& each, Of<Kick> auto& kick) {
    each.id(kick.member);
    each.text(kick.reason);
}

Kind kind_of(const Free&) {
    return Kind::free;
}
void fields(auto& each, Of<Free> auto& free) {
    each.name(free.name);
}

Kind kind_of(const Policy&) {
    return Kind::policy;
}
void fields(FieldWriter& writer, const Policy& policy) {
    writer.varint(static_cast<std::uint64_t>(policy.names_for.count()));
}
void fields(FieldReader& reader, Policy& policy) {
    const auto seconds = reader.varint();
    if (seconds > static_cast<std::uint64_t>(max_names_for.count())) return reader.fail();
    policy.names_for = std::chrono::seconds(seconds);
}

Kind kind_of(const Unacceptable&) {
    return Kind::unacceptable;
}
void fields(FieldWriter& writer, const Unacceptable& unacceptable) {
    writer.u8(static_cast<std::uint8_t>(unacceptable.why));
}
void fields(FieldReader& reader, Unacceptable& unacceptable) {
    const auto why = static_cast<Unacceptable::Why>(reader.u8());
    switch (why) {
    case Unacceptable::Why::text:
    case Unacceptable::Why::name:
    case Unacceptable::Why::kind: unacceptable.why = why; return;
    }
    reader.fail();
}

/// A command whose fields are about to be read; empty if that is no kind.
std::optional<Command> unread_command(Kind kind) {
    const auto& name = unread_name();
    switch (kind) {
    case Kind::joined: return Join{name, false};
    case Kind::left: return Leave{};
    case Kind::said:
    case Kind::acted: return Say{{}, kind == Kind::acted};
    case Kind::whispered: return Whisper{name, {}};
    case Kind::renamed: return Rename{name};
    case Kind::away: return SetAway{};
    case Kind::topic: return SetTopic{};
    case Kind::shouted: return Shout{};
    case Kind::kicked: return Kick{};
    case Kind::free: return Free{name};
    case Kind::policy: return Policy{};
    case Kind::unacceptable: return Unacceptable{};
    }
    return std::nullopt;
}

/// As it stands; the reader knows whether it is good.
std::optional<Command> read_command(FieldReader& reader) {
    auto command = unread_command(reader.kind());
    if (command) std::visit([&](auto& read) { fields(reader, read); }, *command);
    return command;
}

} // namespace

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

std::string encode(const Command& command) {
    std::string out;
    FieldWriter writer(out);
    std::visit(
        [&](const auto& written) {
            writer.kind(kind_of(written));
            fields(writer, written);
        },
        command);
    return out;
}

std::optional<Command> decode_command(std::string_view bytes) {
    FieldReader reader(bytes);
    auto command = read_command(reader);
    return reader.is_good() ? std::move(command) : std::nullopt;
}

bool is_for_clients(const Command& command) {
    return std::holds_alternative<Say>(command) || std::holds_alternative<Whisper>(command) ||
           std::holds_alternative<Rename>(command) || std::holds_alternative<SetAway>(command);
}

Command command_of_client(std::string_view bytes) {
    FieldReader reader(bytes);
    auto command = read_command(reader);
    if (!command || !reader.is_whole() || !is_for_clients(*command))
        return Unacceptable{Unacceptable::Why::kind};
    if (const auto why = reader.fault()) return Unacceptable{*why};
    const auto* rename = std::get_if<Rename>(&*command);
    if (rename != nullptr && !text::Name::parsed(rename->name.view()))
        return Unacceptable{Unacceptable::Why::name};
    return std::move(*command);
}

} // namespace wire
