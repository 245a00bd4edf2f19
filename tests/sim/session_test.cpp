// SPDX-License-Identifier: MIT
// Two sessions and the network between them, in virtual time. Each side has numbered things to tell; they
// must all arrive, whatever the network does, and nothing forged or repeated may do anything.
#include "common/session/session.hpp"

#include "tests/sim/seeds.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

using namespace std::chrono_literals;
using session::PacketBuilder;
using session::SentItem;
using session::Session;

namespace {

struct Weather {
    double loss = 0;
    double duplication = 0;
    double corruption = 0;
    Duration shortest_delay = 1ms;
    Duration longest_delay = 1ms;
};

/// A side's owner: things 1 to `total` to tell, told again when lost.
struct Side {
    Session session;
    std::uint64_t told = 0; ///< the last one that was sent a first time
    std::uint64_t total = 0;
    std::set<std::uint64_t> to_repeat;
    std::set<std::uint64_t> unacknowledged;
    std::set<std::uint64_t> heard;
    std::set<std::uint64_t> numbers; ///< of its packets: no nonce is used twice
    int replays = 0;
    int forgeries = 0;
};

class Pair {
  public:
    Pair(std::uint64_t seed, Weather weather)
        : random_(seed)
        , weather_(weather)
        , numbers_(seed) {
        session::SymmetricKey one;
        session::SymmetricKey other;
        one.data[0] = 1;
        other.data[0] = 2;
        sides_.push_back({Session({one, other}, 11, 22, numbers_, now_), 0, 0, {}, {}, {}, {}, 0, 0});
        sides_.push_back({Session({other, one}, 22, 11, numbers_, now_), 0, 0, {}, {}, {}, {}, 0, 0});
    }

    Side& side(int index) { return sides_[static_cast<std::size_t>(index)]; }
    void tell(int index, std::uint64_t count) { side(index).total += count; }
    void change(Weather weather) { weather_ = weather; }

    bool has_told_all() const {
        return std::all_of(sides_.begin(), sides_.end(), [](const Side& side) {
            return side.told == side.total && side.unacknowledged.empty();
        });
    }

    /// Runs until everything is told, or for at most `duration`; returns how long it took.
    Duration run(Duration duration, bool stops_when_told = true) {
        const auto start = now_;
        const auto end = now_ + duration;
        transmit();
        while (now_ < end && !(stops_when_told && has_told_all())) {
            Instant next = end;
            if (!flights_.empty()) next = std::min(next, flights_.begin()->first);
            for (const auto& side : sides_)
                if (const auto deadline = side.session.next_deadline()) {
                    INFO("a deadline in the past must make progress");
                    next = std::min(next, std::max(now_, *deadline));
                }
            REQUIRE(++steps_ < 2'000'000);
            now_ = next;
            while (!flights_.empty() && flights_.begin()->first <= now_) {
                const auto flight = std::move(flights_.begin()->second);
                flights_.erase(flights_.begin());
                deliver(side(flight.to), flight.bytes);
            }
            for (auto& side : sides_) note_lost(side, side.session.handle_deadline(now_));
            transmit();
        }
        return now_ - start;
    }

    /// A datagram from the past, or from an enemy.
    void inject(int to, const std::string& bytes) { deliver(side(to), bytes); }
    const std::string& last_datagram() const { return last_datagram_; }
    Instant now() const { return now_; }

  private:
    struct Flight {
        int to = 0;
        std::string bytes;
    };

    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

    void note_lost(Side& side, const std::vector<SentItem>& lost) {
        for (const auto& content : lost)
            if (side.unacknowledged.contains(content.first)) side.to_repeat.insert(content.first);
    }

    void deliver(Side& side, const std::string& bytes) {
        const auto packet = wire::parse_packet(bytes);
        if (!packet || !std::holds_alternative<wire::Data>(*packet)) return;
        auto result = side.session.open(std::get<wire::Data>(*packet), bytes, now_);
        if (const auto* fault = std::get_if<Session::Fault>(&result)) {
            REQUIRE(*fault != Session::Fault::malformed);
            (*fault == Session::Fault::replayed ? side.replays : side.forgeries) += 1;
            return;
        }
        const auto& opened = *std::get<std::unique_ptr<Session::Opened>>(result);
        for (const auto& content : opened.acked) {
            // What is said to have arrived has arrived.
            auto& other = &side == &sides_[0] ? sides_[1] : sides_[0];
            REQUIRE(other.heard.contains(content.first));
            side.unacknowledged.erase(content.first);
            side.to_repeat.erase(content.first);
        }
        note_lost(side, opened.lost);
        for (const auto& frame : opened.frames) {
            REQUIRE(std::holds_alternative<wire::CommandFrame>(frame));
            const auto& command = std::get<wire::CommandFrame>(frame);
            REQUIRE(command.command == std::string(static_cast<std::size_t>(1 + command.number % 300), 'x'));
            side.heard.insert(command.number);
        }
    }

    static bool tell(Side& side, std::uint64_t number, PacketBuilder& packet) {
        const std::string text(static_cast<std::size_t>(1 + number % 300), 'x');
        if (!packet.add(wire::CommandFrame{number, text}, {1, number, 1})) return false;
        side.to_repeat.erase(number);
        side.unacknowledged.insert(number);
        return true;
    }

