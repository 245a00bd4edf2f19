// SPDX-License-Identifier: MIT
// What every log must do, whatever it keeps its entries in; and what the one on disk must do when the disk
// does not.
#include "chatd/log/log_rows.hpp"
#include "chatd/log/memory_log.hpp"
#include "chatd/log/sqlite_log.hpp"
#include "chatd/room/wall_clock.hpp"
#include "common/wire/message.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using test::TemporaryDirectory;
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

const auto ann = wire::MemberId::classic(1);
const auto bob = wire::MemberId::classic(2);
const auto carl = wire::MemberId::classic(3);
const auto dora = wire::MemberId::classic(4);

wire::Entry say(const std::string& text) {
    return {ann, WallTime(5ms), wire::Say{text::Text::from_untrusted(text)}, 7, 8};
}

std::string text_of(const wire::CommittedEntry& committed) {
    return std::string(std::get<wire::Say>(committed.entry.command).text.view());
}

std::string numbered(const wire::CommittedEntry& committed) {
    return std::to_string(committed.sequence) + text_of(committed);
}

/// Behind its snapshot.
Texts entries_of(const Log& log) {
    Texts texts;
    for (const auto& committed : log.restored().entries) texts.push_back(numbered(committed));
    return texts;
}

/// All, while nobody has the file.
Texts entries_in(const std::filesystem::path& file) {
    Texts texts;
    test::SeededRandom random(3);
    const auto log = chatd::open_log_file(file, random);
    chatd::read_entries(*log.database, 1, 1'000'000,
                        [&](const wire::CommittedEntry& committed) { texts.push_back(numbered(committed)); });
    return texts;
}

