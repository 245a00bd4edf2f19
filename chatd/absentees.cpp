// SPDX-License-Identifier: MIT
#include "chatd/absentees.hpp"

#include "common/wire/bytes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// Between two rounds of telling; one is at the start.
constexpr std::array<Duration, 2> knock_after = {1s, 3s};
// So many at a time, so that not all of them shake hands at once.
constexpr std::size_t knocks_at_once = 64;
constexpr Duration knock_interval = 20ms;

std::optional<net::Path> decode(std::string_view bytes) {
    wire::Reader reader(bytes);
    const auto port = reader.u16();
    const auto peer = net::Address::parse(std::string(reader.string()), port);
    const auto local = std::string(reader.string());
    const auto interface_index = reader.u32();
    const auto socket = reader.u8();
    if (!peer || !reader.is_ok()) return std::nullopt;
    return net::Path{*peer,
                     {interface_index, socket, net::Address::parse(local, 0).value_or(net::Address())}};
}

} // namespace

std::string Absentees::encode(const net::Path& path) {
    std::string out;
    wire::Writer writer(out);
    writer.u16(path.peer.port());
    writer.string(path.peer.host());
    writer.string(path.local.address.host());
    writer.u32(path.local.interface_index);
    writer.u8(static_cast<std::uint8_t>(path.local.socket));
    return out;
}

void Absentees::begin(Instant now, Duration lifetime) {
    until_ = now + lifetime;
    knock_at_ = now;
}

void Absentees::add(const wire::MemberId& member, std::string_view path) {
    const auto known = waited_for_.emplace(member, decode(path)).first;
    if (known->second) to_tell_.push_back(member);
}

std::vector<net::Path> Absentees::take_knocks(Instant now) {
    std::vector<net::Path> told;
    if (now < knock_at_) return told;
    while (!to_tell_.empty() && told.size() < knocks_at_once) {
        if (const auto found = waited_for_.find(to_tell_.back()); found != waited_for_.end())
            told.push_back(*found->second);
        to_tell_.pop_back();
    }
    knock_at_ = now + knock_interval;
    if (to_tell_.empty() && rounds_ < knock_after.size()) {
        for (const auto& [member, path] : waited_for_)
            if (path) to_tell_.push_back(member);
        knock_at_ = now + knock_after[rounds_++];
    }
    return told;
}

std::vector<wire::MemberId> Absentees::take_gone(Instant now) {
    std::vector<wire::MemberId> gone;
    if (now < until_) return gone;
    gone.reserve(waited_for_.size());
    for (const auto& [member, path] : std::exchange(waited_for_, {})) gone.push_back(member);
    return gone;
}

std::optional<Instant> Absentees::next_deadline() const {
    if (waited_for_.empty()) return std::nullopt;
    return to_tell_.empty() ? until_ : std::min(knock_at_, until_);
}

} // namespace chatd
