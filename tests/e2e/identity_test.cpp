// SPDX-License-Identifier: MIT
// Who one is in a room: under another name, after a restart, and on another machine.
#include "tests/e2e/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sysexits.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>

using e2e::Chatd;
using e2e::Process;
using test::TemporaryDirectory;

namespace {

/// A machine of the user's.
class Machine {
  public:
    std::unique_ptr<Process> start(std::vector<std::string> arguments,
                                   Process::Standard standard = Process::Standard::pipes) const {
        arguments.insert(arguments.begin(), CHAT_PROGRAM);
        return std::make_unique<Process>(
            std::move(arguments), standard,
            std::map<std::string, std::string>{{"XDG_DATA_HOME", directory_.path + "/data"},
                                               {"XDG_STATE_HOME", directory_.path + "/state"},
                                               {"XDG_CONFIG_HOME", directory_.path + "/config"}});
    }
    std::unique_ptr<Process> join(const Chatd& chatd, const std::string& name) const {
        auto chat = start({"--json", "--name", name, chatd.trusted_host()});
        REQUIRE(chat->output_has(R"("state":"online")"));
        return chat;
    }
    /// The exit status of what is given `input`.
    std::optional<int> status_of(std::vector<std::string> arguments, std::string_view input = {}) const {
        const auto chat = start(std::move(arguments));
        chat->write(input);
        chat->close_input();
        return chat->wait();
    }
    std::filesystem::path file(const std::string& name) const {
        return std::filesystem::path(directory_.path) / name;
    }
    std::filesystem::path secret(const std::string& name, std::string_view content) const {
        std::ofstream(file(name)) << content;
        REQUIRE(::chmod(file(name).c_str(), 0600) == 0);
        return file(name);
    }
    /// Whether a line is on disk. (A terminal shows what is typed before any program has read it.)
    bool has_kept(std::string_view line) const {
        const auto state = std::filesystem::path(directory_.path) / "state/chat";
        const auto holds = [&](const auto& entry) {
            std::ifstream kept(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(kept), std::istreambuf_iterator<char>()};
            return entry.path().filename().string().starts_with("conversations.db") &&
                   bytes.find(line) != std::string::npos;
        };
        const std::filesystem::directory_iterator files(state);
        return std::any_of(begin(files), end(files), holds);
    }

  private:
    const TemporaryDirectory directory_;
};

/// Is called something else, and stays in the room.
std::unique_ptr<Process> renamed(const Machine& machine, const Chatd& chatd, const std::string& from,
                                 const std::string& to) {
    auto chat = machine.start({"--plain", "--name", from, chatd.trusted_host()}, Process::Standard::terminal);
    REQUIRE(chat->output_has("here: "));
    chat->write("/nick " + to + "\n");
    REQUIRE(chat->output_has("now called " + to));
    return chat;
}

/// One key, one member: whoever joins with it takes over from where it was.
bool takes_over(Process& from) {
    return from.output_has("you have joined from elsewhere with the same key");
}

} // namespace

TEST_CASE(
    "a name that was taken on in a room is one's own there at the next start, and so is the one before") {
    const TemporaryDirectory directory;
    const Chatd chatd({"--room", "deck", "--state-dir", directory.path});
    const Machine machine;
    auto anna = renamed(machine, chatd, "anna", "bob");
    chatd.signal(SIGSTOP);
    anna->write("typed as bob\n");
    REQUIRE(e2e::eventually([&] { return machine.has_kept("typed as bob"); })); // before it leaves
    anna->signal(SIGKILL);
    REQUIRE(anna->wait() == 128 + SIGKILL);
    chatd.signal(SIGCONT);
    const auto bob = machine.join(chatd, "bob");
    CHECK(bob->output_has(R"("text":"typed as bob")"));
    const auto again = machine.join(chatd, "anna");
    CHECK(takes_over(*bob));
    const auto other = machine.join(chatd, "carl"); // a member of its own
    other->write("hello\n");
    CHECK(again->output_has(R"("text":"hello")"));
    const auto like = machine.join(chatd, "B0B");
    CHECK(takes_over(*again));
}

