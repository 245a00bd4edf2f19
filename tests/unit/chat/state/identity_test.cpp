// SPDX-License-Identifier: MIT
#include "chat/state/identity.hpp"

#include "chat/identity_command.hpp"
#include "chat/state/resume_store.hpp"
#include "common/app/failure.hpp"
#include "common/os/private_file.hpp"
#include "common/session/passphrase.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

using chat::FileResumeStore;
using test::TemporaryDirectory;

namespace {

const auto secret = *session::SecretKey::from(std::string(32, 's'));

session::PublicKey key_in(const TemporaryDirectory& directory, const std::string& room,
                          const std::string& name) {
    return FileResumeStore(directory.file("conversations.db"), secret).key_for(room, name).public_key;
}

int status_of(const std::string& text, const SecretText& passphrase) {
    try {
        chat::imported(text, passphrase);
    } catch (const Failure& failure) {
        return failure.status();
    }
    return EX_OK;
}

} // namespace

TEST_CASE("each name has a key of its own, until a member is called something else") {
    const TemporaryDirectory directory;
    const auto anna = chat::key_of(secret, "anna").public_key;
    const auto bob = chat::key_of(secret, "bob").public_key;
    CHECK_FALSE(anna == bob);
    CHECK(key_in(directory, "ROOM", "anna") == anna);
    CHECK(key_in(directory, "ROOM", "bob") == bob);
    {
        FileResumeStore store(directory.file("conversations.db"), secret);
        CHECK(store.key_for("ROOM", "anna").public_key == anna);
        CHECK_FALSE(store.load({"ROOM", "room"}));
        store.remember("ROOM", "anna"); // as the host welcomes it
        store.save({"ROOM", "room"}, "read up to 7");
        store.remember("ROOM", "bob"); // after /nick bob
        store.save({"ROOM", "room"}, "read up to 9");
    }
    CHECK(key_in(directory, "ROOM", "bob") == anna);
    CHECK(key_in(directory, "ROOM", "anna") == anna);
    CHECK(key_in(directory, "OTHER", "bob") == bob);
    // And so the conversation goes on, under either name.
    for (const char* name : {"bob", "anna"}) {
        FileResumeStore store(directory.file("conversations.db"), secret);
        store.key_for("ROOM", name);
        CHECK(store.load({"ROOM", "room"}) == "read up to 9");
        store.key_for("OTHER", name);
        CHECK_FALSE(store.load({"OTHER", "room"}));
    }
}

TEST_CASE("what is kept of one room of a host is not kept of another one") {
    const TemporaryDirectory directory;
    FileResumeStore store(directory.file("conversations.db"), secret);
    store.key_for("HOST", "anna");
    store.save({"HOST", "ops"}, "lines for ops");
    CHECK_FALSE(store.load({"HOST", "lobby"}));
    store.save({"HOST", "lobby"}, "lines for the lobby");
    CHECK(store.load({"HOST", "ops"}) == "lines for ops");
    CHECK_FALSE(store.load({"HOST", "ops "})); // which looks like it
}

TEST_CASE("what looks like a name of one's own has that name's key") {
    const TemporaryDirectory directory;
    {
        FileResumeStore store(directory.file("conversations.db"), secret);
        store.key_for("ROOM", "Bob");
        store.remember("ROOM", "Bob");
        store.remember("ROOM", "alice");
    }
    const auto key = chat::key_of(secret, "Bob").public_key;
    for (const char* name : {"bob", "BOB", "b0b", "Alice", "a1ice"})
        CHECK_MESSAGE(key_in(directory, "ROOM", name) == key, name);
    CHECK_FALSE(key_in(directory, "ROOM", "bobby") == key);
}

TEST_CASE("a name goes with the key that held it last") {
    const TemporaryDirectory directory;
    const auto file = directory.file("conversations.db");
    {
        FileResumeStore store(file, secret);
        store.key_for("ROOM", "anna");
        store.remember("ROOM", "anna");
        store.remember("ROOM", "carl");
        store.key_for("ROOM", "dora");
        store.remember("ROOM", "dora");
        store.remember("ROOM", "carl"); // which anna's key has lost meanwhile
    }
    CHECK(key_in(directory, "ROOM", "carl") == chat::key_of(secret, "dora").public_key);
    CHECK(key_in(directory, "ROOM", "anna") == chat::key_of(secret, "anna").public_key);
}

TEST_CASE("without a file that can be written each name has its own key") {
    FileResumeStore store("/proc/none/conversations.db", secret);
    CHECK(store.key_for("ROOM", "bob").public_key == chat::key_of(secret, "bob").public_key);
    store.remember("ROOM", "carl");
    store.save({"ROOM", "room"}, "lines");
    CHECK_FALSE(store.load({"ROOM", "room"}));
}

