// SPDX-License-Identifier: MIT
// A session's link, and a host at the other end of it that sends what a test says.
#pragma once

#include "chat/link/session_client.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace test {

class MapResumeStore final : public chat::ResumeStore {
  public:
    std::optional<std::string> load(const chat::RoomId& room) override {
        const auto found = kept_.find(room);
        return found == kept_.end() ? std::nullopt : std::optional(found->second);
    }
    void save(const chat::RoomId& room, const std::string& bytes) override {
        kept_[room] = bytes;
        ++saves;
    }
    int saves = 0;

  private:
    std::map<chat::RoomId, std::string> kept_;
};

inline chat::SessionClient::Options options_of_ann(std::shared_ptr<chat::ResumeStore> store) {
    chat::SessionClient::Options options;
    options.name = "ann";
    options.terms.identity = RawClient::key(2);
    options.resume_store = std::move(store);
    return options;
}

/// A link, and the host that it has found.
struct Meeting {
    explicit Meeting(std::shared_ptr<chat::ResumeStore> store = {})
        : link(options_of_ann(std::move(store)), random, now) {
        exchange();
    }

    void exchange() {
        while (const auto datagram = link.poll_transmit(now)) {
            host.take(*datagram);
            const auto packet = wire::parse_packet(*datagram);
            if (std::holds_alternative<wire::Probe>(*packet)) ++probes;
            if (std::holds_alternative<wire::Hello>(*packet)) hellos.insert(*datagram);
            if (std::holds_alternative<wire::JoinRequest>(*packet)) joins.insert(*datagram);
        }
        while (const auto event = link.poll_event()) events.push_back(*event);
    }
    void put(const std::string& datagram) {
        link.handle_datagram(datagram, now);
        exchange();
    }
    void pass(Duration duration) {
        now += duration;
        link.handle_deadline(now);
        exchange();
    }
    /// The same, with every deadline on the way at its time.
    void live(Duration duration) {
        const auto end = now + duration;
        for (auto next = link.next_deadline(); next && *next < end && !link.is_closed();
             next = link.next_deadline())
            pass(std::max(*next - now, Duration(std::chrono::milliseconds(1))));
        if (now < end) pass(end - now);
    }
    /// The same, with a host that answers each probe, and each HELLO if it greets.
    void live_with(std::string_view room, std::uint64_t boot_id, bool greets, Duration duration) {
        const auto end = now + duration;
        for (auto answered = std::exchange(probes, 0); now < end && !link.is_closed();
             live(std::chrono::milliseconds(10))) {
            if (probes == 0 && answered == 0) continue;
            answered = probes = 0;
            put(host.room(room, boot_id));
            if (greets) put(host.host());
        }
    }
    void connect(std::string_view room = "room") {
        put(host.room(room));
        put(host.host());
        REQUIRE(host.session() != nullptr);
        put(host.session()->packet(frames(host.welcome(10, 11))));
    }
    template<class Kind>
    bool was_told() const {
        return std::any_of(events.begin(), events.end(),
                           [](const auto& event) { return std::holds_alternative<Kind>(event); });
    }
    /// How often this program said something that begins so.
    auto count_told(std::string_view words) const {
        return std::count_if(events.begin(), events.end(), [&](const auto& event) {
            const auto* told = std::get_if<chat::Notice>(&event);
            return told != nullptr && told->text.starts_with(words);
        });
    }

    SeededRandom random{1};
    Instant now{std::chrono::hours(1)};
    RawHost host{RawClient::key(1), random};
    int probes = 0; ///< datagrams
    std::set<std::string> hellos;
    std::set<std::string> joins;
    chat::SessionClient link;
    std::vector<chat::LinkEvent> events;
};

} // namespace test
