// SPDX-License-Identifier: MIT
// Without a screen, with a host that does not let go.
#include "chat/plain/plain.hpp"

#include "chat/find/join_dialog.hpp"
#include "common/app/failure.hpp"
#include "tests/support/idle_link.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using namespace std::chrono_literals;

namespace {

/// Lets one in and never out.
class EndlessLink final : public test::IdleLink {
  public:
    std::optional<chat::LinkEvent> poll_event() override {
        return std::exchange(is_in_, true) ? std::nullopt : std::optional<chat::LinkEvent>(chat::Online{});
    }

  private:
    bool is_in_ = false;
};

} // namespace

TEST_CASE("a second signal ends a program that sends one line, whatever its host does") {
    os::SignalDescriptor signals({SIGUSR1, SIGUSR2});
    chat::Prompts prompts(false, signals);
    chat::Conversation conversation(
        {"127.0.0.1", 9}, [](const chat::JoinAs&, Instant) { return std::make_unique<EndlessLink>(); },
        chat::NameStore(""));
    chat::JoinDialog dialog(conversation, chat::KnownRooms("/nonexistent/known_rooms"), prompts,
                            [](const chat::TimedEvent&) {});
    dialog.join({"ann", {}, {}}, signals);
    std::thread user([] {
        ::kill(::getpid(), SIGUSR1);
        ::kill(::getpid(), SIGUSR2); // as a closed terminal does: it counts as one
        std::this_thread::sleep_for(500ms);
        ::kill(::getpid(), SIGUSR1);
    });
    chat::Options options;
    options.send = "hello";
    const auto began = std::chrono::steady_clock::now();
    CHECK(chat::run_plain(conversation, options, signals) == EX_UNAVAILABLE);
    CHECK(std::chrono::steady_clock::now() - began >= 400ms);
    user.join();
}
