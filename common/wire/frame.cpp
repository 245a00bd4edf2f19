// SPDX-License-Identifier: MIT
#include "common/wire/frame.hpp"

#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace wire {
namespace {

/// Reads fields; what is out of bounds fails the reader.
class FrameReader {
  public:
    explicit FrameReader(Reader& reader)
        : reader_(reader) {}

    void u64(std::uint64_t& value) { value = reader_.u64(); }
    void varint(std::uint64_t& value) { value = reader_.varint(); }
    void flag(bool& value) {
        const auto byte = reader_.u8();
        value = byte == 1;
        check(byte <= 1);
    }
    /// One of an enumeration's values, from 0 to `last`.
    template<class Value>
    void code(Value& value, Value last) {
        const auto byte = reader_.u8();
        value = static_cast<Value>(byte);
        check(byte <= static_cast<std::uint8_t>(last));
    }
    template<std::size_t Size>
    void bytes(std::array<std::uint8_t, Size>& value) {
        const auto bytes = reader_.bytes(Size);
        std::copy(bytes.begin(), bytes.end(), value.begin());
    }
    void string(std::string_view& value) { value = reader_.string(); }
    void words(std::string_view& value) {
        string(value);
        check(value.size() <= max_words);
    }
    /// A count, then so many strings, none of them empty.
    void strings(std::vector<std::string_view>& values) {
        for (auto count = reader_.varint(); count > 0 && reader_.is_ok(); --count) {
            values.push_back(reader_.string());
            check(!values.back().empty());
        }
    }
    /// Fields that have a length, so that later versions can put more behind.
    template<class Fields>
    void extensible(Fields fields) {
        Reader inner(reader_.string());
        FrameReader in(inner);
        fields(in);
        check(inner.is_ok());
    }
    void check(bool is_good) {
        if (!is_good) reader_.fail();
    }

  private:
    Reader& reader_;
};

/// Writes the same. What a frame of ours holds is its maker's care.
class FrameWriter {
  public:
    explicit FrameWriter(Writer& writer)
        : writer_(writer) {}

    void u64(std::uint64_t value) { writer_.u64(value); }
    void varint(std::uint64_t value) { writer_.varint(value); }
    void flag(bool value) { writer_.u8(value ? 1 : 0); }
    template<class Value>
    void code(Value value, Value) {
        writer_.u8(static_cast<std::uint8_t>(value));
    }
    template<std::size_t Size>
    void bytes(const std::array<std::uint8_t, Size>& value) {
        writer_.bytes({reinterpret_cast<const char*>(value.data()), Size});
    }
    void string(std::string_view value) { writer_.string(value); }
    /// As much of it as fits a packet.
    void words(std::string_view value) { string(value.substr(0, text::cut_length(value, max_words))); }
    void strings(const std::vector<std::string_view>& values) {
        writer_.varint(values.size());
        for (const auto value : values) writer_.string(value);
    }
    template<class Fields>
    void extensible(Fields fields) {
        std::string body;
        Writer inner(body);
        FrameWriter out(inner);
        fields(out);
        writer_.string(body);
    }
    void check(bool) {}

  private:
    Writer& writer_;
};

// The fields of each frame, in their order, for reading and for writing.

void ack_fields(Reader& reader, AckFrame& frame) {
    auto last = reader.varint();
    frame.delay = std::chrono::milliseconds(
        std::min(reader.varint(), static_cast<std::uint64_t>(max_ack_delay.count())));
    const auto more = reader.varint();
    auto length = reader.varint(); // less one, as all lengths here: no interval is empty
    if (more >= max_ack_ranges)
        reader.fail();
    else
        frame.intervals.reserve(more + 1);
    for (std::uint64_t i = 0; reader.is_ok(); ++i) {
        if (length > last) return reader.fail();
        frame.intervals.push_back({last - length, last});
        if (i == more) return;
        // A gap holds at least one number, so `gap` is that less one.
        const auto gap = reader.varint();
        const auto first = last - length;
        length = reader.varint();
        if (first < gap + 2) return reader.fail();
        last = first - gap - 2;
    }
}

void ack_fields(Writer& writer, const AckFrame& frame) {
    ensure(!frame.intervals.empty() && frame.intervals.size() <= max_ack_ranges,
           "an ACK has 1 to 32 intervals");
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

template<class Io, Of<EventsFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.first);
    io.strings(frame.events);
    io.check(!frame.events.empty());
}

template<class Io, Of<SkipFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.first);
    io.varint(frame.count);
    io.check(frame.count > 0 && frame.first <= max_varint - frame.count);
}

/// A piece, of at most `most` bytes in all, of what does not fit a packet.
template<class Io, class Kind>
void piece_fields(Io& io, Kind& frame, std::size_t most) {
    io.varint(frame.offset);
    io.varint(frame.total);
    io.string(frame.bytes);
    io.check(frame.total <= most && frame.offset <= frame.total &&
             frame.bytes.size() <= frame.total - frame.offset);
}

