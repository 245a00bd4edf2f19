// SPDX-License-Identifier: MIT
// Writes the corpus of the targets inside the seal: a case for every fault that was found there, by name. It
// is made of the protocol's own types, so that it still says the same after the wire has changed.
#include "tests/fuzz/sealed.hpp"
#include "tests/fuzz/sealed_hub.hpp"
#include "tests/fuzz/sealed_link.hpp"
#include "tests/support/raw_client.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using fuzz::HubOperation;
using fuzz::LinkOperation;
using test::frames;
using test::RawClient;

using Cases = std::map<std::string, std::string>;

class HubScript : public fuzz::ScriptWriter<HubScript> {
  public:
    HubScript& act(HubOperation operation, int who) {
        byte(static_cast<std::uint8_t>(operation)).byte(static_cast<std::uint8_t>(who));
        return *this;
    }
    /// Names are by their place in the target's list.
    HubScript& join(int who, int name, std::uint64_t outbox = 1, std::uint64_t attempt = 1,
                    std::uint64_t cursor = 0) {
        act(HubOperation::join, who).byte(static_cast<std::uint8_t>(name));
        number(outbox).number(attempt).number(cursor).number(0).number(0).byte(0);
        return *this;
    }
    HubScript& enter(int who, int name, std::uint64_t outbox = 1, std::uint64_t attempt = 1,
                     std::uint64_t cursor = 0) {
        act(HubOperation::greet, who);
        return join(who, name, outbox, attempt, cursor);
    }
    HubScript& inside(int who, const std::string& frames) {
        act(HubOperation::frames, who).bytes(frames);
        return *this;
    }
    HubScript& command(int who, std::uint64_t number_of_it, const std::string& command) {
        act(HubOperation::command, who).number(number_of_it).bytes(command);
        return *this;
    }
    HubScript& answer(int who) { return act(HubOperation::answer, who); }
    HubScript& pass(int step) {
        act(HubOperation::pass, 0).byte(static_cast<std::uint8_t>(step));
        return *this;
    }
};

constexpr int mallory = 0;
constexpr int eve = 1;
enum Names { mallory_name, eve_name, ann_name, aIice_name, alice_name, empty_name, admin_name, vob_name };

std::string say(std::string_view text) {
    return wire::encode(wire::Say{text::Text::from_untrusted(text)});
}

std::string rename(std::string_view name) {
    return wire::encode(wire::Rename{text::Name::parsed(name).value()});
}

void add_joins(Cases& cases) {
    const auto whole = wire::encode(RawClient::payload("mallory"));
    for (const auto& [name, payload] : std::map<std::string, std::string>{
             {"join-empty", ""},
             {"join-cut", whole.substr(0, whole.size() - 1)},
             {"join-nameless", wire::encode(RawClient::payload(""))},
             {"join-name-too-long", wire::encode(RawClient::payload(std::string(900, 'm')))},
             {"join-longer", whole + "later"}}) {
        HubScript script;
        script.act(HubOperation::greet, mallory).act(HubOperation::join_payload, mallory).bytes(payload);
        script.act(HubOperation::repeat, mallory)
            .join(mallory, mallory_name)
            .act(HubOperation::repeat, mallory);
        cases[name] = script.script();
    }
    cases["talk"] = HubScript()
                        .enter(mallory, mallory_name)
                        .answer(mallory)
                        .command(mallory, 1, say("hello"))
                        .act(HubOperation::talk, 0)
                        .answer(mallory)
                        .pass(2)
                        .answer(mallory)
                        .inside(mallory, frames(wire::CloseFrame{}))
                        .script();
    cases["names-that-look-alike"] = HubScript()
                                         .enter(mallory, alice_name)
                                         .enter(eve, eve_name)
                                         .command(eve, 1, rename("aiice"))
                                         .command(eve, 2, rename("aIice"))
                                         .command(eve, 3, rename("zed"))
                                         .act(HubOperation::greet, 2)
                                         .join(2, alice_name)
                                         .script();
    {
        HubScript burst;
        burst.enter(mallory, mallory_name).answer(mallory).act(HubOperation::greet, eve);
        burst.act(HubOperation::greet, mallory).act(HubOperation::together, 0).byte(4);
        burst.inside(mallory, frames(wire::CloseFrame{})).join(mallory, mallory_name, 2, 1);
        burst.join(eve, mallory_name).act(HubOperation::talk, 0).pass(1);
        cases["close-and-join-in-one-turn"] = burst.script();
    }
}

