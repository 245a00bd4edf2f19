// SPDX-License-Identifier: MIT
// Rooms with hostile members in them: whatever those do, the others talk on, each line once, in order and in
// time, and nobody pays for it who has no part in it.
#include "tests/sim/hostile.hpp"
#include "tests/sim/stories.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace sim;

namespace {

/// Two who talk all the time, and one who is up to no good.
struct Story {
    explicit Story(std::uint64_t seed, chatd::Hub::Options wanted = options())
        : world(seed, {}, std::move(wanted))
        , mallory(world, seed) {
        for (const auto* name : {"alice", "bob"}) world.add_session_member(name);
        world.run(1s);
        REQUIRE(world.hub().member_count() == 2);
        world.expect_lines_within(2s);
        mallory.meanwhile = [this] { talk(); };
    }

    void talk() {
        if (world.now() < next_line) return;
        next_line = world.now() + 400ms;
        world.say(lines % 2, "honest " + std::to_string(lines));
        ++lines;
    }

    void run(Act act) {
        REQUIRE(act(mallory));
        check();
    }

    void check() {
        mallory.wait(1s);
        mallory.meanwhile = {};
        world.run(5s);
        INFO(world.trace());
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& member = world.member(i);
            CHECK(member.is_online);
            CHECK_FALSE(member.is_closed);
            CHECK(member.outages == 0);
            CHECK(member.handshakes == 1);
            CHECK(member.refusals.empty());
            CHECK(member.remarks.empty());
            CHECK(member.sent.size() == member.lines.size());
            CHECK_MESSAGE(member.heard == world.told(), first_difference(member, world.told()));
        }
        CHECK(lines > 2);
        for (int line = 0; line < lines; ++line)
            CHECK(std::count(world.told().begin(), world.told().end(), "honest " + std::to_string(line)) ==
                  1);
    }

    /// How often somebody whose name begins so has become a member.
    std::ptrdiff_t joins_of(std::string_view name) const {
        std::ptrdiff_t joins = 0;
        const auto log = world.copy_log();
        for (const auto& committed : log.entries()) {
            const auto* join = std::get_if<wire::Join>(&committed.entry.command);
            joins += join != nullptr && join->name.view().starts_with(name) ? 1 : 0;
        }
        return joins;
    }
    std::ptrdiff_t seconds() const { return (world.now() - began) / 1s + 1; }

    World world;
    Hostile mallory;
    const Instant began = world.now();
    Instant next_line{};
    int lines = 0;
};

} // namespace

TEST_CASE("malformed joins end nothing but their own handshakes") {
    Story story(1);
    story.run(send_malformed_joins);
}

TEST_CASE("an acknowledgement of what was never sent ends its session") {
    Story story(2);
    story.run(acknowledge_the_future);
    CHECK(story.mallory.heard().close == wire::CloseFrame::Code::malformed);
}

TEST_CASE("an acknowledgement of numbers that were left out ends its session") {
    Story story(3);
    story.run(acknowledge_skipped_numbers);
    CHECK(story.mallory.heard().close == wire::CloseFrame::Code::malformed);
}

TEST_CASE("enormous delays in acknowledgements stand for none") {
    Story story(4);
    story.run(claim_enormous_delays);
}

TEST_CASE("who never acknowledges costs the others nothing") {
    Story story(5);
    story.run(never_acknowledge);
}

TEST_CASE("who moves to somebody else's address sends nobody anything there") {
    Story story(6);
    story.run(move_to_a_victim_blind);
}

TEST_CASE("copies of packets that overtake them move nobody") {
    Story story(7);
    story.run(copy_what_others_send);
}

TEST_CASE("parts that overlap are not kept") {
    Story story(8);
    story.run(send_overlapping_parts);
}

TEST_CASE("searches without end are one search") {
    Story story(9);
    story.run(search_without_end);
    CHECK(story.world.searches() > 0);
    CHECK(static_cast<std::ptrdiff_t>(story.world.searches()) <= 10 + story.seconds());
}

TEST_CASE("nobody comes to look like somebody else") {
    Story story(10);
    story.run(look_like_others);
}

TEST_CASE("who leaves and comes back in one burst is in the roster, or hears nothing") {
    Story story(11);
    story.run(close_and_join_in_one_burst);
}

TEST_CASE("joins and leaves in bursts reach nobody faster than they can be read") {
    Story story(12);
    story.run(join_and_leave_in_bursts);
    CHECK(story.joins_of("burst") > 0);
    CHECK(story.joins_of("burst") <= 8 + 10 * (1 + story.seconds() / 60)); // of one key
}

