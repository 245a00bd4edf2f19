// SPDX-License-Identifier: MIT
#include "common/wire/fields.hpp"

#include "common/wire/frame.hpp"

#include <algorithm>

namespace wire {

void write_id(Writer& writer, const MemberId& id) {
    writer.bytes({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
}

MemberId read_id(Reader& reader) {
    MemberId id;
    const auto bytes = reader.bytes(id.bytes.size());
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    return id;
}

const text::Name& unread_name() {
    static const auto name = *text::Name::parsed("nobody");
    return name;
}

// ---- written

void FieldWriter::time(WallTime time) {
    varint(static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count())));
}

void FieldWriter::flags(std::initializer_list<Flag> flags, const std::optional<Fingerprint>& fingerprint) {
    std::uint8_t byte = fingerprint ? fingerprint_flag : 0;
    for (const auto& flag : flags)
        if (flag.is_set) byte = static_cast<std::uint8_t>(byte | flag.bit);
    u8(byte);
}

void FieldWriter::fingerprint(const std::optional<Fingerprint>& fingerprint) {
    if (fingerprint) bytes({reinterpret_cast<const char*>(fingerprint->data()), fingerprint->size()});
}

// ---- read

WallTime FieldReader::time() {
    constexpr auto latest =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::time_point::max());
    const auto told = varint();
    return told < static_cast<std::uint64_t>(latest.time_since_epoch().count())
               ? WallTime(std::chrono::milliseconds(told))
               : latest;
}

void FieldReader::name(text::Name& name) {
    auto parsed = text::Name::recorded(string());
    if (!parsed) return blame(Unacceptable::Why::name);
    name = std::move(*parsed);
}

void FieldReader::text(text::Text& text) {
    const auto bytes = string();
    text = text::Text::from_untrusted(bytes);
    if (text.view() != bytes || bytes.size() > max_text) blame(Unacceptable::Why::text);
}

void FieldReader::spoken(text::Text& text) {
    const auto bytes = string();
    text = text::Text::lines_from_untrusted(bytes);
    if (bytes.empty() || text.view() != bytes || bytes.size() > max_text) blame(Unacceptable::Why::text);
}

std::uint8_t FieldReader::read_flags(std::initializer_list<Flag> flags) {
    const auto byte = u8();
    for (const auto& flag : flags) flag.is_set = (byte & flag.bit) != 0;
    return byte;
}

void FieldReader::flags(std::initializer_list<Flag> flags) {
    read_flags(flags);
}

void FieldReader::flags(std::initializer_list<Flag> flags, std::optional<Fingerprint>& fingerprint) {
    if ((read_flags(flags) & fingerprint_flag) != 0) fingerprint.emplace();
}

void FieldReader::fingerprint(std::optional<Fingerprint>& fingerprint) {
    if (!fingerprint) return;
    const auto read = bytes(fingerprint->size());
    std::copy(read.begin(), read.end(), fingerprint->begin());
}

} // namespace wire
