// SPDX-License-Identifier: MIT
#include "chatd/export.hpp"

#include "chatd/log/log_file.hpp"
#include "chatd/log/log_rows.hpp"
#include "chatd/room/room.hpp"
#include "common/app/event_json.hpp"
#include "common/app/failure.hpp"
#include "common/base/overloaded.hpp"
#include "common/os/random.hpp"
#include "common/wire/message.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstring>
#include <ctime>
#include <iostream>

namespace chatd {
namespace {

std::string local_clock(WallTime time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 40> out{};
    return {out.data(), std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

/// A row for each row of what was said, each with its author, so that none can pass for another's.
std::string rows_of(const std::string& front, const text::Text& said) {
    std::string rows;
    for (const auto row : text::lines_of(said.view()))
        rows += (rows.empty() ? "" : "\n") + front + std::string(row);
    return rows;
}

/// Nothing for what is nobody else's business.
std::optional<std::string> in_words(const wire::Event& event) {
    const auto text = [](const auto& view) { return std::string(view.view()); };
    const auto reason = [&](const text::Text& why) { return why.empty() ? std::string() : ": " + text(why); };
    using Messages = std::optional<std::string>;
    return std::visit(
        Overloaded{
            [&](const wire::Joined& joined) -> Messages { return "--> " + text(joined.name) + " joined"; },
            [&](const wire::Left& left) -> Messages { return "<-- " + text(left.name) + " left"; },
            [&](const wire::Said& said) -> Messages {
                return rows_of(said.is_action ? "* " + text(said.name) + " " : text(said.name) + ": ",
                               said.text);
            },
            [](const wire::Whispered&) -> Messages { return std::nullopt; },
            [&](const wire::Renamed& renamed) -> Messages {
                return "-- " + text(renamed.name) + " is now called " + text(renamed.new_name);
            },
            [&](const wire::AwaySet& away) -> Messages {
                return "-- " + text(away.name) + (away.is_away ? " is away" : " is back") +
                       reason(away.reason);
            },
            [&](const wire::TopicSet& topic) -> Messages {
                return "-- the topic is now: " + text(topic.text);
            },
            [&](const wire::Shouted& shout) -> Messages { return rows_of("!admin: ", shout.text); },
            [&](const wire::Kicked& kicked) -> Messages {
                return "<-- " + text(kicked.name) + " was removed by admin" + reason(kicked.reason);
            },
        },
        event.what);
}

void print(const wire::Event& event, const Export& wanted) {
    if (std::holds_alternative<wire::Whispered>(event.what) || event.time < wanted.since) return;
    if (wanted.is_json)
        std::cout << event_object(event).dump() << '\n';
    else if (const auto words = in_words(event))
        for (const auto line : text::lines_of(*words))
            std::cout << local_clock(event.time) << "  " << line << '\n';
}

void print_all(const LogFile& log, const Export& wanted) {
    Room room;
    const auto snapshot = read_snapshot(*log.database);
    if (snapshot && !room.load(snapshot->room))
        throw std::runtime_error("the log's copy of the room makes no sense");
    const auto end = snapshot ? snapshot->sequence + 1 : 1;
    read_events(*log.database, 0, end, [&](const KeptEvent& kept) {
        const auto event = wire::decode_event(kept.sequence, kept.bytes);
        if (event && kept.sequence < end) print(*event, wanted);
    });
    // What the last entries came to may not have been kept yet.
    read_entries(*log.database, end, log.last, [&](const wire::CommittedEntry& committed) {
        const auto outcome = room.apply(committed);
        if (const auto* event = std::get_if<wire::Event>(&outcome)) print(*event, wanted);
    });
}

} // namespace

void export_log(const std::filesystem::path& file, const Export& wanted) {
    if (!std::filesystem::exists(file))
        throw Failure(EX_NOINPUT,
                      "there is no log '" + file.string() + "': --room and --state-dir say which one");
    os::SystemRandom random;
    try {
        print_all(open_log_file(file, random), wanted);
    } catch (const sqlite::Error& error) {
        if (error.kind() == sqlite::Error::Kind::busy)
            throw Failure(exit_status_of(error),
                          "the log '" + file.string() +
                              "' is in use: close the room first, with /quit in its console");
        throw Failure(exit_status_of(error), error.what());
    } catch (const std::runtime_error& error) {
        throw Failure(EX_DATAERR, "the log '" + file.string() + "' is damaged: " + error.what());
    }
    if (!std::cout.flush())
        throw Failure(EX_IOERR, std::string("cannot write the transcript: ") + std::strerror(errno));
}

} // namespace chatd
