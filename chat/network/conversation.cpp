// SPDX-License-Identifier: MIT
#include "chat/network/conversation.hpp"

#include "common/app/failure.hpp"
#include "common/net/resolve.hpp"

#include <utility>

namespace chat {
namespace {

std::vector<net::Address> addresses_of(const net::HostPort& host) {
    try {
        return net::resolve(host);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_NOHOST, error.what());
    }
}

} // namespace

Conversation::Conversation(const net::HostPort& host, LinkMaker make_link, NameStore names)
    : host_(host)
    , names_(std::move(names))
    , network_(addresses_of(host), std::move(make_link)) {}

std::string Conversation::shown_host() const {
    const bool is_v6 = host_.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host_.host + "]" : host_.host) + ":" + std::to_string(host_.port);
}

void Conversation::begin(std::string name, std::vector<TimedEvent> early) {
    name_ = std::move(name);
    early_ = std::move(early);
}

std::vector<TimedEvent> Conversation::drain_heard() {
    auto heard = std::exchange(early_, {});
    for (auto& later : network_.drain_heard()) heard.push_back(std::move(later));
    for (const auto& one : heard)
        if (const auto* event = std::get_if<RoomEvent>(&one.what); event != nullptr && event->is_logged())
            unseen_ = event->event.sequence;
    return heard;
}

void Conversation::tell_seen() {
    if (unseen_) network_.ask(Seen{*std::exchange(unseen_, std::nullopt)});
}

} // namespace chat
