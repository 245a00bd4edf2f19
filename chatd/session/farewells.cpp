// SPDX-License-Identifier: MIT
#include "chatd/session/farewells.hpp"

#include <algorithm>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// Long enough for four tries; a service manager waits for us.
constexpr Duration patience = 500ms;
constexpr Duration interval = 100ms;
// To one session that is over, at most.
constexpr int max_answers = 20;

} // namespace

void Farewells::add(wire::SessionId id, std::string bytes) {
    said_.push_back({id, std::move(bytes)});
    if (said_.size() > max_said) said_.pop_front();
}

std::optional<std::string> Farewells::answer(wire::SessionId id, std::size_t size, Instant now) {
    const auto found =
        std::find_if(said_.begin(), said_.end(), [&](const Said& said) { return said.id == id; });
    if (found == said_.end() || found->bytes.size() > size || now < found->next ||
        found->answers >= max_answers)
        return std::nullopt;
    ++found->answers;
    found->next = now + interval;
    return found->bytes;
}

void Farewells::repeat(std::unique_ptr<Peer> member, std::string bytes, Instant now) {
    const auto id = member->session().id();
    repeated_[id] = {std::move(member), std::move(bytes)};
    say_at_ = now;
    until_ = now + patience;
}

void Farewells::handle(const wire::Data& data, std::string_view datagram, Instant now) {
    const auto found = repeated_.find(data.receiver);
    if (found == repeated_.end()) return;
    const auto result = found->second.member->session().open(data, datagram, now);
    const auto* opened = std::get_if<std::unique_ptr<session::Session::Opened>>(&result);
    if (opened == nullptr) return;
    const auto& frames = (*opened)->frames;
    if (std::any_of(frames.begin(), frames.end(),
                    [](const wire::Frame& frame) { return std::holds_alternative<wire::CloseFrame>(frame); }))
        repeated_.erase(found);
}

std::vector<net::OwnedDatagram> Farewells::drain_due(Instant now) {
    std::vector<net::OwnedDatagram> due;
    if (repeated_.empty() || now < say_at_) return due;
    if (now >= until_) {
        repeated_.clear();
        return due;
    }
    say_at_ = now + interval;
    for (const auto& [id, repeated] : repeated_)
        due.push_back({repeated.member->path(), repeated.bytes, true});
    return due;
}

std::optional<Instant> Farewells::next_deadline() const {
    return repeated_.empty() ? std::nullopt : std::optional(say_at_);
}

} // namespace chatd
