// SPDX-License-Identifier: MIT
// Everything at once, in virtual time: members who talk, whisper, change names, go away and come back, under
// a host that dies, clients that die, addresses that change and a network that loses. In the end everybody's
// screen says what the room is.
#include "tests/sim/hostile.hpp"
#include "tests/sim/stories.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace std::chrono_literals;
using namespace sim;

namespace {

constexpr std::size_t members = 5;

class Chaos {
  public:
    /// With `removes` the admin removes members, too, who come again. With `is_attacked` somebody who is none
    /// of them does what hostile members do.
    Chaos(std::uint64_t seed, bool removes, bool is_attacked = false)
        : removes_(removes)
        , is_attacked_(is_attacked)
        , random_(seed)
        , world_(seed, {}, options())
        , mallory_(world_, seed) {
        world_.give_screens();
        world_.slow_disk(std::chrono::milliseconds(1 + seed % 20));
        for (std::size_t i = 0; i < members; ++i) world_.add_session_member("member-" + std::to_string(i));
        world_.run(2s);
        REQUIRE(world_.hub().member_count() == members);
        world_.change({.loss = 0.01 * static_cast<double>(seed % 31),
                       .duplication = seed % 3 == 0 ? 0.2 : 0,
                       .corruption = seed % 5 == 0 ? 0.02 : 0,
                       .shortest_delay = 1ms,
                       .longest_delay = seed % 2 == 0 ? Duration(1ms) : Duration(40ms)});
    }

    void run() {
        for (int round = 0; round < 80; ++round) {
            happen();
            world_.run(std::chrono::milliseconds(random_() % 150));
            note_removed();
        }
        heal();
    }

    void check() {
        INFO(world_.trace());
        check_lines();
        check_whispers();
        const auto here = world_.hub().presences(Instant{});
        CHECK(here.size() == members);
        std::map<std::string, chat::MemberStatus> roster;
        for (const auto& presence : here)
            roster[std::string(presence.name.view())] = {presence.is_classic, presence.is_away,
                                                         presence.is_unreachable};
        for (std::size_t i = 0; i < members; ++i) {
            const auto& member = world_.member(i);
            INFO(member.name);
            CHECK(member.model->members.own_name == member.name);
            CHECK(member.model->members.topic == topic());
            CHECK(member.model->scrollback.waiting_lines() == 0);
            for (const auto& [name, presence] : roster) {
                INFO(name);
                REQUIRE(member.model->members.roster().contains(name));
                const auto& known = member.model->members.roster().at(name);
                CHECK(known.is_classic == presence.is_classic);
                CHECK(known.is_away == presence.is_away);
                CHECK(known.is_unreachable == presence.is_unreachable);
            }
            CHECK(member.model->members.roster().size() == roster.size());
        }
    }

  private:
    struct Whisper {
        std::size_t from;
        chat::LineId line;
        std::string to;
        std::string text;
    };

    void happen() {
        const auto who = random_() % members;
        if (is_attacked_ && random_() % 8 == 0) {
            const auto& acts = hostile_acts();
            const auto act = acts[random_() % acts.size()].act;
            // The classic protocol's lines may be doubled, and its goodbyes get lost.
            if (act != forge_classic_joins) act(mallory_);
        }
        switch (random_() % 24) {
        case 0: submit(who, wire::Rename{name("name-" + std::to_string(number_++))}); break;
        case 1: // one that others want, too, unless somebody could come back to find it taken
            if (!removes_) submit(who, wire::Rename{name("name-" + std::to_string(random_() % 10))});
            break;
        case 2: submit(who, wire::SetAway{random_() % 2 == 0, text("lunch")}); break;
        case 3: whisper(who, random_() % members); break;
        case 4:
            if (world_.is_host_up()) world_.hub().set_topic("topic " + std::to_string(number_++));
            break;
        case 5: world_.move(who); break;
        case 6: world_.restart(who); break;
        case 7: world_.silence(who, random_() % 2 == 0); break;
        case 11:
            if (removes_ && world_.is_host_up()) world_.hub().kick(world_.member(who).name, "chaos");
            break;
        case 8:
            if (!world_.is_host_up()) return world_.start_host();
            world_.crash_host(random_() % 2 == 0 ? World::Crash::before_commit : World::Crash::after_commit);
            break;
        case 9: world_.find(who, wire::max_varint, ""); break;
        case 10: world_.show_typing(who, true); break;
        default:
            if (world_.member(who).is_online && !has_ended(who)) world_.say(who, line(number_++, random_));
        }
        if (!world_.is_host_up() && random_() % 3 == 0) world_.start_host();
    }

