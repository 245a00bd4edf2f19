// SPDX-License-Identifier: MIT
// A log of any kind, with its verbs in the words of tests, and what is put into one.
#pragma once

#include "chatd/log/log_rows.hpp"
#include "chatd/log/memory_log.hpp"
#include "chatd/log/sqlite_log.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/event_codec.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <poll.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace test::logs {

using Texts = std::vector<std::string>;

/// A log with its verbs in the words of these tests; what it tells is kept until it is asked for.
class Log {
  public:
    explicit Log(std::unique_ptr<chatd::RoomLog> log)
        : log_(std::move(log)) {}

    chatd::RoomLog& operator*() const { return *log_; }
    void append(std::vector<wire::Entry> entries) { log_->write({.entries = std::move(entries)}); }
    void keep(std::vector<chatd::KeptEvent> events) { log_->write({.events = std::move(events)}); }
    void keep(chatd::LogSnapshot snapshot) { log_->write({.snapshot = std::move(snapshot)}); }
    void keep_paths(std::vector<chatd::KeptPath> paths) { log_->write({.paths = std::move(paths)}); }
    void set_time(WallTime time, Instant now) { log_->write({.as_of = chatd::LogTime{time, now}}); }
    void ask(chatd::LogQuery query) { log_->ask(std::move(query)); }
    bool is_busy() const { return log_->is_busy(); }
    int fd() const { return log_->fd(); }

    std::vector<wire::CommittedEntry> committed() {
        listen();
        return std::exchange(heard_.committed, {});
    }
    std::vector<chatd::LogPage> pages() {
        listen();
        return std::exchange(heard_.pages, {});
    }
    std::optional<std::string> fault() {
        listen();
        return heard_.fault;
    }
    /// The oldest entry, as it tells those who go on with it.
    wire::Sequence first_told() {
        listen();
        return heard_.first;
    }
    chatd::LogStart restored(std::size_t newest = 0) const { return log_->restore(newest); }
    wire::Sequence first() const { return restored().first; }
    wire::Sequence last() const { return restored().last; }
    chatd::LogId id() const { return restored().id; }
    std::vector<chatd::KeptPath> paths() const { return restored().paths; }
    std::optional<chatd::LogSnapshot> snapshot() const { return restored().snapshot; }

    /// Whether it has told something that nobody has asked for yet.
    bool has_heard() const { return !heard_.committed.empty() || !heard_.pages.empty(); }

  private:
    void listen() {
        auto news = log_->drain_news();
        std::move(news.committed.begin(), news.committed.end(), std::back_inserter(heard_.committed));
        std::move(news.pages.begin(), news.pages.end(), std::back_inserter(heard_.pages));
        heard_.first = news.first;
        heard_.fault = news.fault;
    }

    std::unique_ptr<chatd::RoomLog> log_;
    chatd::LogNews heard_;
};

using MakeLog = std::function<std::unique_ptr<Log>()>;

inline const auto ann = wire::MemberId::classic(1);
inline const auto bob = wire::MemberId::classic(2);
inline const auto carl = wire::MemberId::classic(3);
inline const auto dora = wire::MemberId::classic(4);

inline wire::Entry say(const std::string& text) {
    return {ann, WallTime(std::chrono::milliseconds(5)), wire::Say{text::Text::from_untrusted(text)}, 7, 8};
}

inline std::string text_of(const wire::CommittedEntry& committed) {
    return std::string(std::get<wire::Say>(committed.entry.command).text.view());
}

inline std::string numbered(const wire::CommittedEntry& committed) {
    return std::to_string(committed.sequence) + text_of(committed);
}

/// Behind its snapshot.
inline Texts entries_of(const Log& log) {
    Texts texts;
    for (const auto& committed : log.restored().entries) texts.push_back(numbered(committed));
    return texts;
}

/// All, while nobody has the file.
inline Texts entries_in(const std::filesystem::path& file) {
    Texts texts;
    SeededRandom random(3);
    const auto log = chatd::open_log_file(file, random);
    chatd::read_entries(*log.database, 1, 1'000'000,
                        [&](const wire::CommittedEntry& committed) { texts.push_back(numbered(committed)); });
    return texts;
}

/// Until the log has something to tell.
inline void wait_for_news(const Log& log) {
    pollfd news{log.fd(), POLLIN, 0};
    if (log.fd() >= 0 && !log.has_heard()) REQUIRE(poll(&news, 1, 10'000) == 1);
}

inline Texts commit(Log& log, std::size_t count) {
    Texts told;
    while (told.size() < count) {
        wait_for_news(log);
        for (const auto& committed : log.committed()) told.push_back(numbered(committed));
    }
    return told;
}

inline chatd::KeptEvent said(wire::Sequence sequence, const std::string& name, const std::string& text) {
    const wire::Said what{ann, *text::Name::parsed(name), text::Text::from_untrusted(text)};
    return {sequence, wire::encode(wire::Event{sequence, WallTime(std::chrono::milliseconds(5)), what})};
}

inline chatd::LogPage answer(Log& log, chatd::LogQuery query) {
    log.ask(std::move(query));
    for (;;) {
        if (!log.is_busy()) wait_for_news(log);
        if (auto pages = log.pages(); !pages.empty()) {
            REQUIRE(pages.size() == 1);
            return std::move(pages.front());
        }
    }
}

inline std::vector<wire::Sequence> sequences(const chatd::LogPage& page) {
    std::vector<wire::Sequence> found;
    for (const auto& event : page.events) found.push_back(event.sequence);
    return found;
}

/// A log with `count` lines of `text` in it, and what they came to.
inline std::unique_ptr<Log> log_of(const MakeLog& make, std::size_t count, const std::string& text) {
    auto log = make();
    std::vector<chatd::KeptEvent> events;
    for (wire::Sequence sequence = 1; sequence <= count; ++sequence)
        events.push_back(said(sequence, "ann", text));
    log->append(std::vector<wire::Entry>(count, say("x")));
    commit(*log, count);
    log->keep(std::move(events));
    return log;
}

/// Answers until there are `count`, or nothing comes for a while.
inline std::vector<chatd::LogPage> answers(Log& log, std::size_t count) {
    std::vector<chatd::LogPage> got;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (got.size() < count && std::chrono::steady_clock::now() < patience)
        for (auto& page : log.pages()) got.push_back(std::move(page));
    return got;
}

inline chatd::LogQuery search(std::uint64_t ticket, const std::string& needle) {
    return {.ticket = ticket, .first = wire::max_varint, .count = 100, .is_search = true, .needle = needle};
}

inline std::unique_ptr<Log> in_memory() {
    return std::make_unique<Log>(std::make_unique<chatd::MemoryLog>());
}

inline std::unique_ptr<Log> open_log(const std::filesystem::path& file, chatd::Retention retention = {}) {
    static SeededRandom random(3);
    return std::make_unique<Log>(std::make_unique<chatd::SqliteLog>(file, retention, random));
}

} // namespace test::logs