void add_what_costs(Cases& cases) {
    {
        HubScript blind;
        blind.enter(mallory, mallory_name).answer(mallory);
        for (std::uint64_t i = 1; i < 4; ++i) blind.command(mallory, i, say(std::string(900, 'x')));
        blind.pass(1).answer(mallory).act(HubOperation::move, mallory).byte(5);
        blind.inside(mallory, std::string(100, frames(wire::PingFrame{}).front())).pass(1);
        for (std::uint64_t i = 0; i < 12; ++i) {
            blind.act(HubOperation::acknowledge, mallory).number(i).number(i + 1).number(0);
            blind.act(HubOperation::search, mallory).byte(1);
        }
        cases["move-blind"] = blind.script();
    }
    cases["search-without-end"] = HubScript()
                                      .enter(mallory, mallory_name)
                                      .act(HubOperation::search, mallory)
                                      .byte(67)
                                      .act(HubOperation::search, mallory)
                                      .byte(67)
                                      .script();
    {
        HubScript outboxes;
        for (std::uint64_t i = 1; i < 12; ++i)
            outboxes.enter(mallory, mallory_name, i, 1).command(mallory, 1, say("again"));
        cases["ever-new-outboxes"] = outboxes.script();
    }
    {
        HubScript parts;
        parts.enter(mallory, mallory_name).answer(mallory);
        for (std::uint64_t i = 0; i < 12; ++i)
            parts.act(HubOperation::parts, mallory)
                .number(2)
                .number(7 * i)
                .number(8704)
                .bytes(std::string(200, 'p'));
        parts.act(HubOperation::parts, mallory).number(2).number(900).number(901).bytes("p");
        cases["parts-off-the-grid"] = parts.script();
    }
    cases["cursor-without-its-mark"] = HubScript()
                                           .act(HubOperation::talk, 0)
                                           .enter(mallory, mallory_name)
                                           .enter(mallory, mallory_name, 1, 2, 1)
                                           .enter(mallory, mallory_name, 1, 3, wire::max_varint)
                                           .script();
}