TEST_CASE("an identity that was exported is the same person on another machine, under each of its names") {
    const Chatd chatd({"--room", "deck"});
    const Machine desk;
    const Machine laptop;
    const auto phrase = desk.secret("phrase", "six words that dice have chosen\n").string();
    CHECK(desk.status_of({"identity", "export", "--passphrase-file", phrase}) == EX_NOINPUT); // none yet
    auto anna = renamed(desk, chatd, "anna", "bob");
    const auto exporter = desk.start({"identity", "export", "--passphrase-file", phrase});
    REQUIRE(exporter->wait() == 0);
    CHECK(exporter->output().starts_with("-----BEGIN CHAT IDENTITY-----\n"));
    CHECK(laptop.status_of({"identity", "import", "--passphrase-file", phrase}, exporter->output()) == 0);
    const auto bob = laptop.join(chatd, "bob");
    CHECK(takes_over(*anna));
    const auto there = desk.join(chatd, "anna");
    CHECK(takes_over(*bob));
    // Somebody else's key is another one.
    const Machine stranger;
    const auto carl = stranger.join(chatd, "carl");
    carl->write("hello\n");
    CHECK(there->output_has(R"("text":"hello")"));
}

TEST_CASE("a passphrase is asked for at the terminal, twice where it is new, and not shown") {
    const Chatd chatd;
    const Machine machine;
    machine.join(chatd, "anna")->close_input();
    const auto file = machine.file("me.txt").string();
    {
        auto exporter = machine.start({"identity", "export", file}, Process::Standard::terminal);
        const auto type = [&](std::string_view prompt, const std::string& phrase) {
            REQUIRE(exporter->output_has(prompt));
            exporter->write(phrase + "\n");
        };
        type("passphrase of the exported identity (not shown):", "sesame");
        type("the same again:", "sesamee");
        REQUIRE(exporter->output_has("the two passphrases differ"));
        type("passphrase of the exported identity (not shown):", "sesame");
        type("the same again:", "sesame");
        CHECK(exporter->output_has("sealing it takes some seconds"));
        CHECK_FALSE(exporter->does_echo());
        CHECK(exporter->wait() == 0);
        CHECK(exporter->does_echo());
        CHECK(exporter->output().find("sesame") == std::string::npos);
    }
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    const auto import = [&](const std::string& phrase) {
        auto importer = machine.start({"identity", "import", file}, Process::Standard::terminal);
        REQUIRE(importer->output_has("(not shown):"));
        importer->write(phrase + "\n");
        return importer->wait();
    };
    CHECK(import("sesame") == 0);
    CHECK(import("Sesame") == EX_NOPERM);
    CHECK(import("") == EX_USAGE);
}

TEST_CASE("a key whose member has another name than the one that is asked for says so") {
    const TemporaryDirectory directory;
    const Chatd chatd({"--room", "deck", "--state-dir", directory.path});
    const Machine machine;
    auto zorro = renamed(machine, chatd, "bob", "zorro");
    auto bob = machine.start({"--plain", "--name", "bob", chatd.trusted_host()});
    CHECK(bob->errors_have("-- you are still zorro here; /nick bob changes that\n"));
}

TEST_CASE("a name that one's own key had, and another has now, is told") {
    const TemporaryDirectory directory;
    Chatd chatd({"--state-dir", directory.path});
    const Machine first;
    const Machine second;
    auto earlier = first.start({"--json", "--name", "anna", chatd.trusted_host()});
    REQUIRE(earlier->output_has(R"("state":"online")"));
    earlier->signal(SIGTERM);
    REQUIRE(earlier->wait().has_value());
    chatd.write("/free anna\n");
    const auto other = second.join(chatd, "anna");
    auto anna = first.start({"--plain", "--name", "anna2", chatd.trusted_host()});
    CHECK(anna->errors_have("anna was you; another key, "));
    auto again = second.start({"--plain", "--name", "carl", chatd.trusted_host()});
    REQUIRE(again->errors_have("here: "));
    CHECK(again->errors().find("was you") == std::string::npos); // it is its own
}

TEST_CASE("a file of conversations that can't be read is told of, and one talks on") {
    const Chatd chatd;
    const Machine machine;
    machine.join(chatd, "anna")->close_input();
    const auto file = machine.file("state/chat/conversations.db");
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
    std::ofstream(file) << "junk\n";
    const auto words =
        "cannot read '" + file.string() + "': file is not a database. Nothing is remembered until";
    auto anna = machine.start({"--plain", "--name", "anna", chatd.trusted_host()});
    CHECK(anna->errors_have(words));
    anna->write("still here\n");
    anna->close_input();
    CHECK(anna->wait() == 0);
    auto sender = machine.start({"--name", "ci", "--send", "hello", chatd.trusted_host()});
    CHECK(sender->errors_have(words));
    CHECK(sender->wait() == 0);
    auto on_screen = machine.start({"--name", "anna", chatd.trusted_host()}, Process::Standard::terminal);
    CHECK(on_screen->output_has("!chat"));
    std::filesystem::remove(file);
    auto anew = machine.start({"--name", "ci", "--send", "hello", chatd.trusted_host()});
    CHECK(anew->wait() == 0);
    CHECK(anew->errors().empty());
}