/// Until the log has something to tell.
void wait_for_news(const Log& log) {
    pollfd news{log.fd(), POLLIN, 0};
    if (log.fd() >= 0 && !log.has_heard()) REQUIRE(poll(&news, 1, 10'000) == 1);
}

Texts commit(Log& log, std::size_t count) {
    Texts told;
    while (told.size() < count) {
        wait_for_news(log);
        for (const auto& committed : log.committed()) told.push_back(numbered(committed));
    }
    return told;
}

chatd::KeptEvent said(wire::Sequence sequence, const std::string& name, const std::string& text) {
    const wire::Said what{ann, *text::Name::parsed(name), text::Text::from_untrusted(text)};
    return {sequence, wire::encode(wire::Event{sequence, WallTime(5ms), what})};
}

chatd::LogPage answer(Log& log, chatd::LogQuery query) {
    log.ask(std::move(query));
    for (;;) {
        if (!log.is_busy()) wait_for_news(log);
        if (auto pages = log.pages(); !pages.empty()) {
            REQUIRE(pages.size() == 1);
            return std::move(pages.front());
        }
    }
}

std::vector<wire::Sequence> sequences(const chatd::LogPage& page) {
    std::vector<wire::Sequence> found;
    for (const auto& event : page.events) found.push_back(event.sequence);
    return found;
}

void conform(const MakeLog& make) {
    using Sequences = std::vector<wire::Sequence>;
    const auto log = make();
    CHECK(log->last() == 0);
    CHECK(log->first() == 1);
    CHECK(log->committed().empty());
    CHECK_FALSE(log->snapshot());
    CHECK(entries_of(*log).empty());

    log->append({say("a"), say("b")});
    log->append({say("c")});
    CHECK(commit(*log, 3) == Texts{"1a", "2b", "3c"});
    CHECK(log->committed().empty());
    CHECK(log->last() == 3);
    CHECK(log->first() == 1);
    CHECK(log->first_told() == 1);
    CHECK(entries_of(*log) == Texts{"1a", "2b", "3c"});
    const auto oldest = log->restored().entries.front().entry;
    CHECK(oldest.author == ann);
    CHECK(oldest.time == WallTime(5ms));
    CHECK(oldest.outbox == 7);
    CHECK(oldest.number == 8);

    auto whisper = said(3, "ann", "the printer, psst");
    whisper.only_for.emplace(ann, bob);
    log->keep({said(1, "ann", "The Printer is on fire"), {2, {}}, whisper});
    log->append({say("d")}); // what is kept is durable with the next entry
    CHECK(commit(*log, 1) == Texts{"4d"});
    const auto run = answer(*log, {.ticket = 9, .first = 1, .count = 3});
    CHECK(run.ticket == 9);
    CHECK_FALSE(run.is_search);
    CHECK(run.first == 1);
    CHECK(run.end == 4);
    CHECK(sequences(run) == Sequences{1, 2, 3});
    CHECK(run.events[2].only_for == whisper.only_for);
    CHECK(run.events[0].bytes == said(1, "ann", "The Printer is on fire").bytes);

    const auto restored = [&](std::size_t newest) {
        chatd::LogPage page;
        page.events = log->restored(newest).events;
        return sequences(page);
    };
    CHECK(restored(0).empty());
    CHECK(restored(2) == Sequences{3}); // the fourth has come to nothing that was kept
    CHECK(restored(3) == Sequences{2, 3});
    CHECK(restored(100) == Sequences{1, 2, 3});

    const auto find = [&](const char* needle, std::size_t count, const wire::MemberId& reader,
                          wire::Sequence before = wire::max_varint) {
        return answer(*log, {.ticket = 9,
                             .first = before,
                             .count = count,
                             .is_search = true,
                             .needle = needle,
                             .reader = reader});
    };
    CHECK(sequences(find("pRINTer", 10, bob)) == Sequences{1, 3});
    CHECK(find("pRINTer", 10, bob).is_all);
    CHECK(sequences(find("printer", 10, carl)) == Sequences{1});
    CHECK(sequences(find("printer", 1, bob)) == Sequences{3});
    CHECK_FALSE(find("printer", 1, bob).is_all);
    CHECK(sequences(find("printer", 10, bob, 3)) == Sequences{1});
    CHECK(sequences(find("ANN", 10, bob)) == Sequences{1, 3});
    CHECK(sequences(find("", 10, bob)) == Sequences{1, 3});
    CHECK(find("scanner", 10, bob).events.empty());

    log->keep(chatd::LogSnapshot{3, "a room"});
    log->keep(chatd::LogSnapshot{4, "a later room"});
    CHECK(log->paths().empty());
    log->keep_paths(std::vector<chatd::KeptPath>{{ann, "here"}, {bob, "there"}, {carl, "somewhere"}});
    log->keep_paths(std::vector<chatd::KeptPath>{{bob, {}}, {carl, "elsewhere"}, {dora, {}}});
    log->append({say("e")});
    CHECK(commit(*log, 1) == Texts{"5e"});
    std::map<wire::MemberId, std::string> paths;
    for (const auto& [member, path] : log->paths()) paths[member] = path;
    CHECK(paths == std::map<wire::MemberId, std::string>{{ann, "here"}, {carl, "elsewhere"}});
    REQUIRE(log->snapshot());
    CHECK(log->snapshot()->sequence == 4);
    CHECK(log->snapshot()->room == "a later room");
    CHECK(entries_of(*log) == Texts{"5e"});
    CHECK(log->last() == 5);
}

/// A log with `count` lines of `text` in it, and what they came to.
std::unique_ptr<Log> log_of(const MakeLog& make, std::size_t count, const std::string& text) {
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
std::vector<chatd::LogPage> answers(Log& log, std::size_t count) {
    std::vector<chatd::LogPage> got;
    const auto patience = std::chrono::steady_clock::now() + 20s;
    while (got.size() < count && std::chrono::steady_clock::now() < patience)
        for (auto& page : log.pages()) got.push_back(std::move(page));
    return got;
}

chatd::LogQuery search(std::uint64_t ticket, const std::string& needle) {
    return {.ticket = ticket, .first = wire::max_varint, .count = 100, .is_search = true, .needle = needle};
}

/// A member looks for one thing at a time, and what it reads is bounded in bytes.
void bound(const MakeLog& make) {
    constexpr std::size_t count = 3000;
    const auto log = log_of(make, count, "the printer is on fire " + std::string(200, '.'));
    for (int i = 0; i < 1000; ++i) log->ask(search(9, "scanner " + std::to_string(i)));
    log->ask(search(9, "printer"));
    log->ask({.ticket = 8, .first = 1, .count = 1});
    log->ask({.ticket = 7, .is_search = true});
    auto got = answers(*log, 3);
    REQUIRE(got.size() == 3);
    std::sort(got.begin(), got.end(), [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
    CHECK(got[0].events.empty());
    CHECK(sequences(got[1]) == std::vector<wire::Sequence>{1});
    // The newest that was asked for, and of that as much as fits.
    const auto size = said(1, "ann", "the printer is on fire " + std::string(200, '.')).bytes.size();
    CHECK(got[2].events.size() == chatd::max_page_bytes / (size + 1));
    CHECK(got[2].events.back().sequence == count);
    CHECK_FALSE(got[2].is_all);

    log->ask({.ticket = 8, .first = 5, .count = count});
    auto page = answers(*log, 1).front();
    CHECK(page.first == 5);
    CHECK(page.events.size() == chatd::max_page_bytes / size);
    CHECK(page.end == 5 + page.events.size());
    // From there on the rest is read, each once.
    wire::Sequence next = 5;
    std::size_t pages = 1;
    for (; page.end <= count; ++pages) {
        for (const auto& event : page.events) REQUIRE(event.sequence == next++);
        REQUIRE(page.end == next);
        log->ask({.ticket = 8, .first = next, .count = count});
        page = answers(*log, 1).front();
    }
    CHECK(page.end == count + 1);
    CHECK(pages > 40);
    log->ask({.ticket = 8, .first = count + 10, .count = 5});
    page = answers(*log, 1).front();
    CHECK(page.events.empty());
    CHECK(page.end == count + 10); // nothing is known of what has not happened
}

std::unique_ptr<Log> in_memory() {
    return std::make_unique<Log>(std::make_unique<chatd::MemoryLog>());
}

std::unique_ptr<Log> open_log(const std::filesystem::path& file, chatd::Retention retention = {}) {
    static test::SeededRandom random(3);
    return std::make_unique<Log>(std::make_unique<chatd::SqliteLog>(file, retention, random));
}

std::string refusal(const std::filesystem::path& file) {
    try {
        open_log(file);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "opened";
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("the log in memory conforms") {
    conform(in_memory);
}

TEST_CASE("the log on disk conforms") {
    const TemporaryDirectory directory;
    conform([&] { return open_log(directory.file("room.db")); });
}

TEST_CASE("each looks for one thing at a time, and what is read is bounded in bytes") {
    bound(in_memory);
    const TemporaryDirectory directory;
    bound([&] { return open_log(directory.file("room.db")); });
}

TEST_CASE("an event that is larger than others is read, alone") {
    const std::string large(8000, 'x');
    const auto three = [&](const MakeLog& make) {
        const auto log = log_of(make, 3, large);
        log->ask({.ticket = 1, .first = 1, .count = 3});
        const auto page = answers(*log, 1).front();
        CHECK(page.events.size() == 2);
        CHECK(page.end == 3);
        log->ask(search(1, "xxx"));
        const auto found = answers(*log, 1).front();
        CHECK(sequences(found) == std::vector<wire::Sequence>{2, 3});
        CHECK_FALSE(found.is_all);
    };
    three(in_memory);
    const TemporaryDirectory directory;
    three([&] { return open_log(directory.file("room.db")); });
}

TEST_CASE("what was kept before it was asked for is read, however busy the disk is") {
    const TemporaryDirectory directory;
    const auto log = open_log(directory.file("room.db"));
    for (wire::Sequence sequence = 1; sequence <= 300; ++sequence) {
        log->append({say("a")});
        commit(*log, 1); // its thread is still at it
        log->keep(std::vector<chatd::KeptEvent>{said(sequence, "ann", "a")});
        log->ask({.ticket = 1, .first = sequence, .count = 10});
        const auto page = answers(*log, 1).front();
        REQUIRE(page.events.size() == 1);
        REQUIRE(page.end == sequence + 1);
    }
}

TEST_CASE("a search in memory goes on in slices, and what is said meanwhile goes first") {
    constexpr std::size_t count = 20'000;
    const auto log = log_of(in_memory, count, "nothing");
    CHECK_FALSE(log->is_busy());
    for (std::uint64_t member = 1; member <= 3; ++member) log->ask(search(member, "something"));
    std::size_t slices = 0;
    std::size_t answered = 0;
    for (; log->is_busy(); ++slices) {
        answered += log->pages().size();
        log->append({say("a")});
        REQUIRE(log->committed().size() == 1);
        if (slices != 10) continue;
        log->ask({.ticket = 1, .first = 1, .count = 1}); // and so does who is behind
        CHECK(log->pages().size() == 1);
    }
    CHECK(answered == 3);
    CHECK(slices > 3 * count / 300);
    // Where lines are long, a slice has fewer of them.
    const auto long_lines = log_of(in_memory, 300, std::string(8000, 'x'));
    long_lines->ask(search(1, "something"));
    for (slices = 0; long_lines->is_busy(); ++slices) long_lines->pages();
    CHECK(slices >= 100);
}

TEST_CASE("a line is saved although many look for something in what is hard to compare") {
    // ICU needs 12 ms for each of these, if it is given it whole.
    std::string marks = "a";
    for (const auto* mark : {"\u0345", "\u035D", "\u0315", "\u0300", "\u0316", "\u031B", "\u0327", "\u0334"})
        for (int i = 0; i < 480; ++i) marks += mark;
    const TemporaryDirectory directory;
    const auto log = log_of([&] { return open_log(directory.file("room.db")); }, 500, marks);
    for (std::uint64_t member = 1; member <= 50; ++member) log->ask(search(member, "something"));
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 5; ++i) {
        log->append({say("b")});
        commit(*log, 1);
    }
    CHECK(std::chrono::steady_clock::now() - begin < 3s); // each alone took longer than that
    CHECK(log->pages().size() < 50);                      // they were still under way
}

TEST_CASE("where members are is saved soon, although nobody says anything") {
    const TemporaryDirectory directory;
    const auto log = open_log(directory.file("room.db"));
    log->append({say("a")});
    commit(*log, 1);
    for (const auto* path : {"here", "there"}) {
        log->keep_paths(std::vector<chatd::KeptPath>{{ann, path}});
        const auto patience = std::chrono::steady_clock::now() + 5s;
        const auto is_saved = [&] {
            const auto paths = log->paths();
            return paths.size() == 1 && paths.front().path == path;
        };
        while (!is_saved() && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
        CHECK(is_saved());
    }
}

TEST_CASE("the log in memory keeps its newest entries and says truly which") {
    Log log(std::make_unique<chatd::MemoryLog>(chatd::LogId{}, 2));
    log.append({say("a"), say("b"), say("c")});
    CHECK(log.committed().size() == 3);
    CHECK(entries_of(log) == Texts{"2b", "3c"});
    CHECK(log.first() == 2);
    CHECK(log.first_told() == 2);
    CHECK(log.last() == 3);
}

TEST_CASE("the log on disk is there again, as the same one, and its file is its owner's") {
    const TemporaryDirectory directory;
    chatd::LogId id;
    {
        const auto log = open_log(directory.file("room.db"));
        id = log->id();
        log->append({say("a"), say("b")});
        commit(*log, 2);
        log->keep({said(1, "ann", "a")});
        log->keep(chatd::LogSnapshot{2, "a room"});
        log->keep_paths(std::vector<chatd::KeptPath>{{ann, "here"}});
        log->append({say("c")}); // and is ended before it was told
    }
    CHECK((std::filesystem::status(directory.file("room.db")).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(entries_in(directory.file("room.db")) == Texts{"1a", "2b", "3c"});
    const auto log = open_log(directory.file("room.db"));
    CHECK(log->id() == id);
    CHECK(log->last() == 3);
    CHECK(entries_of(*log) == Texts{"3c"});
    CHECK(log->snapshot()->room == "a room");
    REQUIRE(log->paths().size() == 1);
    CHECK(log->paths().front().path == "here");
    CHECK(log->committed().empty());
    CHECK(sequences(answer(*log, {.first = 1, .count = 10})) == std::vector<wire::Sequence>{1});
    log->append({say("d")});
    CHECK(commit(*log, 1) == Texts{"4d"});
    CHECK(open_log(directory.file("another.db"))->id() != id);
}

TEST_CASE("a log of an earlier version is brought forward with all that is in it") {
    const TemporaryDirectory directory;
    const auto file = directory.file("room.db");
    {
        const auto log = open_log(file);
        log->append({say("a"), say("b")});
        commit(*log, 2);
    }
    {
        sqlite::Database database(file);
        database.execute("DROP TABLE path"); // as version 1 was
        database.execute("PRAGMA user_version = 1");
    }
    const auto log = open_log(file);
    CHECK(entries_of(*log) == Texts{"1a", "2b"});
    log->keep_paths(std::vector<chatd::KeptPath>{{ann, "here"}});
    log->append({say("c")});
    CHECK(commit(*log, 1) == Texts{"3c"});
    CHECK(log->paths().size() == 1);
}

TEST_CASE("a log that can't be had is refused with a sentence, and left as it is") {
    const TemporaryDirectory directory;
    const auto file = directory.file("room.db");
    {
        const auto log = open_log(file);
        const auto why = refusal(file);
        CHECK(why.find("is in use: is another chatd hosting this room?") != std::string::npos);
        log->append({say("a")});
        commit(*log, 1);
    }
    const auto whole = content_of(file);
    for (const std::size_t at : {std::size_t{0}, std::size_t{100}, std::size_t{4096}}) {
        auto damaged = whole;
        for (std::size_t i = at; i < at + 50; ++i) damaged[i] = 'x';
        std::ofstream(file, std::ios::binary) << damaged;
        const auto why = refusal(file);
        CHECK_MESSAGE(why.find("is damaged") != std::string::npos, why);
        CHECK(why.find("put a copy of it back") != std::string::npos);
        CHECK(content_of(file) == damaged);
    }
    std::ofstream(file, std::ios::binary) << whole;
    CHECK(refusal(file) == "opened");
    {
        sqlite::Database database(file);
        database.execute("PRAGMA user_version = 99");
    }
    CHECK(refusal(file).find("it was written by a newer chatd") != std::string::npos);
    CHECK(refusal(directory.path).find("is no regular file") != std::string::npos);
    CHECK(refusal("/proc/none/room.db").starts_with("cannot make the directory '/proc/none': "));
}

TEST_CASE("what is older than is to be kept is thrown away, but nothing that the room is rebuilt from") {
    const TemporaryDirectory directory;
    const auto pruned_to = [&](chatd::Retention retention, wire::Sequence expected) {
        {
            const auto log = open_log(directory.file("room.db"), retention);
            log->set_time(os::wall_now(), os::monotonic_now());
            const auto patience = std::chrono::steady_clock::now() + 10s;
            while (log->first_told() < expected && std::chrono::steady_clock::now() < patience)
                std::this_thread::yield();
            CHECK(log->first_told() == expected);
            CHECK(log->first() == expected);
            CHECK(log->last() == 5000);
        }
        CHECK(entries_in(directory.file("room.db")).front() == std::to_string(expected) + "a");
    };
    {
        const auto log = open_log(directory.file("room.db"));
        log->append(std::vector<wire::Entry>(5000, say("a")));
        commit(*log, 5000);
        log->keep(chatd::LogSnapshot{4000, "a room"});
    }
    pruned_to({}, 1);
    pruned_to({{}, 4000}, 1001);
    pruned_to({{}, 10}, 4001); // the room needs what is behind its snapshot
    pruned_to({1h, {}}, 4001); // all of it is from 1970
}

TEST_CASE("a clock that leaps throws nothing away until it is accepted") {
    const TemporaryDirectory directory;
    const WallTime today{1'795'176'000'000ms};
    auto entry = say("a");
    entry.time = today - 24h * 20;
    const auto log = open_log(directory.file("room.db"), {24h * 30, {}});
    log->append(std::vector<wire::Entry>(100, entry));
    commit(*log, 100);
    log->keep(chatd::LogSnapshot{100, "a room"});
    const auto now = os::monotonic_now();
    chatd::WallClock clock(today, now);
    // What is saved later comes behind what goes by the time.
    const auto save_more = [&] {
        for (int i = 0; i < 2; ++i) {
            log->append({entry});
            commit(*log, 1);
        }
    };
    log->set_time(clock.time(), now);
    save_more();
    CHECK(log->first() == 1);
    const auto in_ten_years = today + 24h * 3650;
    log->set_time(clock.read(in_ten_years, now), now);
    save_more();
    CHECK(log->first() == 1);
    CHECK(clock.accept());
    log->set_time(clock.read(in_ten_years, now), now);
    const auto patience = std::chrono::steady_clock::now() + 10s;
    while (log->first_told() == 1 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
    CHECK(log->first() == 101);
}

TEST_CASE("whenever the power goes, what was confirmed is there, and nothing of what never was said") {
    const TemporaryDirectory
        directory; // where SQLite's own file is made; all that is in it is on the crash disk
    for (std::uint64_t cut = 1;; ++cut) {
        CAPTURE(cut);
        test::CrashDisk disk;
        { open_log(directory.file("room.db")); }
        disk.cut_power_at(cut);
        std::size_t confirmed = 0;
        constexpr std::size_t batches = 12;
        try {
            const auto log = open_log(directory.file("room.db"));
            for (std::size_t i = 0; i < batches; ++i) {
                log->append({say("line " + std::to_string(2 * i)), say("line " + std::to_string(2 * i + 1))});
                for (bool is_told = false; !is_told && !log->fault();) {
                    wait_for_news(*log);
                    const auto told = log->committed();
                    confirmed += told.size();
                    is_told = !told.empty();
                }
                if (log->fault()) break;
                log->keep({said(2 * i + 1, "ann", "line"), said(2 * i + 2, "ann", "line")});
                if (i % 4 == 3) log->keep(chatd::LogSnapshot{2 * i + 2, std::string(3000, 'r')});
            }
        } catch (const std::runtime_error&) {
            CHECK(confirmed == 0); // it was cut while it was opened
        }
        if (disk.has_power()) {
            CHECK(confirmed == 2 * batches);
            CHECK(cut > 50);
            break;
        }
        disk.restore_power(cut);
        const auto there = entries_in(directory.file("room.db"));
        const auto log = open_log(directory.file("room.db"));
        CHECK(log->last() >= confirmed);
        CHECK(log->last() <= 2 * batches);
        CHECK(log->last() % 2 == 0); // a batch is there or is not
        Texts expected;
        for (std::size_t i = 0; i < log->last(); ++i)
            expected.push_back(std::to_string(i + 1) + "line " + std::to_string(i));
        CHECK(there == expected);
        log->append({say("on")});
        commit(*log, 1);
    }
}

TEST_CASE("a disk that is full, or does not sync, is told, and once it can all that waited is saved") {
    for (const auto fault : {test::CrashDisk::Fault::full, test::CrashDisk::Fault::failing_sync}) {
        const TemporaryDirectory directory;
        test::CrashDisk disk;
        const auto log = open_log(directory.file("room.db"));
        log->append({say("a")});
        commit(*log, 1);
        CHECK_FALSE(log->fault());
        disk.set_fault(fault);
        log->append({say("b")});
        wait_for_news(*log);
        CHECK(log->committed().empty());
        REQUIRE(log->fault());
        CHECK_FALSE(log->fault()->empty());
        log->append({say("c")});
        // What is there already is served meanwhile.
        CHECK(answer(*log, {.first = 1, .count = 1}).ticket == 0);
        disk.set_fault(test::CrashDisk::Fault::none);
        CHECK(commit(*log, 2) == Texts{"2b", "3c"});
        CHECK_FALSE(log->fault());
        CHECK(entries_of(*log) == Texts{"1a", "2b", "3c"});
    }
}
