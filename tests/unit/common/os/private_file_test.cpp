// SPDX-License-Identifier: MIT
#include "common/os/private_file.hpp"

#include "common/app/identity_file.hpp"
#include "common/app/room_password_file.hpp"
#include "common/os/sqlite.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>

using test::TemporaryDirectory;

namespace {

mode_t mode_of(const std::filesystem::path& file) {
    struct stat status {};
    REQUIRE(::lstat(file.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

/// The sentence of what is refused as unsafe; empty for what is not.
std::string unsafe(const std::function<void()>& what) {
    try {
        what();
    } catch (const files::Unsafe& error) {
        return error.what();
    } catch (const std::runtime_error& error) {
        return "another fault: " + std::string(error.what());
    }
    return {};
}

void write(const std::filesystem::path& file, std::string_view content, mode_t mode) {
    std::ofstream(file) << content;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
}

/// As the user who lets others do everything.
struct LooseUmask {
    mode_t before = ::umask(0);
    LooseUmask() = default;
    LooseUmask(const LooseUmask&) = delete;
    LooseUmask& operator=(const LooseUmask&) = delete;
    ~LooseUmask() { ::umask(before); }
};

/// Whether the tests may give files to others.
bool is_root() {
    if (geteuid() == 0) return true;
    MESSAGE("skipped: only root can give a file to another user");
    return false;
}

constexpr uid_t somebody = 12345;

} // namespace

TEST_CASE("whatever the umask is, what is made is private from its first moment") {
    const TemporaryDirectory directory;
    const LooseUmask loose;
    const auto state = directory.file("a") / "b";
    files::append(state / "lines", "one\n");
    files::append(state / "lines", "two\n");
    files::replace(state / "name", "ann\n");
    CHECK(files::create(state / "key", "secret"));
    CHECK_FALSE(files::create(state / "key", "another"));
    {
        sqlite::Database database(state / "log.db");
        database.execute("PRAGMA journal_mode=WAL");
        database.execute("CREATE TABLE said (text BLOB)");
        for (const char* name : {"log.db", "log.db-wal", "log.db-shm"}) CHECK(mode_of(state / name) == 0600);
    }
    CHECK(mode_of(directory.file("a")) == 0700);
    CHECK(mode_of(state) == 0700);
    for (const char* name : {"lines", "name", "key"}) CHECK(mode_of(state / name) == 0600);
    CHECK(files::read(state / "lines") == "one\ntwo\n");
    CHECK(files::read_secret(state / "key", 100)->view() == "secret");
    CHECK_FALSE(files::read(state / "none"));
    CHECK_FALSE(files::read(directory.file("none") / "none"));
    for (const auto& entry : std::filesystem::directory_iterator(state))
        CHECK(entry.path().filename().string()[0] != '.'); // no drafts
}

TEST_CASE("a directory of ours that others can read is closed to them where it is ours alone") {
    const TemporaryDirectory directory;
    const auto state = directory.file("state");
    std::filesystem::create_directory(state);
    ::chmod(state.c_str(), 0755);
    files::make_directory(state);
    CHECK(mode_of(state) == 0755);
    files::make_directory_of_our_own(state);
    CHECK(mode_of(state) == 0700);
    ::chmod(state.c_str(), 01777); // as /tmp
    CHECK(unsafe([&] { files::append(state / "file", "text"); }).empty());
}

TEST_CASE("a directory that others can write is refused, and it is said what to do") {
    const TemporaryDirectory directory;
    const auto state = directory.file("state");
    std::filesystem::create_directory(state);
    write(state / "identity", std::string(32, 'k'), 0600);
    test::SeededRandom random(1);
    for (const mode_t mode : {0777, 0775, 0702}) {
        ::chmod(state.c_str(), mode);
        const auto sentence = "others can write to the directory '" + state.string() +
                              "': look at what is in it, then chmod 700 '" + state.string() + "'";
        CHECK(unsafe([&] { session::load_or_make_identity(state / "identity", random); }) == sentence);
        CHECK(unsafe([&] { files::append(state / "known_rooms", "line"); }) == sentence);
        CHECK(unsafe([&] { files::read(state / "known_rooms"); }) == sentence);
        CHECK(unsafe([&] { files::make_directory_of_our_own(state); }) == sentence);
        CHECK_THROWS_WITH_AS(sqlite::Database(state / "log.db"), sentence.c_str(), sqlite::Error);
    }
    CHECK_FALSE(std::filesystem::exists(state / "known_rooms"));
    CHECK_FALSE(std::filesystem::exists(state / "log.db"));
}

TEST_CASE(
    "a secret that others could have read is refused, and what others could only read is closed to them") {
    const TemporaryDirectory directory;
    test::SeededRandom random(1);
    const auto identity = directory.file("identity");
    for (const mode_t mode : {0644, 0640, 0604}) {
        write(identity, std::string(32, 'k'), mode);
        CHECK(unsafe([&] { session::load_or_make_identity(identity, random); }) ==
              "others can read the secret in '" + identity.string() + "', and so may know it: chmod 600 '" +
                  identity.string() + "', or remove it for a new one");
    }
    write(identity, std::string(32, 'k'), 0600);
    CHECK(session::load_or_make_identity(identity, random).secret.view() == std::string(32, 'k'));
    const auto lines = directory.file("lines");
    write(lines, "one\n", 0644);
    CHECK(files::read(lines) == "one\n");
    CHECK(mode_of(lines) == 0600);
    write(directory.file("log.db"), "", 0644);
    files::prepare_database(directory.file("log.db"));
    CHECK(mode_of(directory.file("log.db")) == 0600);
}

TEST_CASE("a file that others can write is refused, also beside a database") {
    const TemporaryDirectory directory;
    for (const char* name : {"lines", "log.db", "log.db-wal", "log.db-shm", "log.db-journal"}) {
        const auto file = directory.file(name);
        write(file, "text", 0666);
        const bool is_lines = name == std::string("lines");
        CHECK(unsafe([&] {
                  if (is_lines)
                      files::read(file);
                  else
                      files::prepare_database(directory.file("log.db"));
              }) == "others can write to '" + file.string() + "': look at what is in it, then chmod 600 '" +
                        file.string() + "'");
        ::chmod(file.c_str(), 0600);
    }
}

TEST_CASE("a symbolic link in the place of a file is not followed") {
    const TemporaryDirectory directory;
    test::SeededRandom random(1);
    const auto target = directory.file("target");
    write(target, "untouched", 0600);
    for (const bool dangles : {false, true}) {
        const auto link = directory.file(dangles ? "dangling" : "link");
        std::filesystem::create_symlink(dangles ? directory.file("nowhere") : target, link);
        const auto sentence =
            "'" + link.string() + "' is a symbolic link, which is not followed: put the file itself there";
        CHECK(unsafe([&] { files::read(link); }) == sentence);
        CHECK(unsafe([&] { files::append(link, "planted"); }) == sentence);
        CHECK(unsafe([&] { files::prepare_database(link); }) == sentence);
        CHECK(unsafe([&] { session::load_or_make_identity(link, random); }) == sentence);
    }
    CHECK_FALSE(std::filesystem::exists(directory.file("nowhere")));
    CHECK(files::read(target) == "untouched");
    std::filesystem::create_symlink(target, directory.file("log.db-wal"));
    CHECK(unsafe([&] {
              sqlite::Database(directory.file("log.db"));
          }).find("log.db-wal' is a symbolic link") != std::string::npos);
    // One of ours to a directory is how systemd lays them out.
    std::filesystem::create_directory_symlink(directory.path, directory.file("state"));
    CHECK(files::read(directory.file("state") / "target") == "untouched");
    CHECK_NOTHROW(sqlite::Database(directory.file("state") / "other.db"));
}

TEST_CASE("nothing waits at a pipe, and no file is made of what is none") {
    const TemporaryDirectory directory;
    test::SeededRandom random(1);
    const auto pipe = directory.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::filesystem::create_directory(directory.file("directory"));
    for (const auto& file : {pipe, directory.file("directory")}) {
        const auto sentence = "'" + file.string() + "' is no regular file: move it away";
        CHECK(unsafe([&] { files::read(file); }) == sentence);
        CHECK(unsafe([&] { files::append(file, "text"); }) == sentence);
        CHECK(unsafe([&] { files::prepare_database(file); }) == sentence);
        CHECK(unsafe([&] { session::load_or_make_identity(file, random); }) == sentence);
        CHECK(unsafe([&] { session::read_room_password(file); }) ==
              "'" + file.string() + "' is no regular file");
    }
    write(directory.file("file"), "", 0600);
    CHECK(unsafe([&] {
              files::make_directory(directory.file("file"));
          }).ends_with("is no directory: move it away"));
}

TEST_CASE("what belongs to another user is not used") {
    if (!is_root()) return;
    const TemporaryDirectory directory;
    const auto file = directory.file("file");
    const auto sentence = [](const std::filesystem::path& of) {
        return "'" + of.string() + "' belongs to another user (number 12345): move it away, or chown it";
    };
    write(file, "text", 0600);
    REQUIRE(::chown(file.c_str(), somebody, somebody) == 0);
    CHECK(unsafe([&] { files::read(file); }) == sentence(file));
    CHECK(unsafe([&] { files::read_secret(file, 10); }) == sentence(file));
    CHECK(unsafe([&] { files::read_named(file); }) == sentence(file));
    CHECK(unsafe([&] { files::append(file, "text"); }) == sentence(file));
    CHECK(unsafe([&] { files::prepare_database(file); }) == sentence(file));
    CHECK(unsafe([&] { session::read_room_password(file); }) == sentence(file));
    const auto state = directory.file("state");
    std::filesystem::create_directory(state);
    REQUIRE(::chown(state.c_str(), somebody, somebody) == 0);
    CHECK(unsafe([&] { files::append(state / "file", "text"); }) == sentence(state));
    const auto link = directory.file("link");
    std::filesystem::create_directory_symlink(directory.path, link);
    REQUIRE(::lchown(link.c_str(), somebody, somebody) == 0);
    CHECK(unsafe([&] { files::append(link / "new", "text"); }) == sentence(link));
}

TEST_CASE("a key file is private, or one of systemd's credentials") {
    const TemporaryDirectory directory;
    const auto file = directory.file("key");
    const auto loose =
        "others can read or write the secret in '" + file.string() + "': chmod 600 '" + file.string() + "'";
    for (const mode_t mode : {0666, 0644, 0640, 0620}) {
        write(file, "sesame\n", mode);
        CHECK(unsafe([&] { session::read_room_password(file); }) == loose);
    }
    REQUIRE(::setenv("CREDENTIALS_DIRECTORY", directory.path.c_str(), 1) == 0);
    CHECK(session::read_room_password(file).view() == "sesame");
    REQUIRE(::setenv("CREDENTIALS_DIRECTORY", (directory.path + "/ke").c_str(), 1) == 0);
    CHECK(unsafe([&] { session::read_room_password(file); }) == loose);
    ::unsetenv("CREDENTIALS_DIRECTORY");
    ::chmod(file.c_str(), 0600);
    std::filesystem::create_symlink(file, directory.file("link"));
    CHECK(session::read_room_password(directory.file("link")).view() == "sesame");
    write(file, std::string(256, 'k') + "\r\nmore\n", 0600);
    CHECK(session::read_room_password(file).view() == std::string(256, 'k'));
    write(file, std::string(257, 'k') + "\n", 0600);
    CHECK_THROWS_AS(session::read_room_password(file), std::runtime_error);
}

TEST_CASE("settings may be read by all, and be a link, but not be written by others") {
    const TemporaryDirectory directory;
    const auto file = directory.file("chat.conf");
    write(file, "bell = all\n", 0644);
    std::filesystem::create_symlink(file, directory.file("link"));
    CHECK(files::read_named(directory.file("link")) == "bell = all\n");
    CHECK(mode_of(file) == 0644);
    CHECK_FALSE(files::read_named(directory.file("none")));
    ::chmod(file.c_str(), 0664);
    CHECK(unsafe([&] { files::read_named(file); }).starts_with("others can write to '"));
}

TEST_CASE("of two that make a key at once, both have the first one's") {
    const TemporaryDirectory directory;
    test::SeededRandom random(1);
    const auto file = directory.file("state") / "identity";
    const auto first = session::load_or_make_identity(file, random);
    CHECK(session::load_or_make_identity(file, random).public_key == first.public_key);
    CHECK(mode_of(file) == 0600);
    write(file, "too short", 0600);
    CHECK_THROWS_AS(session::load_or_make_identity(file, random), std::runtime_error);
}
