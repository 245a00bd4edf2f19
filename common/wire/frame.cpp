// SPDX-License-Identifier: MIT
#include "common/wire/frame.hpp"

#include "common/base/ensure.hpp"

#include <algorithm>

namespace wire {
namespace {

enum class Type : std::uint8_t {
    ack = 1,
    events = 2,
    skip = 3,
    part = 4,
    command = 5,
    result = 6,
    roster = 7,
    typing = 8,
    ping = 9,
    close = 10,
    welcome = 11,
    presence = 12,
    notice = 13,
    search = 14,
    matches = 15,
    challenge = 16,
    response = 17,
};

void begin(Writer& writer, Type type) {
    writer.u8(static_cast<std::uint8_t>(type));
}

AckFrame read_ack(Reader& reader) {
    AckFrame frame;
    auto last = reader.varint();
    frame.delay = std::chrono::milliseconds(
        std::min(reader.varint(), static_cast<std::uint64_t>(max_ack_delay.count())));
    const auto more = reader.varint();
    auto length = reader.varint(); // less one, as all lengths here, since no interval is empty
    if (more >= max_ack_ranges)
        reader.fail();
    else
        frame.intervals.reserve(more + 1);
    for (std::uint64_t i = 0; reader.is_ok(); ++i) {
        if (length > last) {
            reader.fail();
            break;
        }
        frame.intervals.push_back({last - length, last});
        if (i == more) break;
        // A gap holds at least one number, so `gap` is that less one.
        const auto gap = reader.varint();
        const auto first = last - length;
        length = reader.varint();
        if (first < gap + 2) {
            reader.fail();
            break;
        }
        last = first - gap - 2;
    }
    return frame;
}

/// Reads a count, then so many strings, none of them empty.
std::vector<std::string_view> read_strings(Reader& reader) {
    std::vector<std::string_view> strings;
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        strings.push_back(reader.string());
        if (strings.back().empty()) reader.fail();
    }
    return strings;
}

EventsFrame read_events(Reader& reader) {
    EventsFrame frame;
    frame.first = reader.varint();
    frame.events = read_strings(reader);
    if (frame.events.empty()) reader.fail();
    return frame;
}

PresenceFrame read_presence(Reader& reader) {
    PresenceFrame frame;
    frame.first = reader.varint();
    frame.changes = read_strings(reader);
    if (frame.changes.empty()) reader.fail();
    return frame;
}

TypingFrame read_typing(Reader& reader) {
    TypingFrame frame{read_strings(reader)};
    if (frame.names.size() > max_typing) reader.fail();
    return frame;
}

/// Reads the piece that PART, ROSTER and MATCHES have after their number, of a whole of at most `most` bytes.
template<class Kind>
void read_piece(Reader& reader, Kind& frame, std::size_t most) {
    frame.offset = reader.varint();
    frame.total = reader.varint();
    frame.bytes = reader.string();
    if (frame.total > most || frame.offset > frame.total || frame.bytes.size() > frame.total - frame.offset)
        reader.fail();
}

PartFrame read_part(Reader& reader) {
    PartFrame frame;
    const auto kind = reader.u8();
    frame.is_command = kind == 1;
    frame.number = reader.varint();
    read_piece(reader, frame, max_message);
    if (kind > 1 || frame.bytes.empty()) reader.fail();
    return frame;
}

SearchFrame read_search(Reader& reader) {
    SearchFrame frame{reader.varint(), reader.varint(), reader.varint(), reader.string()};
    if (frame.count == 0 || frame.count > max_search_lines || frame.needle.size() > max_needle) reader.fail();
    return frame;
}

MatchesFrame read_matches(Reader& reader) {
    MatchesFrame frame;
    frame.number = reader.varint();
    read_piece(reader, frame, max_matches);
    if (frame.bytes.empty()) reader.fail();
    return frame;
}

RosterFrame read_roster(Reader& reader) {
    RosterFrame frame;
    frame.as_of = reader.varint();
    read_piece(reader, frame, max_roster);
    if (frame.bytes.empty() && frame.total > 0) reader.fail();
    return frame;
}

ResultFrame read_result(Reader& reader) {
    ResultFrame frame;
    frame.number = reader.varint();
    const auto status = reader.u8();
    if (status > static_cast<std::uint8_t>(ResultFrame::Status::refused)) reader.fail();
    frame.status = static_cast<ResultFrame::Status>(status);
    if (frame.status == ResultFrame::Status::accepted)
        frame.sequence = reader.varint();
    else
        frame.reason = reader.string();
    return frame;
}

CloseFrame read_close(Reader& reader) {
    CloseFrame frame;
    const auto code = reader.u8();
    if (code > static_cast<std::uint8_t>(CloseFrame::Code::replaced)) reader.fail();
    frame.code = static_cast<CloseFrame::Code>(code);
    frame.text = reader.string();
    return frame;
}

WelcomeFrame read_welcome(Reader& outer) {
    WelcomeFrame frame;
    Reader reader(outer.string());
    const auto id = reader.bytes(frame.log_id.size());
    std::copy(id.begin(), id.end(), frame.log_id.begin());
    frame.head = reader.varint();
    frame.start = reader.varint();
    frame.mark = reader.u64();
    frame.last_command = reader.varint();
    frame.name = reader.string();
    frame.features = reader.varint();
    const bool may_count_on = std::max({frame.head, frame.start, frame.last_command}) <= max_counted;
    if (!reader.is_ok() || !may_count_on) outer.fail(); // later versions may have more fields
    return frame;
}

/// Writes the number of a PART, ROSTER or MATCHES, and its piece of a whole that is too large for a packet.
template<class Kind>
void write_piece(Writer& writer, std::uint64_t number, const Kind& frame) {
    writer.varint(number);
    writer.varint(frame.offset);
    writer.varint(frame.total);
    writer.string(frame.bytes);
}

void write_strings(Writer& writer, const std::vector<std::string_view>& strings) {
    writer.varint(strings.size());
    for (const auto string : strings) writer.string(string);
}

} // namespace