TEST_CASE("an identity is the same after it was taken along, and only with its passphrase") {
    test::SeededRandom random(1);
    const SecretText passphrase("correct horse");
    const chat::Identity identity{secret, {{"ROOM", "anna", "anna"}, {"ROOM", "bob", "anna"}}};
    const auto text = chat::exported(identity, passphrase, random);
    CHECK(text.starts_with("-----BEGIN CHAT IDENTITY-----\n"));
    CHECK(text.ends_with("\n-----END CHAT IDENTITY-----\n"));
    CHECK(text.find("ssss") == std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') >= 4);
    // As mails carry it.
    std::string mailed = "Hello,\r\nhere it is:\r\n\r\n";
    for (const char c : text) mailed += c == '\n' ? std::string("\r\n") : std::string(1, c);
    const auto back = chat::imported(mailed + "Bye\r\n", passphrase);
    CHECK(back.secret.view() == secret.view());
    CHECK(back.names == identity.names);
    CHECK(status_of(text, SecretText("correct horsf")) == EX_NOPERM);
}

TEST_CASE("an exported identity that was damaged is told from a wrong passphrase") {
    test::SeededRandom random(1);
    const SecretText passphrase("correct horse");
    const auto text = chat::exported({secret, {}}, passphrase, random);
    const auto body = text.find('\n') + 1;
    auto flipped = text;
    flipped[body + 20] = flipped[body + 20] == 'A' ? 'B' : 'A';
    auto newer = *session::from_base64(text.substr(body, text.find("-----END") - body));
    newer.resize(newer.size() - 8);
    newer[0] = 2;
    newer += session::sha256(newer).view().substr(0, 8);
    for (const auto& bad :
         {flipped, text.substr(0, text.size() - 4), text.substr(body), std::string("hello"), std::string(),
          std::string("-----BEGIN CHAT IDENTITY-----\n-----END CHAT IDENTITY-----\n"),
          "-----END CHAT IDENTITY-----\n" + text.substr(0, body),
          "-----BEGIN CHAT IDENTITY-----\n" + session::to_base64(newer) + "\n-----END CHAT IDENTITY-----\n"})
        CHECK(status_of(bad, passphrase) == EX_DATAERR);
}

TEST_CASE("an identity that another one takes the place of is kept with its conversations, or stays") {
    const TemporaryDirectory directory;
    test::SeededRandom random(1);
    const auto other = *session::SecretKey::from(std::string(32, 'o'));
    const auto identity_file = directory.file("identity");
    const auto conversations_file = directory.file("conversations.db");
    files::replace(identity_file, secret.view());
    FileResumeStore(conversations_file, secret).save({"HOST", "room"}, "lines");
    files::replace(directory.file("passphrase"), "correct horse\n");
    files::replace(directory.file("exported"),
                   chat::exported({other, {{"HOST", "anna", "anna"}}}, SecretText("correct horse"), random));
    files::replace(directory.file("conversations.db-wal"), "");
    // Kept by hand: its name is taken.
    files::replace(directory.file("conversations.db.old"), "precious");
    const auto status = [&](const std::filesystem::path& conversations) {
        try {
            return chat::run_identity_command({chat::IdentityCommand::What::imports,
                                               directory.file("exported").string(),
                                               directory.file("passphrase").string(), true},
                                              identity_file, conversations);
        } catch (const Failure& failure) {
            return failure.status();
        }
    };
    const auto lines_in = [&](const char* file) {
        return FileResumeStore(directory.file(file), secret).load({"HOST", "room"});
    };
    SUBCASE("under names that nothing else has") {
        CHECK(status(conversations_file) == EX_OK);
        CHECK(files::read(identity_file) == other.view());
        CHECK(files::read(directory.file("identity.old2")) == secret.view());
        CHECK(std::filesystem::exists(directory.file("conversations.db.old2-wal")));
        CHECK(lines_in("conversations.db.old2") == "lines");
        CHECK_FALSE(lines_in("conversations.db"));
    }
    SUBCASE("where it was, if its conversations can't be put aside and begun anew") {
        std::filesystem::create_directory(directory.file("conversations.db-journal"));
        CHECK(status(conversations_file) == EX_CANTCREAT);
        std::filesystem::remove(directory.file("conversations.db-journal"));
        CHECK(files::read(identity_file) == secret.view());
        CHECK_FALSE(std::filesystem::exists(directory.file("identity.old")));
        CHECK_FALSE(std::filesystem::exists(directory.file("identity.old2")));
        CHECK(lines_in("conversations.db") == "lines");
    }
    SUBCASE("where it was, if there is no way to its conversations") {
        CHECK(status(directory.file("exported/conversations.db")) == EX_CANTCREAT);
        CHECK(files::read(identity_file) == secret.view());
        CHECK_FALSE(std::filesystem::exists(directory.file("identity.old")));
    }
    CHECK(files::read(directory.file("conversations.db.old")) == "precious");
}

TEST_CASE("a passphrase is one line of text, the same however it was composed") {
    CHECK(session::passphrase("caf\u00e9\r\n")->view() == "caf\u00e9");
    CHECK(session::passphrase("cafe\u0301") == session::passphrase("caf\u00e9"));
    CHECK(session::passphrase(" two words \nmore")->view() == " two words ");
    for (const auto& typed : {std::string(), std::string("\n"), std::string("\xFF"), std::string(1025, 'p')})
        CHECK_FALSE(session::passphrase(typed));
}
