// SPDX-License-Identifier: MIT
#include "chat/identity_command.hpp"

#include "chat/hidden_input.hpp"
#include "chat/state/identity.hpp"
#include "chat/state/resume_store.hpp"
#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/base/secret_text.hpp"
#include "common/os/descriptor.hpp"
#include "common/os/private_file.hpp"
#include "common/os/random.hpp"
#include "common/os/signals.hpp"
#include "common/session/passphrase.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace chat {
namespace {

constexpr std::size_t max_passphrase_file = 4096;

/// The terminal that the program was started at, whatever its input and output are. What is typed there is
/// not shown.
class UnseenTerminal {
  public:
    UnseenTerminal()
        : descriptor_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC))
        , hidden_(descriptor_.get()) {
        if (!hidden_.is_terminal())
            throw Failure(EX_USAGE, tr("there is no terminal to ask for the passphrase at: --passphrase-file "
                                       "FILE gives it"));
    }

    void show(const std::string& words) const {
        [[maybe_unused]] const auto shown = ::write(descriptor_.get(), words.data(), words.size());
    }

    /// What is typed up to the end of the line.
    SecretText ask(const std::string& prompt) {
        hidden_.begin_question(false);
        show(prompt + " ");
        SecretText typed;
        while (typed.view().find('\n') == std::string_view::npos) {
            pollfd waited{descriptor_.get(), POLLIN, 0};
            if (poll(&waited, 1, -1) < 0 && errno == EINTR) {
                if (hidden_.take_continued()) show(prompt + " ");
                continue;
            }
            std::array<char, 1024> bytes{};
            const auto got = ::read(descriptor_.get(), bytes.data(), bytes.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            typed.append({bytes.data(), static_cast<std::size_t>(got)});
            wipe(bytes.data(), bytes.size());
        }
        show("\n");
        return typed;
    }

  private:
    os::Descriptor descriptor_;
    HiddenInput hidden_;
};

SecretText passphrase_in(const std::string& file) {
    try {
        auto given = session::passphrase(files::read_named_secret(file, max_passphrase_file).view());
        if (given) return *std::move(given);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_NOINPUT, error.what());
    }
    throw Failure(EX_NOINPUT,
                  tr("'{0}' holds no passphrase: its first line has to be 1 to 1024 bytes of text", {file}));
}

SecretText asked_passphrase(UnseenTerminal& terminal, bool is_new) {
    for (;;) {
        const auto typed =
            session::passphrase(terminal.ask(tr("passphrase of the exported identity (not shown):")).view());
        if (!typed) throw Failure(EX_USAGE, tr("no passphrase, so nothing was done"));
        if (!is_new || session::passphrase(terminal.ask(tr("the same again:")).view()) == typed)
            return *typed;
        terminal.show(tr("the two passphrases differ") + "\n");
    }
}

void say(const std::string& words) {
    std::cerr << "chat: " << words << "\n";
}

/// What a person is told.
struct PassphraseWords {
    std::string before;     ///< the passphrase is asked for; may be empty
    std::string takes_long; ///< what comes then
};

/// Asks for the passphrase, or reads it, and calls `work` with it, which takes seconds. Until that is done
/// nothing is shown that is typed.
template<class Work>
auto with_passphrase(const IdentityCommand& command, const PassphraseWords& words, const Work& work) {
    std::optional<UnseenTerminal> terminal;
    if (!command.passphrase_file) terminal.emplace();
    if (terminal && !words.before.empty()) terminal->show(words.before + "\n");
    const auto passphrase = terminal
                                ? asked_passphrase(*terminal, command.what == IdentityCommand::What::exports)
                                : passphrase_in(*command.passphrase_file);
    say(words.takes_long);
    return work(passphrase);
}