bool is_eliciting(const Frame& frame) {
    return !std::holds_alternative<AckFrame>(frame) && !std::holds_alternative<CloseFrame>(frame) &&
           !std::holds_alternative<ChallengeFrame>(frame) && !std::holds_alternative<ResponseFrame>(frame);
}

std::optional<std::vector<Frame>> parse_frames(std::string_view packet) {
    std::vector<Frame> frames;
    Reader reader(packet);
    while (!reader.is_at_end()) {
        switch (static_cast<Type>(reader.u8())) {
        case Type::ack: frames.emplace_back(read_ack(reader)); break;
        case Type::events: frames.emplace_back(read_events(reader)); break;
        case Type::skip: {
            SkipFrame frame{reader.varint(), reader.varint()};
            if (frame.count == 0 || frame.first > max_varint - frame.count) reader.fail();
            frames.emplace_back(frame);
            break;
        }
        case Type::part: frames.emplace_back(read_part(reader)); break;
        case Type::command: {
            const auto number = reader.varint();
            frames.emplace_back(CommandFrame{number, reader.string()});
            if (std::get<CommandFrame>(frames.back()).command.empty()) reader.fail();
            break;
        }
        case Type::result: frames.emplace_back(read_result(reader)); break;
        case Type::roster: frames.emplace_back(read_roster(reader)); break;
        case Type::typing: frames.emplace_back(read_typing(reader)); break;
        case Type::presence: frames.emplace_back(read_presence(reader)); break;
        case Type::notice: frames.emplace_back(NoticeFrame{reader.string()}); break;
        case Type::search: frames.emplace_back(read_search(reader)); break;
        case Type::matches: frames.emplace_back(read_matches(reader)); break;
        case Type::ping: frames.emplace_back(PingFrame{}); break;
        case Type::close: frames.emplace_back(read_close(reader)); break;
        case Type::welcome: frames.emplace_back(read_welcome(reader)); break;
        case Type::challenge: frames.emplace_back(ChallengeFrame{reader.u64()}); break;
        case Type::response: frames.emplace_back(ResponseFrame{reader.u64()}); break;
        default: return std::nullopt;
        }
        if (!reader.is_ok()) return std::nullopt;
    }
    return frames;
}