TEST_CASE("an export that is interrupted leaves no file, and the terminal as it was") {
    const Chatd chatd;
    const Machine machine;
    machine.join(chatd, "anna")->close_input();
    const auto file = machine.file("me.txt").string();
    for (const std::string_view until : {"(not shown):", "sealing it takes some seconds"}) {
        CAPTURE(until);
        auto exporter = machine.start({"identity", "export", file}, Process::Standard::terminal);
        const bool is_asked = until == "(not shown):";
        for (const auto* prompt : {"(not shown):", "the same again:"}) {
            if (is_asked) break;
            REQUIRE(exporter->output_has(prompt));
            exporter->write("sesame\n");
        }
        REQUIRE(exporter->output_has(until));
        exporter->write("\x03");
        CHECK(exporter->wait() == 128 + SIGINT);
        CHECK(exporter->does_echo());
        CHECK_FALSE(std::filesystem::exists(file));
    }
    std::ofstream(file) << "something else";
    auto exporter = machine.start({"identity", "export", file}, Process::Standard::terminal);
    CHECK(exporter->wait() == EX_CANTCREAT); // before anything is asked
    auto importer = machine.start({"identity", "import", file}, Process::Standard::terminal);
    CHECK(importer->wait() == EX_DATAERR);
}

TEST_CASE("what can't be exported or imported says why, and changes nothing") {
    const Chatd chatd;
    const Machine first;
    const Machine second;
    first.join(chatd, "anna")->close_input();
    second.join(chatd, "bob")->close_input();
    const auto phrase = first.secret("phrase", "sesame\n").string();
    const auto file = first.file("me.txt").string();
    const std::vector<std::string> exported = {"identity", "export", "--passphrase-file", phrase, file};
    REQUIRE(first.status_of(exported) == 0);
    CHECK(first.status_of(exported) == EX_CANTCREAT); // it is there already
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const auto known = second.file("data/chat/identity");
    const auto secret_of = [](const std::filesystem::path& identity) {
        std::ifstream bytes(identity, std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(bytes), std::istreambuf_iterator<char>()};
    };
    const auto before = secret_of(known);
    const std::vector<std::string> imported = {"identity", "import", "--passphrase-file", phrase};
    CHECK(second.status_of(imported, text) == EX_CANTCREAT); // another identity is there
    CHECK(second.status_of(imported, text.substr(0, text.size() / 2)) == EX_DATAERR);
    CHECK(second.status_of(imported, "hello") == EX_DATAERR);
    CHECK(second.status_of({"identity", "import", "--passphrase-file", "/nonexistent"}, text) == EX_NOINPUT);
    CHECK(second.status_of({"identity", "import", "/nonexistent"}) == EX_NOINPUT);
    CHECK(second.status_of({"identity"}) == EX_USAGE);
    CHECK(second.status_of({"identity", "show"}) == EX_USAGE);
    CHECK(second.status_of({"--force", "10.0.0.5"}) == EX_USAGE);
    const auto other_phrase = second.secret("phrase", "sesam\n").string();
    CHECK(second.status_of({"identity", "import", "--passphrase-file", other_phrase}, text) == EX_NOPERM);
    ::chmod(other_phrase.c_str(), 0644);
    CHECK(second.status_of({"identity", "import", "--passphrase-file", other_phrase}, text) == EX_NOINPUT);
    Process alone({"setsid", "-w", CHAT_PROGRAM, "identity", "import", file}); // without a terminal
    CHECK(alone.wait() == EX_USAGE);
    CHECK(alone.errors() == "chat: there is no terminal to ask for the passphrase at: --passphrase-file FILE "
                            "gives it\n");
    CHECK(secret_of(known) == before);
    CHECK_FALSE(std::filesystem::exists(known.string() + ".old"));

    auto forced = imported;
    forced.emplace_back("--force");
    CHECK(second.status_of(forced, text) == 0);
    CHECK(secret_of(known) == secret_of(first.file("data/chat/identity")));
    CHECK(secret_of(known.string() + ".old") == before);
    CHECK(std::filesystem::exists(second.file("state/chat/conversations.db.old")));
    CHECK(second.status_of(imported, text) == 0); // it is the same by now
}