std::optional<session::KeyPair> identity_in(const std::filesystem::path& file) {
    try {
        return session::load_identity(file);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
}

Failure is_there_already(const std::string& file) {
    return {EX_CANTCREAT, tr("'{0}' is there already: name another file", {file})};
}

int run_export(const IdentityCommand& command, const std::filesystem::path& identity_file,
               const std::filesystem::path& conversations_file) {
    const auto known = identity_in(identity_file);
    if (!known)
        throw Failure(EX_NOINPUT, tr("there is no identity yet: chat makes one when it first joins a room"));
    Identity identity{known->secret, {}};
    try {
        identity.names = OwnNames(*open_conversations(conversations_file)).all();
    } catch (const sqlite::Error& error) {
        throw Failure(EX_CANTCREAT,
                      tr("cannot read '{0}': {1}", {conversations_file.string(), error.what()}));
    }
    // Before a person is asked for anything.
    std::error_code ignored;
    if (command.file && std::filesystem::exists(std::filesystem::symlink_status(*command.file, ignored)))
        throw is_there_already(*command.file);
    os::SystemRandom random;
    const auto text =
        with_passphrase(command, {{}, tr("sealing it takes some seconds")},
                        [&](const SecretText& passphrase) { return exported(identity, passphrase, random); });
    if (!command.file) {
        if (!(std::cout << text) || !std::cout.flush())
            throw Failure(EX_IOERR, tr("cannot write the identity: {0}", {std::strerror(errno)}));
        return EX_OK;
    }
    const os::SignalsPutOff undisturbed({SIGINT, SIGTERM, SIGHUP}); // the file is there as a whole
    try {
        if (!files::create_named(*command.file, text)) throw is_there_already(*command.file);
    } catch (const Failure&) {
        throw;
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
    say(tr("whoever has '{0}' and the passphrase can speak as you", {*command.file}));
    return EX_OK;
}

/// An identity and its conversations under other names, so that another one can begin its own. Put back with
/// its owner, unless it is kept.
class PutAside {
  public:
    PutAside(std::filesystem::path identity, std::filesystem::path conversations)
        : identity_(std::move(identity))
        , conversations_(std::move(conversations)) {
        constexpr std::array<const char*, 3> parts = {"", "-wal", "-shm"};
        suffix_ = files::keep_beside(identity_, [&](const std::string& suffix) {
            return std::none_of(parts.begin(), parts.end(), [&](const char* part) {
                std::error_code ignored;
                const auto name = conversations_.string() + suffix + part;
                return std::filesystem::exists(std::filesystem::symlink_status(name, ignored));
            });
        });
        for (const char* part : parts) {
            Moved moved{conversations_.string() + part, conversations_.string() + suffix_ + part, true};
            std::error_code error;
            std::filesystem::rename(moved.from, moved.to, error);
            moved.was_there = error != std::errc::no_such_file_or_directory;
            if (error && moved.was_there) {
                put_back();
                throw Failure(EX_CANTCREAT,
                              tr("cannot put '{0}' aside: {1}", {conversations_.string(), error.message()}));
            }
            moved_.push_back(std::move(moved));
        }
    }
    ~PutAside() {
        if (!is_kept_) put_back();
    }
    PutAside(const PutAside&) = delete;
    PutAside& operator=(const PutAside&) = delete;

    void keep() { is_kept_ = true; }
    /// Where the identity is then.
    std::string identity() const { return identity_.string() + suffix_; }

  private:
    struct Moved {
        std::filesystem::path from;
        std::filesystem::path to;
        bool was_there = false;
    };

    void put_back() {
        std::error_code ignored;
        for (const auto& moved : moved_) {
            std::filesystem::remove(moved.from, ignored); // begun by the other one
            if (moved.was_there) std::filesystem::rename(moved.to, moved.from, ignored);
        }
        // Not if what should have taken its place did: then it is the only one.
        if (std::filesystem::equivalent(identity_, identity(), ignored))
            std::filesystem::remove(identity(), ignored);
    }

    std::filesystem::path identity_;
    std::filesystem::path conversations_;
    std::string suffix_;
    std::vector<Moved> moved_; ///< the parts of the conversations
    bool is_kept_ = false;
};

std::string content_of(const std::optional<std::string>& file) {
    std::ifstream stream;
    if (file) stream.open(*file);
    auto& input = file ? static_cast<std::istream&>(stream) : std::cin;
    std::string text{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
    if (file && (!stream.is_open() || stream.bad()))
        throw Failure(EX_NOINPUT,
                      tr("cannot read the identity in '{0}': {1}", {*file, std::strerror(errno)}));
    return text;
}

void remember(const std::vector<OwnName>& names, const std::filesystem::path& conversations_file) {
    const auto database = open_conversations(conversations_file);
    OwnNames own_names(*database);
    for (const auto& own : names) own_names.remember(own);
}

int run_import(const IdentityCommand& command, const std::filesystem::path& identity_file,
               const std::filesystem::path& conversations_file) {
    const auto text = content_of(command.file);
    check_exported(text); // before a person is asked for anything
    const auto known = identity_in(identity_file);
    PassphraseWords words{{}, tr("opening it takes some seconds")};
    if (known && !command.is_forced)
        words.before =
            tr("there is an identity in '{0}' already: --force puts it aside if this is another one",
               {identity_file.string()});
    const auto identity = with_passphrase(
        command, words, [&](const SecretText& passphrase) { return imported(text, passphrase); });
    const os::SignalsPutOff undisturbed({SIGINT, SIGTERM, SIGHUP}); // all of it, or nothing
    const bool is_same = known && known->secret.view() == identity.secret.view();
    if (known && !is_same && !command.is_forced)
        throw Failure(EX_CANTCREAT, tr("there is another identity in '{0}': --force puts it aside",
                                       {identity_file.string()}));
    try {
        std::optional<PutAside> earlier;
        if (known && !is_same) earlier.emplace(identity_file, conversations_file);
        remember(identity.names, conversations_file);
        // The last step: with any before it undone all is as it was.
        if (!is_same) files::replace(identity_file, identity.secret.view());
        if (earlier) {
            earlier->keep();
            say(tr("the identity that was here is in '{0}'", {earlier->identity()}));
        }
    } catch (const sqlite::Error& error) {
        throw Failure(EX_CANTCREAT,
                      tr("cannot write '{0}': {1}", {conversations_file.string(), error.what()}));
    } catch (const Failure&) {
        throw;
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
    say(tr("you are the same person here now"));
    return EX_OK;
}

} // namespace

int run_identity_command(const IdentityCommand& command, const std::filesystem::path& identity_file,
                         const std::filesystem::path& conversations_file) {
    std::signal(SIGPIPE, SIG_IGN); // a pipe that is closed is an error like others
    switch (command.what) {
    case IdentityCommand::What::exports: return run_export(command, identity_file, conversations_file);
    case IdentityCommand::What::imports: break;
    }
    return run_import(command, identity_file, conversations_file);
}

} // namespace chat
