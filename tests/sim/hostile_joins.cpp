// SPDX-License-Identifier: MIT
// How hostile members come and go.
#include "tests/sim/hostile.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sim {

using namespace std::chrono_literals;
using test::frames;

bool send_malformed_joins(Hostile& hostile) {
    const auto whole = wire::encode(hostile.payload("mallory"));
    const std::vector<std::string> payloads = {"",
                                               whole.substr(0, whole.size() - 1),
                                               wire::encode(hostile.payload("")),
                                               wire::encode(hostile.payload(std::string(900, 'm'))),
                                               wire::encode(hostile.payload("\x1b[31m")),
                                               std::string(200, '\xFF')};
    hostile.change_key();
    for (const auto& payload : payloads) {
        if (!hostile.greet()) return false;
        const auto request = hostile.client().join(payload);
        hostile.send(request);
        hostile.send(request);
        hostile.send(hostile.client().join(whole + "x"));
        hostile.wait(10ms);
    }
    hostile.change_key();
    return true;
}

bool close_and_join_in_one_burst(Hostile& hostile) {
    const auto name = "burst" + std::to_string(hostile.random()() % 1000);
    hostile.close();
    hostile.change_key();
    if (!hostile.be_in(name)) return false;
    auto before = *hostile.client().session();
    auto& other = hostile.accomplice();
    other.close();
    other.change_key();
    if (!hostile.greet() || !other.greet()) return false;
    hostile.send(before.packet(frames(wire::CloseFrame{})));
    hostile.send(hostile.client().join(wire::encode(hostile.payload(name))));
    other.send(other.client().join(wire::encode(other.payload(name))));
    hostile.wait(1s);
    hostile.change_key();
    other.change_key();
    return true;
}

bool join_and_leave_in_bursts(Hostile& hostile) {
    int joins = 0;
    for (int i = 0; i < 20; ++i) {
        if (!hostile.greet()) break;
        hostile.send(hostile.client().join(wire::encode(hostile.payload("burst"))));
        hostile.put(frames(wire::CloseFrame{}));
        hostile.send(hostile.client().join(wire::encode(hostile.payload("burst"))));
        hostile.put(frames(wire::CloseFrame{}));
        ++joins;
    }
    hostile.wait(200ms);
    hostile.change_key();
    return joins > 0;
}

bool bring_many_keys(Hostile& hostile) {
    int joined = 0;
    for (int i = 0; i < 60; ++i) {
        hostile.change_key();
        if (!hostile.greet()) continue;
        hostile.send(hostile.client().join(
            wire::encode(hostile.payload("k" + std::to_string(hostile.random()() % 100000)))));
        ++joined;
    }
    hostile.wait(100ms);
    hostile.change_key();
    return joined > 0;
}

bool race_for_a_name(Hostile& hostile) {
    auto& other = hostile.accomplice();
    hostile.change_key();
    other.change_key();
    if (!hostile.greet() || !other.greet()) return false;
    const auto name = "prize" + std::to_string(hostile.random()() % 1000);
    hostile.send(hostile.client().join(wire::encode(hostile.payload(name))));
    other.send(other.client().join(wire::encode(other.payload(name))));
    hostile.wait(200ms);
    hostile.change_key();
    other.change_key();
    return true;
}

bool claim_cursors(Hostile& hostile) {
    if (!hostile.be_in()) return false;
    const auto welcome = *hostile.heard().welcome;
    for (const auto cursor : {wire::Sequence{1}, welcome.head, welcome.head + 1, wire::max_varint}) {
        auto payload = hostile.payload("mallory");
        payload.log_id = welcome.log_id;
        payload.cursor = cursor;
        payload.mark = hostile.random()() % 2 == 0 ? 0 : hostile.random()();
        payload.history = wire::max_varint;
        if (!hostile.join(payload)) return true; // it has to wait
        hostile.wait(100ms);
    }
    return true;
}

} // namespace sim