TEST_CASE("another outbox does not get round the flood limit") {
    Story story(13);
    story.run(change_outboxes);
    const auto evil = std::count_if(story.world.told().begin(), story.world.told().end(),
                                    [](const std::string& line) { return line.starts_with("evil"); });
    CHECK(evil > 0);
    CHECK(evil <= 10 + 5 * story.seconds());
}

TEST_CASE("many keys from one address leave room for others") {
    Story story(14);
    story.run(bring_many_keys);
    CHECK(story.joins_of("k") > 0);
    CHECK(story.joins_of("k") <= 32 + 2 * story.seconds()); // of one address
    const auto carl = story.world.add_session_member("carl");
    story.world.run(2s);
    CHECK(story.world.member(carl).is_online);
}

TEST_CASE("of two who race for a name one has it") {
    Story story(15);
    story.run(race_for_a_name);
}

TEST_CASE("a cursor that is only claimed opens nothing that was said before") {
    auto secretive = options();
    secretive.history = 0;
    Story story(16, secretive);
    for (int i = 0; i < 10; ++i) story.talk(), story.world.run(500ms);
    const auto secrets = story.world.told();
    REQUIRE(secrets.size() > 2);
    story.run(claim_cursors);
    for (const auto& secret : secrets) CHECK_FALSE(story.mallory.texts().contains(secret));
    CHECK_FALSE(story.mallory.texts().empty());
}

TEST_CASE("commands that nobody may send are refused, and end no session") {
    Story story(17);
    story.run(send_bad_commands);
    REQUIRE(story.mallory.is_in());
    CHECK(story.mallory.heard().results.size() >= 10);
    for (const auto& [number, result] : story.mallory.heard().results) CHECK_FALSE(result.is_accepted);
    const auto number = story.mallory.say("at last");
    story.world.run(3s);
    CHECK(story.mallory.heard().results.at(number).is_accepted);
}

TEST_CASE("numbers of packets at will, old ones among them, hurt nobody else") {
    Story story(18);
    story.run(number_packets_at_will);
}

TEST_CASE("forged packets of every kind are let go") {
    Story story(19);
    story.run(forge_off_the_path);
}

TEST_CASE("forged ICMP errors end nothing") {
    Story story(20);
    const auto carl = story.world.add_member("carl");
    story.world.run(1s);
    REQUIRE(story.world.member(carl).is_online);
    story.run(forge_icmp);
    const auto log = story.world.copy_log();
    for (const auto& committed : log.entries())
        CHECK_FALSE(std::holds_alternative<wire::Leave>(committed.entry.command));
}

TEST_CASE("a forged classic join brings its victim no more than its budget") {
    Story story(21);
    story.run(forge_classic_joins);
}

TEST_CASE("a forged answer to a probe takes nobody away from a living session") {
    Story story(22);
    auto& world = story.world;
    session::KeyPair forged_key = test::RawClient::key(666);
    test::SeededRandom random(1);
    // The host is held up; who asks whether it is still there is answered by somebody else, and first.
    int forged = 0;
    world.tap([&](bool to_hub, const net::Address& peer, const std::string& bytes) {
        const auto packet = wire::parse_packet(bytes);
        if (!to_hub || !packet || !std::holds_alternative<wire::Probe>(*packet)) return;
        test::RawHost host(forged_key, random);
        host.take(bytes);
        if (peer == world.member(0).address) {
            ++forged;
            world.forge_to(0, host.room("room", 666));
        }
    });
    world.expect_lines_within(8s);
    world.silence(0, true);
    world.say(0, "while the host is held up");
    world.run(4s);
    world.silence(0, false);
    CHECK(forged > 0);
    world.run(3s);
    world.expect_lines_within(1s);
    world.say(1, "to alice");
    world.say(0, "from alice");
    world.run(2s);
    world.tap({});
    for (std::size_t i = 0; i < 2; ++i) CHECK(world.member(i).heard == world.told());
    CHECK(world.told().size() == 3);
    CHECK(world.member(0).sent.size() == 2);
}

TEST_CASE("several hostile members together, whatever they do, leave the others their room" *
          doctest::test_suite("hostile")) {
    for (const auto seed : sim::seeds(15)) {
        INFO("seed ", seed);
        std::mt19937_64 random(seed);
        Story story(seed);
        std::vector<std::unique_ptr<Hostile>> others;
        for (std::uint64_t i = 1; i <= 3; ++i) {
            others.push_back(std::make_unique<Hostile>(story.world, 1000 * i + seed));
            others.back()->meanwhile = story.mallory.meanwhile;
        }
        for (int round = 0; round < 8; ++round) {
            auto& hostile = random() % 4 == 0 ? story.mallory : *others[random() % others.size()];
            const auto& act = hostile_acts()[random() % hostile_acts().size()];
            INFO(act.name);
            act.act(hostile);
        }
        story.check();
    }
}