template<class Io, Of<PartFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.flag(frame.is_command);
    io.varint(frame.number);
    piece_fields(io, frame, max_message);
    io.check(!frame.bytes.empty());
}

template<class Io, Of<CommandFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.number);
    io.string(frame.command);
    io.check(!frame.command.empty());
}

template<class Io, Of<ResultFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.number);
    io.code(frame.status, ResultFrame::Status::refused);
    if (frame.status == ResultFrame::Status::accepted)
        io.varint(frame.sequence);
    else
        io.words(frame.reason);
}

template<class Io, Of<RosterFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.as_of);
    piece_fields(io, frame, max_roster);
    io.check(!frame.bytes.empty() || frame.total == 0);
}

template<class Io, Of<TypingFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.strings(frame.names);
    io.check(frame.names.size() <= max_typing);
}

template<class Io, Of<PingFrame> Kind>
void fields(Io&, Kind&) {}

template<class Io, Of<CloseFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.code(frame.code, CloseFrame::Code::replaced);
    io.words(frame.text);
}

template<class Io, Of<WelcomeFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.extensible([&](auto& inside) {
        inside.bytes(frame.log_id);
        inside.varint(frame.head);
        inside.varint(frame.start);
        inside.u64(frame.mark);
        inside.varint(frame.last_command);
        inside.string(frame.name);
        inside.varint(frame.features);
    });
    io.check(std::max({frame.head, frame.start, frame.last_command}) <= max_counted);
}

template<class Io, Of<PresenceFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.first);
    io.strings(frame.changes);
    io.check(!frame.changes.empty());
}

template<class Io, Of<NoticeFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.number);
    io.words(frame.text);
}

template<class Io, Of<SearchFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.number);
    io.varint(frame.before);
    io.varint(frame.count);
    io.string(frame.needle);
    io.check(frame.count > 0 && frame.count <= max_search_lines && frame.needle.size() <= max_needle);
}

template<class Io, Of<MatchesFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.varint(frame.number);
    piece_fields(io, frame, max_matches);
    io.check(!frame.bytes.empty());
}

template<class Io, Of<ChallengeFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.u64(frame.token);
}

template<class Io, Of<ResponseFrame> Kind>
void fields(Io& io, Kind& frame) {
    io.u64(frame.token);
}

/// Reads a frame of that kind behind the others.
template<std::size_t Place>
void read(Reader& reader, std::vector<Frame>& frames) {
    auto& frame = std::get<Place>(frames.emplace_back(std::in_place_index<Place>));
    if constexpr (std::is_same_v<std::variant_alternative_t<Place, Frame>, AckFrame>) {
        ack_fields(reader, frame);
    } else {
        FrameReader in(reader);
        fields(in, frame);
    }
}

using Read = void (*)(Reader&, std::vector<Frame>&);

template<std::size_t... Places>
constexpr std::array<Read, sizeof...(Places)> reads_of(std::index_sequence<Places...>) {
    return {read<Places>...};
}

constexpr auto reads = reads_of(std::make_index_sequence<std::variant_size_v<Frame>>());

template<class Kind, class... Kinds>
constexpr std::uint8_t place_of(const std::variant<Kinds...>*) {
    std::uint8_t place = 0;
    static_cast<void>(((std::is_same_v<Kind, Kinds> || (++place, false)) || ...));
    return place;
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
        const std::size_t type = reader.u8();
        if (type == 0 || type > reads.size()) return std::nullopt;
        reads.at(type - 1)(reader, frames);
        if (!reader.is_ok()) return std::nullopt;
    }
    return frames;
}

template<class Kind>
void write(Writer& writer, const Kind& frame) {
    writer.u8(static_cast<std::uint8_t>(place_of<Kind>(static_cast<const Frame*>(nullptr)) + 1));
    if constexpr (std::is_same_v<Kind, AckFrame>) {
        ack_fields(writer, frame);
    } else {
        FrameWriter out(writer);
        fields(out, frame);
    }
}

template void write(Writer&, const AckFrame&);
template void write(Writer&, const EventsFrame&);
template void write(Writer&, const SkipFrame&);
template void write(Writer&, const PartFrame&);
template void write(Writer&, const CommandFrame&);
template void write(Writer&, const ResultFrame&);
template void write(Writer&, const RosterFrame&);
template void write(Writer&, const TypingFrame&);
template void write(Writer&, const PingFrame&);
template void write(Writer&, const CloseFrame&);
template void write(Writer&, const WelcomeFrame&);
template void write(Writer&, const PresenceFrame&);
template void write(Writer&, const NoticeFrame&);
template void write(Writer&, const SearchFrame&);
template void write(Writer&, const MatchesFrame&);
template void write(Writer&, const ChallengeFrame&);
template void write(Writer&, const ResponseFrame&);

} // namespace wire