    /// Whatever was broken works from here on.
    void heal() {
        world_.change({});
        if (!world_.is_host_up()) world_.start_host();
        for (std::size_t i = 0; i < members; ++i) world_.silence(i, false);
        mallory_.fall_silent();
        if (is_attacked_) world_.run(6min); // until it has left, with all its keys
        world_.run(5s);
        if (removes_) world_.run(chatd::Room::removed_for);
        // Who found nobody there at its start begins again, as does who hears only now of having been
        // removed.
        for (int again = 0; again < 3; ++again) {
            for (std::size_t i = 0; i < members; ++i) {
                was_removed_[i] = was_removed_[i] || has_ended(i);
                if (!world_.member(i).is_online || has_ended(i)) world_.restart(i);
            }
            world_.run(20s);
        }
    }

    /// It was told to go, or, if that was lost, that it may not come back yet.
    bool has_ended(std::size_t who) const { return world_.member(who).link->is_closed(); }

    void note_removed() {
        for (std::size_t i = 0; i < members; ++i) {
            if (!has_ended(i)) continue;
            was_removed_[i] = true;
            if (random_() % 4 == 0) world_.restart(i);
        }
    }

    void submit(std::size_t who, wire::Command command) {
        if (world_.member(who).is_online) world_.submit(who, std::move(command));
    }

    void whisper(std::size_t from, std::size_t to) {
        if (from == to || !world_.member(from).is_online) return;
        const auto words = "psst " + std::to_string(number_++);
        const auto& recipient = world_.member(to).name;
        const auto id = world_.submit(from, wire::Whisper{name(recipient), text(words)});
        whispers_.push_back({from, id, recipient, words});
    }

    void check_lines() {
        std::vector<std::string> typed;
        for (std::size_t i = 0; i < members; ++i) {
            const auto& member = world_.member(i);
            typed.insert(typed.end(), member.said.begin(), member.said.end());
            // Who was removed without hearing of it is told by what is refused.
            if (was_removed_[i] || (removes_ && !member.refusals.empty())) continue;
            CHECK_MESSAGE(member.heard == world_.told(), first_difference(member, world_.told()));
            for (const auto& [id, text] : member.lines)
                // A whisper may have nobody to go to.
                if (!text.starts_with("[to ")) CHECK_MESSAGE(member.sent.contains(id), text);
        }
        if (removes_) return; // who is removed has lines that nobody hears
        auto told = world_.told();
        std::erase_if(told, [](const std::string& line) { return line.starts_with("evil"); });
        std::sort(told.begin(), told.end());
        std::sort(typed.begin(), typed.end());
        CHECK(told == typed);
    }

    /// Two have heard it, or nobody; and two, if its author was told that it is said. Who has taken the name
    /// meanwhile that it is for has it alone.
    void check_whispers() {
        for (const auto& whisper : whispers_) {
            std::vector<std::string> heard;
            for (std::size_t i = 0; i < members; ++i)
                for (const auto& line : world_.member(i).whispers)
                    if (line.ends_with(": " + whisper.text)) heard.push_back(line);
            INFO(whisper.text, " line ", whisper.line, " of ", world_.member(whisper.from).name);
            const bool is_to_itself = heard.size() == 1 && heard[0].starts_with(whisper.to + " to ");
            // Nor does who was removed meanwhile hear it.
            const bool is_heard = heard.size() == 2 || is_to_itself || (removes_ && heard.size() == 1);
            CHECK((heard.empty() || is_heard));
            if (world_.member(whisper.from).sent.contains(whisper.line)) CHECK(is_heard);
        }
    }

    /// As the log has it.
    std::string topic() const {
        std::string last;
        const auto log = world_.copy_log();
        for (const auto& committed : log.entries())
            if (const auto* set = std::get_if<wire::SetTopic>(&committed.entry.command))
                last = set->text.view();
        return last;
    }

    static text::Name name(const std::string& typed) { return text::Name::parsed(typed).value(); }
    static text::Text text(const std::string& typed) { return text::Text::from_untrusted(typed); }

    const bool removes_;
    const bool is_attacked_;
    std::array<bool, members> was_removed_{};
    std::mt19937_64 random_;
    World world_;
    Hostile mallory_;
    std::vector<Whisper> whispers_;
    int number_ = 100;
};

} // namespace

TEST_CASE("whatever happens together, in the end everybody has all of it, and the same room before them" *
          doctest::test_suite("chaos")) {
    for (const auto seed : sim::seeds(30)) {
        INFO("seed ", seed);
        Chaos chaos(seed, false);
        chaos.run();
        chaos.check();
    }
}

TEST_CASE("whoever is removed meanwhile, the others miss nothing, and all see who is here" *
          doctest::test_suite("chaos")) {
    for (const auto seed : sim::seeds(20)) {
        INFO("seed ", seed);
        Chaos chaos(seed, true);
        chaos.run();
        chaos.check();
    }
}

TEST_CASE("hostile members in the midst of it take nothing from anybody" * doctest::test_suite("chaos")) {
    for (const auto seed : sim::seeds(15)) {
        INFO("seed ", seed);
        Chaos chaos(seed, false, true);
        chaos.run();
        chaos.check();
    }
}