    static void fill(Side& side, PacketBuilder& packet) {
        while (!side.to_repeat.empty())
            if (!tell(side, *side.to_repeat.begin(), packet)) return;
        while (side.told < side.total) {
            if (!tell(side, side.told + 1, packet)) return;
            ++side.told;
        }
        if (packet.wants_answer() && packet.items().empty() && !side.unacknowledged.empty())
            tell(side, *side.unacknowledged.begin(), packet);
    }

    std::optional<std::string> next_datagram(Side& side) const {
        auto packet = side.session.begin_packet(now_);
        if (!packet) return std::nullopt;
        fill(side, *packet);
        return side.session.finish_packet(std::move(*packet), now_);
    }

    void transmit() {
        for (int from = 0; from < 2; ++from) {
            auto& side = this->side(from);
            while (auto datagram = next_datagram(side)) {
                CHECK(datagram->size() <= wire::max_packet);
                CHECK(side.session.recovery().bytes_in_flight() <= 64 * 1024 + 4 * wire::max_packet);
                const auto packet = wire::parse_packet(*datagram);
                REQUIRE(packet);
                REQUIRE(side.numbers.insert(std::get<wire::Data>(*packet).number).second);
                send(1 - from, std::move(*datagram));
            }
        }
    }

    void send(int to, std::string datagram) {
        last_datagram_ = datagram;
        if (chance() < weather_.loss) return;
        if (chance() < weather_.corruption)
            datagram[random_() % datagram.size()] ^= static_cast<char>(1 + random_() % 255);
        const int copies = chance() < weather_.duplication ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            const auto span = static_cast<double>((weather_.longest_delay - weather_.shortest_delay).count());
            const auto delay = weather_.shortest_delay + Duration(static_cast<std::int64_t>(chance() * span));
            flights_.emplace(now_ + delay, Flight{to, datagram});
        }
    }

    std::mt19937_64 random_;
    Weather weather_;
    test::SeededRandom numbers_;
    Instant now_{1h};
    std::vector<Side> sides_;
    std::multimap<Instant, Flight> flights_;
    std::string last_datagram_;
    int steps_ = 0;
};

} // namespace

TEST_CASE("on a good network everything arrives in a round trip or two") {
    Pair pair(1, {});
    pair.tell(0, 3);
    CHECK(pair.run(1s) <= 15ms);
    CHECK(pair.side(1).heard == std::set<std::uint64_t>{1, 2, 3});
    pair.tell(0, 1);
    pair.tell(1, 1);
    CHECK(pair.run(1s) <= 15ms);
    CHECK(pair.side(0).session.recovery().lost_packets() == 0);
}

TEST_CASE("whatever the network loses, doubles, delays and spoils, all of it arrives, both ways" *
          doctest::test_suite("sessions")) {
    for (const auto seed : sim::seeds(60)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        const Weather weather{.loss = 0.01 * static_cast<double>(seed % 51),
                              .duplication = seed % 3 == 0 ? 0.2 : 0,
                              .corruption = seed % 4 == 0 ? 0.1 : 0,
                              .shortest_delay = 1ms,
                              .longest_delay = seed % 2 == 0 ? Duration(1ms) : Duration(60ms)};
        Pair pair(seed, weather);
        for (int burst = 0; burst < 6; ++burst) {
            pair.tell(static_cast<int>(random() % 2), 1 + random() % 60);
            pair.run(std::chrono::milliseconds(random() % 300), false);
        }
        pair.run(60s);
        REQUIRE(pair.has_told_all());
        for (int index = 0; index < 2; ++index)
            REQUIRE(pair.side(1 - index).heard.size() == pair.side(index).total);
    }
}

TEST_CASE("after a partition everything arrives within a second or two, however long it was") {
    for (const auto length : {2s, 30s, 600s}) {
        Pair pair(7, {});
        pair.tell(0, 1);
        pair.run(1s);
        pair.change({.loss = 1});
        pair.tell(0, 200);
        pair.tell(1, 200);
        pair.run(length, false);
        pair.change({});
        CHECK(pair.run(10s) <= 2s);
        CHECK(pair.has_told_all());
    }
}

TEST_CASE("a replayed, forged or foreign packet does nothing") {
    Pair pair(3, {});
    pair.tell(0, 1);
    pair.run(1s);
    const auto genuine = pair.last_datagram();
    const auto heard = pair.side(0).heard;
    for (int i = 0; i < 50; ++i) {
        pair.inject(0, genuine);
        pair.inject(1, genuine);
    }
    auto forged = wire::format_data_header(11, 999) + std::string(40, 'x');
    pair.inject(0, forged);
    CHECK(pair.side(0).heard == heard);
    CHECK(pair.side(0).forgeries + pair.side(0).replays >= 50);
    CHECK(pair.side(1).forgeries + pair.side(1).replays >= 50);
    pair.tell(0, 5);
    pair.run(1s);
    CHECK(pair.has_told_all());
}

TEST_CASE("nothing to tell, nothing on the wire") {
    Pair pair(5, {});
    pair.tell(0, 1);
    pair.run(1s, false);
    const auto packets = pair.side(0).numbers.size() + pair.side(1).numbers.size();
    pair.run(3600s, false);
    CHECK(pair.side(0).numbers.size() + pair.side(1).numbers.size() == packets);
    CHECK(packets <= 3);
}