void add_numbers(Cases& cases) {
    cases["enormous-delays"] = HubScript()
                                   .enter(mallory, mallory_name)
                                   .act(HubOperation::acknowledge, mallory)
                                   .number(0)
                                   .number(0)
                                   .number(std::uint64_t{1} << 57)
                                   .command(mallory, 1, say("x"))
                                   .act(HubOperation::acknowledge, mallory)
                                   .number(0)
                                   .number(1)
                                   .number(wire::max_varint)
                                   .script();
    cases["acknowledge-the-future"] = HubScript()
                                          .enter(mallory, mallory_name)
                                          .act(HubOperation::acknowledge, mallory)
                                          .number(0)
                                          .number(100'000)
                                          .number(0)
                                          .script();
    cases["numbers-at-will"] = HubScript()
                                   .enter(mallory, mallory_name)
                                   .act(HubOperation::frames_at, mallory)
                                   .number(wire::max_varint)
                                   .bytes(frames(wire::PingFrame{}))
                                   .act(HubOperation::repeat, mallory)
                                   .act(HubOperation::frames_at, mallory)
                                   .number(0)
                                   .bytes(frames(wire::CloseFrame{}))
                                   .script();
}

void add_commands(Cases& cases) {
    const auto name = text::Name::parsed("ann").value();
    const std::vector<std::string> bad = {std::string("\x00", 1),
                                          say("x").substr(0, 1) + std::string("\x02\x1b[", 3),
                                          say("x").substr(0, 1) + std::string("\x00", 1),
                                          "\xFF",
                                          wire::encode(wire::Join{name, false}),
                                          wire::encode(wire::Leave{}),
                                          wire::encode(wire::Kick{wire::host_id, {}}),
                                          rename("eve") + "x"};
    HubScript commands;
    commands.enter(mallory, mallory_name).answer(mallory);
    for (std::uint64_t i = 0; i < bad.size(); ++i) commands.command(mallory, i + 1, bad[i]);
    commands.command(mallory, 5000, say("far")).command(mallory, wire::max_varint, say("farther")).pass(2);
    commands.command(mallory, bad.size() + 1, say("and on"));
    cases["commands-that-nobody-may-send"] = commands.script();
    cases["frames-of-a-host"] =
        HubScript()
            .enter(mallory, mallory_name)
            .inside(mallory, frames(wire::NoticeFrame{1, "from below"}))
            .enter(mallory, mallory_name, 2)
            .inside(mallory, frames(wire::TypingFrame{{"ann"}}) + frames(wire::TypingFrame{{}}))
            .inside(mallory, "\xFF")
            .script();
}

Cases hub_cases() {
    Cases cases;
    add_joins(cases);
    add_what_costs(cases);
    add_numbers(cases);
    add_commands(cases);
    return cases;
}

class LinkScript : public fuzz::ScriptWriter<LinkScript> {
  public:
    LinkScript& act(LinkOperation operation) {
        byte(static_cast<std::uint8_t>(operation));
        return *this;
    }
    LinkScript& inside(const std::string& frames) {
        act(LinkOperation::frames).bytes(frames);
        return *this;
    }
    LinkScript& events(std::uint64_t first, int count, const std::string& event) {
        act(LinkOperation::events).number(first).byte(static_cast<std::uint8_t>(count - 1)).bytes(event);
        return *this;
    }
};

std::string said(std::string_view text, WallTime time = {}) {
    return wire::encode(wire::Event{
        1, time, wire::Said{{}, text::Name::parsed("bob").value(), text::Text::from_untrusted(text), false}});
}

LinkScript connected() {
    LinkScript script;
    script.act(LinkOperation::connect);
    return script;
}

void add_talk(Cases& cases) {
    {
        auto talk = connected();
        talk.events(11, 3, said("hello")).act(LinkOperation::say).byte(1);
        talk.act(LinkOperation::answer);
        talk.act(LinkOperation::result).number(1).number(14).byte(0).bytes("");
        talk.events(14, 1, said("line x")).act(LinkOperation::pass).byte(2);
        talk.act(LinkOperation::answer).act(LinkOperation::quit);
        cases["talk"] = talk.script();
    }
    for (const auto& [name, payload] :
         std::map<std::string, std::string>{{"host-short", ""}, {"host-longer", "of a later version"}}) {
        LinkScript script;
        script.act(LinkOperation::room).number(1).bytes("room");
        script.act(LinkOperation::host).byte(payload.empty() ? 1 : 0).bytes(payload);
        script.act(LinkOperation::repeat).act(LinkOperation::host).byte(0).bytes(payload);
        script.act(LinkOperation::welcome).number(3).number(1).number(0).bytes("ann");
        cases[name] = script.script();
    }
    {
        LinkScript end;
        end.act(LinkOperation::room).number(1).bytes("room");
        end.act(LinkOperation::host).byte(0).bytes("");
        end.act(LinkOperation::welcome).number(3).number(1).number(wire::max_varint).bytes("ann");
        end.act(LinkOperation::say).byte(1).act(LinkOperation::say).byte(1).act(LinkOperation::pass).byte(2);
        cases["numbers-at-their-end"] = end.script();
    }
    {
        auto times = connected();
        times.events(11, 1, said("x", WallTime(std::chrono::milliseconds(wire::max_varint))));
        times.events(12, 1, said("y", WallTime(std::chrono::milliseconds(std::int64_t{1} << 60))));
        cases["times-out-of-any-calendar"] = times.script();
    }
}

void add_parts(Cases& cases) {
    {
        auto parts = connected();
        for (std::uint64_t i = 0; i < 12; ++i)
            parts.act(LinkOperation::part).number(11).number(7 * i).number(8704).bytes(std::string(200, 'p'));
        for (std::uint64_t i = 0; i < 12; ++i)
            parts.act(LinkOperation::part).number(12 + i).number(0).number(8704).bytes(std::string(200, 'p'));
        cases["parts-off-the-grid"] = parts.script();
    }
    {
        LinkScript roster;
        roster.act(LinkOperation::room).number(1).bytes("room").act(LinkOperation::host).byte(0).bytes("");
        roster.act(LinkOperation::welcome).number(3).number(1).number(0).bytes("ann");
        for (std::uint64_t i = 0; i < 12; ++i)
            roster.act(LinkOperation::roster)
                .number(3)
                .number(7 * i)
                .number(1U << 20)
                .bytes(std::string(200, 'r'));
        roster.act(LinkOperation::roster).number(3).number(0).number(4).bytes("\xFF\xFF\xFF\xFF");
        cases["roster-off-the-grid"] = roster.script();
    }
}

void add_lies_of_hosts(Cases& cases) {
    {
        auto forged = connected();
        forged.act(LinkOperation::pass).byte(3).act(LinkOperation::pass).byte(2);
        forged.act(LinkOperation::room).number(666).bytes("room");
        forged.act(LinkOperation::restarted).number(666).act(LinkOperation::pass).byte(2);
        cases["another-room-answers"] = forged.script();
    }
    {
        auto welcomes = connected();
        welcomes.act(LinkOperation::welcome).number(5).number(2).number(9).bytes("\x1b[31m");
        welcomes.events(1, 1, said("from before")).events(wire::max_varint - 2, 1, said("from afar"));
        welcomes.act(LinkOperation::result).number(7).number(1).byte(1).bytes("\x1b]0;x\x07");
        cases["welcome-again"] = welcomes.script();
    }
    {
        auto acks = connected();
        acks.act(LinkOperation::say).byte(0);
        acks.act(LinkOperation::acknowledge).number(0).number(1).number(std::uint64_t{1} << 57);
        acks.act(LinkOperation::acknowledge).number(0).number(100'000).number(wire::max_varint);
        cases["acknowledge-the-future"] = acks.script();
    }
    for (int code = 0; code < 6; ++code) {
        auto close = connected();
        close.act(LinkOperation::say).byte(0).act(LinkOperation::close).byte(static_cast<std::uint8_t>(code));
        close.bytes("\x1b]0;bye\x07");
        cases["close-" + std::to_string(code)] = close.script();
    }
    {
        auto found = connected();
        found.act(LinkOperation::find).number(wire::max_varint);
        found.act(LinkOperation::found).number(1).number(0).number(1U << 14).bytes(std::string(200, '\xFF'));
        found.act(LinkOperation::found).number(1).number(7).number(1U << 14).bytes(std::string(200, '\xFF'));
        found.act(LinkOperation::found).number(1).number(0).number(2).bytes("\x01\x02");
        cases["found-what-is-nothing"] = found.script();
    }
}

Cases link_cases() {
    Cases cases;
    add_talk(cases);
    add_parts(cases);
    add_lies_of_hosts(cases);
    return cases;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Writes the cases, or sees whether they are there as they are.
bool handle(const std::filesystem::path& directory, const Cases& cases, bool only_checks) {
    bool is_same = true;
    for (const auto& [name, bytes] : cases) {
        if (only_checks && content_of(directory / name) != bytes) {
            std::printf("%s is not what the generator writes\n", (directory / name).c_str());
            is_same = false;
        }
        if (only_checks) continue;
        std::filesystem::create_directories(directory);
        std::ofstream(directory / name, std::ios::binary) << bytes;
    }
    return is_same;
}

} // namespace

int main(int argc, char* argv[]) {
    const bool only_checks = argc == 3 && std::string_view(argv[1]) == "--check";
    if (argc != 2 && !only_checks) {
        std::fputs("usage: fuzz_corpus [--check] CORPUS\n", stderr);
        return EXIT_FAILURE;
    }
    const std::filesystem::path corpus(argv[argc - 1]);
    const bool hub = handle(corpus / "sealed_hub", hub_cases(), only_checks);
    const bool link = handle(corpus / "sealed_link", link_cases(), only_checks);
    return hub && link ? EXIT_SUCCESS : EXIT_FAILURE;
}