void write(Writer& writer, const AckFrame& frame) {
    ensure(!frame.intervals.empty() && frame.intervals.size() <= max_ack_ranges,
           "an ACK has 1 to 32 intervals");
    begin(writer, Type::ack);
    writer.varint(frame.intervals.front().last);
    writer.varint(static_cast<std::uint64_t>(frame.delay.count()));
    writer.varint(frame.intervals.size() - 1);
    writer.varint(frame.intervals.front().last - frame.intervals.front().first);
    for (std::size_t i = 1; i < frame.intervals.size(); ++i) {
        const auto& interval = frame.intervals[i];
        writer.varint(frame.intervals[i - 1].first - interval.last - 2);
        writer.varint(interval.last - interval.first);
    }
}

void write(Writer& writer, const EventsFrame& frame) {
    begin(writer, Type::events);
    writer.varint(frame.first);
    write_strings(writer, frame.events);
}

void write(Writer& writer, const SkipFrame& frame) {
    begin(writer, Type::skip);
    writer.varint(frame.first);
    writer.varint(frame.count);
}

void write(Writer& writer, const PartFrame& frame) {
    begin(writer, Type::part);
    writer.u8(frame.is_command ? 1 : 0);
    write_piece(writer, frame.number, frame);
}

void write(Writer& writer, const CommandFrame& frame) {
    begin(writer, Type::command);
    writer.varint(frame.number);
    writer.string(frame.command);
}

void write(Writer& writer, const ResultFrame& frame) {
    begin(writer, Type::result);
    writer.varint(frame.number);
    writer.u8(static_cast<std::uint8_t>(frame.status));
    if (frame.status == ResultFrame::Status::accepted)
        writer.varint(frame.sequence);
    else
        writer.string(frame.reason);
}

void write(Writer& writer, const RosterFrame& frame) {
    begin(writer, Type::roster);
    write_piece(writer, frame.as_of, frame);
}

void write(Writer& writer, const TypingFrame& frame) {
    begin(writer, Type::typing);
    write_strings(writer, frame.names);
}

void write(Writer& writer, const NoticeFrame& frame) {
    begin(writer, Type::notice);
    writer.string(frame.text);
}

void write(Writer& writer, const SearchFrame& frame) {
    begin(writer, Type::search);
    writer.varint(frame.number);
    writer.varint(frame.before);
    writer.varint(frame.count);
    writer.string(frame.needle);
}

void write(Writer& writer, const MatchesFrame& frame) {
    begin(writer, Type::matches);
    write_piece(writer, frame.number, frame);
}

void write(Writer& writer, const PingFrame&) {
    begin(writer, Type::ping);
}

void write(Writer& writer, const CloseFrame& frame) {
    begin(writer, Type::close);
    writer.u8(static_cast<std::uint8_t>(frame.code));
    writer.string(frame.text);
}

void write(Writer& writer, const WelcomeFrame& frame) {
    std::string body;
    Writer inner(body);
    inner.bytes({reinterpret_cast<const char*>(frame.log_id.data()), frame.log_id.size()});
    inner.varint(frame.head);
    inner.varint(frame.start);
    inner.u64(frame.mark);
    inner.varint(frame.last_command);
    inner.string(frame.name);
    inner.varint(frame.features);
    begin(writer, Type::welcome);
    writer.string(body);
}

void write(Writer& writer, const ChallengeFrame& frame) {
    begin(writer, Type::challenge);
    writer.u64(frame.token);
}

void write(Writer& writer, const ResponseFrame& frame) {
    begin(writer, Type::response);
    writer.u64(frame.token);
}

void write(Writer& writer, const PresenceFrame& frame) {
    begin(writer, Type::presence);
    writer.varint(frame.first);
    write_strings(writer, frame.changes);
}

} // namespace wire
