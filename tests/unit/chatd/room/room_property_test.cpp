// SPDX-License-Identifier: MIT
// Rooms under random entries of keys that want each other's names. After every entry what must always be so
// is so; now and then the room is saved, and what is read back decides as it does.
#include "chatd/room/room.hpp"

#include "common/wire/message.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

const char* const wanted_names[] = {"alice", "aIice", "аlice", "ALICE",  "aiice", "bob",  "b0b",
                                    "вob",   "Bob",   "carol", "rnarie", "marie", "Ivan", "lvan"};

struct Story {
    std::mt19937_64 random;
    chatd::Room room;
    wire::Sequence sequence = 0;
    WallTime time{1h};
    std::map<wire::MemberId, std::uint64_t> numbers; ///< the next one of each key's outbox

    explicit Story(std::uint64_t seed)
        : random(seed) {}

    std::uint64_t below(std::uint64_t end) { return random() % end; }
    text::Name name() { return *text::Name::parsed(wanted_names[below(std::size(wanted_names))]); }
    wire::MemberId member() {
        const auto number = below(10);
        auto id = wire::MemberId::classic(number + 1);
        if (number < 7) id.bytes.front() = 1; // seven keys, three classic members
        return id;
    }
    static bool is_classic(const wire::MemberId& id) { return id.bytes.front() == 0; }

    wire::CommittedEntry next() {
        constexpr std::chrono::milliseconds steps[] = {0ms, 1ms, 20s, 4min, 11min, 13h, 24h * 11};
        time += steps[below(below(4) == 0 ? std::size(steps) : 4)];
        if (below(50) == 0) time -= 2h;
        const auto who = member();
        const auto text = text::Text::from_untrusted("hi");
        const auto host = [&](wire::Command command) {
            return wire::CommittedEntry{++sequence, {wire::host_id, time, std::move(command)}};
        };
        switch (below(16)) {
        case 0:
        case 3: return host(wire::Kick{who, {}});
        case 1: return host(wire::Free{name()});
        case 2:
            if (below(10) == 0) return host(wire::Policy{24h * std::array{0, 1, 30}[below(3)]});
            break;
        default: break;
        }
        const auto command = [&]() -> wire::Command {
            switch (below(9)) {
            case 0:
            case 1:
            case 2: return wire::Join{name(), is_classic(who)};
            case 3: return wire::Leave{};
            case 4:
            case 5: return wire::Rename{name()};
            case 6: return wire::Say{text};
            case 7: return wire::Whisper{name(), text};
            default: return wire::Unacceptable{};
            }
        }();
        if (is_classic(who) || std::holds_alternative<wire::Join>(command) ||
            std::holds_alternative<wire::Leave>(command))
            return {++sequence, {who, time, command}};
        const auto outbox = below(40) == 0 ? below(12) : 1;
        const auto* known = room.find_outbox(who, outbox);
        const auto number = (known == nullptr ? 0 : known->last) + (below(20) == 0 ? below(3) : 1);
        return {++sequence, {who, time, command, outbox, number}};
    }

    void check() const {
        const auto& roster = room.roster();
        const auto& people = room.people();
        std::map<std::string, wire::MemberId> holders;
        std::size_t present_keys = 0;
        for (const auto& [id, occupant] : roster) {
            for (const auto& key : occupant.name.keys()) {
                const auto [held, is_new] = holders.emplace(key, id);
                CHECK(held->second == id); // one skeleton, one member
            }
            CHECK(room.find_like(occupant.name) == id);
            CHECK_FALSE(people.is_kept_from(id, occupant.name, room.time()));
            CHECK(occupant.is_classic == is_classic(id));
            CHECK(occupant.fingerprint.has_value() == !occupant.is_classic);
            if (occupant.is_classic) {
                CHECK(room.find_person(id) == nullptr);
                continue;
            }
            ++present_keys;
            REQUIRE(room.find_person(id) != nullptr);
            CHECK(room.find_person(id)->is_present);
            CHECK(room.find_person(id)->names.back().name == occupant.name);
            CHECK(room.find_person(id)->first_join > 0);
        }
        for (const auto* wanted : wanted_names) {
            const auto name = *text::Name::parsed(wanted);
            const auto holder = room.find_like(name);
            if (holder) CHECK(room.find(*holder) != nullptr);
            if (holder) CHECK(room.find(*holder)->name.is_like(name));
            CHECK(holder.has_value() ==
                  (holders.contains(name.keys()[0]) || holders.contains(name.keys()[1])));
            if (const auto keeper = people.keeper_of(name)) CHECK(room.find_person(*keeper) != nullptr);
        }
        std::size_t present = 0;
        std::size_t kept = 0;
        for (std::uint64_t number = 1; number <= 7; ++number) {
            auto id = wire::MemberId::classic(number);
            id.bytes.front() = 1;
            const auto* person = room.find_person(id);
            if (person == nullptr) continue;
            present += person->is_present ? 1 : 0;
            CHECK(person->names.size() <= chatd::People::max_names);
            CHECK(person->outboxes.size() <= chatd::People::max_outboxes);
            for (const auto& held : person->names) {
                kept += held.is_kept ? 1 : 0;
                if (held.is_kept) CHECK(people.keeper_of(held.name) == id);
                if (held.is_kept) CHECK(room.time() - held.since < people.names_for());
                CHECK(held.stay <= room.time().time_since_epoch());
            }
        }
        CHECK(present == present_keys);
        CHECK(kept == people.kept_count());
    }
};

/// The same outcome, as far as it is told to anybody.
std::string told(const chatd::Room::Outcome& outcome) {
    if (const auto* event = std::get_if<wire::Event>(&outcome)) return wire::encode(*event);
    if (const auto* refusal = std::get_if<wire::Refusal>(&outcome))
        return "refused " + std::to_string(static_cast<int>(refusal->reason));
    return "unseen";
}

} // namespace

TEST_CASE(
    "one skeleton is one member's after every entry, and a saved room decides as the one that was not") {
    std::size_t renamed = 0;
    std::size_t kept = 0;
    std::size_t removed = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Story story(seed);
        story.room.apply({++story.sequence, {wire::host_id, story.time, wire::Policy{24h * 30}}});
        chatd::Room copy;
        REQUIRE(copy.load(story.room.save()));
        for (int entry = 0; entry < 300; ++entry) {
            const auto committed = story.next();
            const auto outcome = story.room.apply(committed);
            REQUIRE(told(copy.apply(committed)) == told(outcome));
            story.check();
            if (const auto* event = std::get_if<wire::Event>(&outcome))
                renamed += std::holds_alternative<wire::Renamed>(event->what) ? 1 : 0;
            if (const auto* refusal = std::get_if<wire::Refusal>(&outcome)) {
                kept += refusal->reason == wire::Refusal::Reason::name_kept ? 1 : 0;
                removed += refusal->reason == wire::Refusal::Reason::was_removed ? 1 : 0;
            }
            if (entry % 10 != 0) continue;
            const auto saved = story.room.save();
            REQUIRE(copy.save() == saved);
            REQUIRE(copy.load(saved));
            REQUIRE(copy.save() == saved);
        }
    }
    // The stories are about what they are meant to be about.
    CHECK(renamed > 100);
    CHECK(kept > 100);
    CHECK(removed > 100);
}
