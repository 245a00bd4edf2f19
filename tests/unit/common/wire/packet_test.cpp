// SPDX-License-Identifier: MIT
#include "common/wire/packet.hpp"

#include "common/wire/classic.hpp"

#include <doctest/doctest.h>

namespace {

template<class Kind>
Kind read_back(const std::string& bytes) {
    const auto packet = wire::parse_packet(bytes);
    REQUIRE(packet);
    REQUIRE(std::holds_alternative<Kind>(*packet));
    return std::get<Kind>(*packet);
}

constexpr wire::Nonce nonce = {'0', '1', '2', '3', '4', '5', '6', '7',
                               '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

} // namespace

TEST_CASE("a probe is text of 512 bytes that a classic server ignores") {
    const auto bytes = format(wire::Probe{nonce});
    CHECK(bytes.size() == 512);
    CHECK(bytes.starts_with("P chat/1 0123456789abcdef "));
    CHECK_FALSE(wire::classic::parse_request(bytes));
    CHECK(read_back<wire::Probe>(bytes).nonce == nonce);
    CHECK_FALSE(wire::parse_packet(bytes.substr(0, 511))); // a small one could be answered by more
    auto other = bytes;
    other[100] = 'x';
    CHECK_FALSE(wire::parse_packet(other));
    other = bytes;
    other[10] = 'G';
    CHECK_FALSE(wire::parse_packet(other));
}

TEST_CASE("the answer to a probe is no larger, however long its names") {
    const std::string longest(wire::max_label, 'x');
    const wire::RoomAnswer answer{nonce, 7, {1, 2, 3}, 1000, true, 0, 42, {9, 8, 7}, longest, longest};
    const auto bytes = format(answer);
    CHECK(bytes.size() <= wire::probe_size);
    const auto back = read_back<wire::RoomAnswer>(bytes);
    CHECK(back.cookie == answer.cookie);
    CHECK(back.host_key == answer.host_key);
    CHECK(back.has_password);
    CHECK(back.members == 1000);
    CHECK(back.room == longest);
    CHECK(back.description == describe(answer));
    const auto later =
        bytes.substr(0, bytes.size() - longest.size()) + std::string(longest.size(), 'y') + "more";
    CHECK(read_back<wire::RoomAnswer>(later).description.ends_with("ymore"));
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(wire::parse_packet(std::string_view(bytes).substr(0, length)));
}

TEST_CASE("RESTARTED has the host's boot id, and perhaps more one day") {
    const auto bytes = format(wire::Restarted{0x0102030405060708});
    CHECK(bytes.size() == 9);
    CHECK(read_back<wire::Restarted>(bytes).boot_id == 0x0102030405060708);
    CHECK(read_back<wire::Restarted>(bytes + "more").boot_id == 0x0102030405060708);
    for (std::size_t size = 1; size < bytes.size(); ++size)
        CHECK_FALSE(wire::parse_packet(bytes.substr(0, size)));
}

TEST_CASE("the handshake's packets and data") {
    const auto hello_bytes = format(wire::Hello{7, {5}, 99, 11, "message"});
    CHECK(read_back<wire::Hello>(hello_bytes).client == 99);
    CHECK(read_back<wire::Hello>(hello_bytes).digest == 11);
    CHECK(read_back<wire::Hello>(hello_bytes).message == "message");
    const auto answer_bytes = format(wire::HostAnswer{99, "answer"});
    CHECK(read_back<wire::HostAnswer>(answer_bytes).message == "answer");
    CHECK(read_back<wire::JoinRequest>(format(wire::JoinRequest{77, "join"})).server == 77);
    const auto data = wire::format_data_header(77, 5) + "sealed";
    CHECK(data.size() == wire::data_header + 6);
    CHECK(read_back<wire::Data>(data).number == 5);
    CHECK(read_back<wire::Data>(data).sealed == "sealed");
    CHECK_FALSE(wire::parse_packet(""));
    CHECK_FALSE(wire::parse_packet("\x84 short"));
    CHECK_FALSE(wire::parse_packet("\x90unknown"));
    CHECK_FALSE(wire::parse_packet("L bob"));
    CHECK_FALSE(wire::parse_packet("\x84" + std::string(1200, 'x')));
}
