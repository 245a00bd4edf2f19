// SPDX-License-Identifier: MIT
#include "chatd/session/absentees.hpp"

#include "common/wire/bytes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// Between two rounds of telling; one is at the start.
constexpr std::array<Duration, 2> tell_after = {1s, 3s};
// So many at a time, so that not all of them shake hands at once.
constexpr std::size_t tell_at_once = 64;
constexpr Duration tell_interval = 20ms;

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

void Absentees::add(const wire::MemberId& member, std::string_view path, Instant until) {
    erase(member);
    const auto known = waited_for_.emplace(member, Absentee{decode(path), until}).first;
    deadlines_.emplace(until, member);
    if (known->second.path) to_tell_.push_back(member);
}

bool Absentees::erase(const wire::MemberId& member) {
    const auto found = waited_for_.find(member);
    if (found == waited_for_.end()) return false;
    deadlines_.erase({found->second.until, member});
    waited_for_.erase(found);
    return true;
}

std::optional<wire::MemberId> Absentees::take_first_but(const wire::MemberId& kept) {
    const auto first = std::find_if(deadlines_.begin(), deadlines_.end(),
                                    [&](const auto& deadline) { return deadline.second != kept; });
    if (first == deadlines_.end()) return std::nullopt;
    const auto id = first->second;
    erase(id);
    return id;
}

std::vector<net::Path> Absentees::drain_paths_to_tell(Instant now) {
    std::vector<net::Path> told;
    if (now < tell_at_) return told;
    while (!to_tell_.empty() && told.size() < tell_at_once) {
        if (const auto found = waited_for_.find(to_tell_.back());
            found != waited_for_.end() && found->second.path)
            told.push_back(*found->second.path);
        to_tell_.pop_back();
    }
    tell_at_ = now + tell_interval;
    if (to_tell_.empty() && rounds_ < tell_after.size()) {
        for (const auto& [member, absentee] : waited_for_)
            if (absentee.path) to_tell_.push_back(member);
        tell_at_ = now + tell_after[rounds_++];
    }
    return told;
}

std::vector<wire::MemberId> Absentees::drain_gone(Instant now) {
    std::vector<wire::MemberId> gone;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        gone.push_back(deadlines_.begin()->second);
        erase(gone.back());
    }
    return gone;
}

std::optional<Instant> Absentees::next_deadline() const {
    if (waited_for_.empty()) return std::nullopt;
    const auto until = deadlines_.begin()->first;
    return to_tell_.empty() ? until : std::min(tell_at_, until);
}

} // namespace chatd
