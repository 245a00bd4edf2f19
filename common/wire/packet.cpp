// SPDX-License-Identifier: MIT
#include "common/wire/packet.hpp"

#include "common/base/ensure.hpp"
#include "common/wire/bytes.hpp"

#include <algorithm>

namespace wire {
namespace {

constexpr std::string_view probe_front = "P chat/1 ";
constexpr std::uint8_t version = 1;
constexpr std::uint8_t key_flag = 1;

enum class Type : std::uint8_t {
    room = 0x80,
    hello = 0x81,
    host = 0x82,
    join = 0x83,
    data = 0x84,
    restarted = 0x85
};

template<std::size_t Size, class Byte>
std::array<Byte, Size> take_array(Reader& reader) {
    std::array<Byte, Size> array{};
    const auto bytes = reader.bytes(Size);
    std::copy(bytes.begin(), bytes.end(), array.begin());
    return array;
}

template<std::size_t Size, class Byte>
std::string_view view_of(const std::array<Byte, Size>& array) {
    return {reinterpret_cast<const char*>(array.data()), Size};
}

std::optional<Packet> parse_probe(std::string_view datagram) {
    if (datagram.size() != probe_size || !datagram.starts_with(probe_front)) return std::nullopt;
    Reader reader(datagram.substr(probe_front.size()));
    const Probe probe{take_array<16, char>(reader)};
    const bool is_hexadecimal = std::all_of(probe.nonce.begin(), probe.nonce.end(), [](char digit) {
        return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    });
    if (!is_hexadecimal || reader.rest().find_first_not_of(' ') != std::string_view::npos)
        return std::nullopt;
    return probe;
}

std::optional<Packet> parse_room(Reader& reader) {
    RoomAnswer answer;
    answer.nonce = take_array<16, char>(reader);
    answer.stamp = reader.u32();
    answer.cookie = take_array<16, std::uint8_t>(reader);
    answer.members = reader.u16();
    answer.description = reader.peek_rest();
    if (reader.u8() != version) return std::nullopt;
    answer.has_password = (reader.u8() & key_flag) != 0; // other bits are for later versions
    answer.features = reader.u32();
    answer.boot_id = reader.u64();
    answer.host_key = take_array<32, std::uint8_t>(reader);
    answer.room = reader.string();
    answer.host = reader.string();
    if (answer.room.size() > max_label || answer.host.size() > max_label) return std::nullopt;
    return answer; // later versions may put more behind it
}

Packet parse_hello(Reader& reader) {
    Hello hello;
    hello.stamp = reader.u32();
    hello.cookie = take_array<16, std::uint8_t>(reader);
    hello.client = reader.u64();
    hello.digest = reader.u64();
    hello.message = reader.rest();
    return hello;
}

Packet parse_host(Reader& reader) {
    HostAnswer answer;
    answer.client = reader.u64();
    answer.message = reader.rest();
    return answer;
}

Packet parse_join(Reader& reader) {
    JoinRequest request;
    request.server = reader.u64();
    request.message = reader.rest();
    return request;
}

std::optional<Packet> parse_data(Reader& reader) {
    Data data;
    data.receiver = reader.u64();
    data.number = reader.u64();
    data.sealed = reader.rest();
    if (data.number > max_varint) return std::nullopt;
    return data;
}

std::optional<Packet> parse_body(Type type, Reader& reader) {
    switch (type) {
    case Type::room: return parse_room(reader);
    case Type::hello: return parse_hello(reader);
    case Type::host: return parse_host(reader);
    case Type::join: return parse_join(reader);
    case Type::data: return parse_data(reader);
    case Type::restarted: return Restarted{reader.u64()}; // later versions may put more behind it
    }
    return std::nullopt;
}

std::string begin(Type type) {
    return {static_cast<char>(type)};
}

} // namespace

std::optional<Packet> parse_packet(std::string_view datagram) {
    if (datagram.empty() || datagram.size() > max_packet) return std::nullopt;
    if (datagram.front() == 'P') return parse_probe(datagram);
    Reader reader(datagram);
    const auto type = static_cast<Type>(reader.u8());
    if (type == Type::room && datagram.size() > probe_size) return std::nullopt;
    auto packet = parse_body(type, reader);
    if (!reader.is_ok()) return std::nullopt;
    return packet;
}

std::string format(const Probe& probe) {
    std::string out(probe_front);
    out += view_of(probe.nonce);
    out.resize(probe_size, ' ');
    return out;
}

std::string format(const RoomAnswer& answer) {
    ensure(answer.room.size() <= max_label && answer.host.size() <= max_label, "a label fits its packet");
    auto out = begin(Type::room);
    Writer writer(out);
    writer.bytes(view_of(answer.nonce));
    writer.u32(answer.stamp);
    writer.bytes(view_of(answer.cookie));
    writer.u16(answer.members);
    writer.bytes(describe(answer));
    ensure(out.size() <= probe_size, "an answer is no larger than its probe");
    return out;
}

std::string describe(const RoomAnswer& answer) {
    std::string out;
    Writer writer(out);
    writer.u8(version);
    writer.u8(answer.has_password ? key_flag : 0);
    writer.u32(answer.features);
    writer.u64(answer.boot_id);
    writer.bytes(view_of(answer.host_key));
    writer.string(answer.room);
    writer.string(answer.host);
    return out;
}

std::string format(const Hello& hello) {
    auto out = begin(Type::hello);
    Writer writer(out);
    writer.u32(hello.stamp);
    writer.bytes(view_of(hello.cookie));
    writer.u64(hello.client);
    writer.u64(hello.digest);
    writer.bytes(hello.message);
    return out;
}

std::string format(const HostAnswer& answer) {
    auto out = begin(Type::host);
    Writer writer(out);
    writer.u64(answer.client);
    writer.bytes(answer.message);
    return out;
}

std::string format(const JoinRequest& request) {
    auto out = begin(Type::join);
    Writer writer(out);
    writer.u64(request.server);
    writer.bytes(request.message);
    return out;
}

std::string format(const Restarted& restarted) {
    auto out = begin(Type::restarted);
    Writer(out).u64(restarted.boot_id);
    return out;
}

std::string handshake_prologue(std::string_view description, SessionId client) {
    std::string out = "chat/1";
    Writer writer(out);
    writer.u64(client);
    writer.bytes(description);
    return out;
}

std::string format_data_header(SessionId receiver, std::uint64_t number) {
    auto out = begin(Type::data);
    Writer writer(out);
    writer.u64(receiver);
    writer.u64(number);
    return out;
}

} // namespace wire
