// SPDX-License-Identifier: MIT
#include "chat/identity_command.hpp"

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
#include <termios.h>
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
        : descriptor_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        if (!descriptor_ || tcgetattr(descriptor_.get(), &mode_) != 0)
            throw Failure(EX_USAGE, tr("there is no terminal to ask for the passphrase at: --passphrase-file "
                                       "FILE gives it"));
        auto hidden = mode_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(descriptor_.get(), TCSANOW, &hidden);
    }
    ~UnseenTerminal() { tcsetattr(descriptor_.get(), TCSANOW, &mode_); }
    UnseenTerminal(const UnseenTerminal&) = delete;
    UnseenTerminal& operator=(const UnseenTerminal&) = delete;

    void show(const std::string& words) const {
        [[maybe_unused]] const auto shown = ::write(descriptor_.get(), words.data(), words.size());
    }

    /// What is typed up to the end of the line.
    SecretText ask(const std::string& prompt) {
        show(prompt + " ");
        SecretText typed;
        for (;;) {
            std::array<pollfd, 2> waited = {pollfd{descriptor_.get(), POLLIN, 0},
                                            pollfd{signals_.fd(), POLLIN, 0}};
            if (poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) break;
            if (waited[1].revents != 0 && signals_.read() != 0) {
                show("\n");
                throw Failure(EX_USAGE, tr("no passphrase, so nothing was done"));
            }
            if (waited[0].revents == 0) continue;
            std::array<char, 1024> bytes{};
            const auto got = ::read(descriptor_.get(), bytes.data(), bytes.size());
            if (got <= 0) break;
            typed.append({bytes.data(), static_cast<std::size_t>(got)});
            wipe(bytes.data(), bytes.size());
            if (typed.view().find('\n') != std::string_view::npos) break;
        }
        show("\n");
        return typed;
    }

  private:
    os::SignalDescriptor signals_{SIGINT, SIGTERM, SIGHUP};
    os::Descriptor descriptor_;
    termios mode_{};
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

SecretText asked_passphrase(bool is_new) {
    UnseenTerminal terminal;
    for (;;) {
        const auto typed =
            session::passphrase(terminal.ask(tr("passphrase of the exported identity (not shown):")).view());
        if (!typed) throw Failure(EX_USAGE, tr("no passphrase, so nothing was done"));
        if (!is_new || session::passphrase(terminal.ask(tr("the same again:")).view()) == typed)
            return *typed;
        terminal.show(tr("these are two different ones") + "\n");
    }
}

SecretText passphrase_for(const IdentityCommand& command) {
    if (command.passphrase_file) return passphrase_in(*command.passphrase_file);
    return asked_passphrase(command.what == IdentityCommand::What::exports);
}

std::optional<session::KeyPair> identity_in(const std::filesystem::path& file) {
    try {
        return session::load_identity(file);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
}

void say(const std::string& words) {
    std::cerr << "chat: " << words << "\n";
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
    os::SystemRandom random;
    const auto text = exported(identity, passphrase_for(command), random);
    if (!command.file) {
        if (!(std::cout << text) || !std::cout.flush())
            throw Failure(EX_IOERR, tr("cannot write the identity: {0}", {std::strerror(errno)}));
        return EX_OK;
    }
    try {
        if (!files::create_named(*command.file, text))
            throw Failure(EX_CANTCREAT, tr("'{0}' is there already: name another file", {*command.file}));
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
    const auto identity = imported(text, passphrase_for(command));
    const auto known = identity_in(identity_file);
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
    switch (command.what) {
    case IdentityCommand::What::exports: return run_export(command, identity_file, conversations_file);
    case IdentityCommand::What::imports: break;
    }
    return run_import(command, identity_file, conversations_file);
}

} // namespace chat
