// SPDX-License-Identifier: MIT
// A link that does nothing, for tests to make one of that does one thing.
#pragma once

#include "chat/link/link.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace test {

class IdleLink : public chat::Link {
  public:
    void submit(chat::LineId, const wire::Command&) override {}
    void show_typing(bool) override {}
    void quit(Instant) override {}
    void handle_datagram(std::string_view, Instant) override {}
    void handle_port_closed(Instant) override {}
    void handle_deadline(Instant) override {}
    std::optional<Instant> next_deadline() const override { return std::nullopt; }
    std::optional<std::string> poll_transmit(Instant) override { return std::nullopt; }
    std::optional<chat::LinkEvent> poll_event() override { return std::nullopt; }
    bool is_closed() const override { return false; }
};

} // namespace test
