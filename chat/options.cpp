// SPDX-License-Identifier: MIT
#include "chat/options.hpp"

#include "common/app/command_line.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/app/option_value.hpp"
#include "common/app/room_password_file.hpp"
#include "common/os/private_file.hpp"
#include "common/session/crypto.hpp"
#include "common/text/utf8.hpp"

#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace chat {

namespace po = boost::program_options;

namespace {

using Port = Count<1, 65535, "a number from 1 to 65535">;
using HistoryLines = Count<0, 1'000'000, "a number of lines">;

/// As it is shown.
std::string read_fingerprint(const std::string& typed) {
    if (const auto parsed = session::parse_fingerprint(typed)) return session::fingerprint(*parsed);
    throw Failure(EX_USAGE, "'#" + text::escaped(typed) +
                                "' is no fingerprint: it has 16 digits and letters, as in "
                                "#K7QX-2M4D-9TWA-HF3V, which the room's host shows");
}

std::filesystem::path name_file() {
    return session::user_directory("XDG_STATE_HOME", ".local/state") / "chat" / "name";
}

/// What the user was called the last time; empty if that is not known.
std::string last_name() {
    try {
        const auto line = files::read(name_file()).value_or("");
        return line.substr(0, line.find('\n'));
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
}

SecretText password_in(const std::string& file) {
    try {
        return session::read_room_password(file);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_NOINPUT, error.what());
    }
}

/// What the words say of "chat identity"; nothing if they name a host.
std::optional<IdentityCommand> identity_command(const std::vector<std::string>& words,
                                                const po::variables_map& values) {
    if (words.empty() || words.front() != "identity") {
        if (values.contains("passphrase-file") || values["force"].as<bool>())
            throw Failure(EX_USAGE, "--passphrase-file and --force go with: chat identity");
        return std::nullopt;
    }
    IdentityCommand command;
    if (words.size() < 2 || (words[1] != "export" && words[1] != "import"))
        throw Failure(EX_USAGE, "chat identity takes a word: export or import");
    if (words[1] == "import") command.what = IdentityCommand::What::imports;
    if (words.size() > 2 && words[2] != "-") command.file = words[2];
    if (values.contains("passphrase-file"))
        command.passphrase_file = values["passphrase-file"].as<std::string>();
    command.is_forced = values["force"].as<bool>();
    return command;
}

/// All options; each goes where it belongs in `options`, but for what complete() and identity_command() take.
po::options_description table_for(Options& options) {
    po::options_description table(
        "Usage: chat [OPTION]... [HOST[:PORT][#FINGERPRINT]]\n"
        "       chat identity export|import [OPTION]... [FILE]\n\n"
        "Joins the chat room that HOST hosts, or the one that is found on the networks here.\n"
        "'chat identity' takes who you are to another machine");
    table.add_options()                                                               //
        ("name,n", po::value<std::string>(&options.name)->value_name("NAME"),         //
         "what to be called (default: what one was called last, or the user's name)") //
        ("list", po::bool_switch(&options.lists_rooms),                               //
         "print the rooms that are found on the networks here, and exit")             //
        ("port",
         po::value<Port>()
             ->default_value({net::default_port}, "9000")
             ->value_name("PORT")
             ->notifier([&](const Port& port) { options.port = static_cast<std::uint16_t>(port.number); }), //
         "UDP port to look for rooms at, and of a HOST without one")                                        //
        ("key-file", po::value<std::string>()->value_name("FILE"),                                          //
         "the room's key is in the first line of FILE (default: asked for)")                                //
        ("history", po::value<HistoryLines>()->value_name("N")->notifier([&](const HistoryLines& lines) {
            options.history = lines.number;
        }),                                                                                                //
         "where one has not been: show the last N lines that were said (default: 50, 0 without a screen)") //
        ("config", po::value<std::string>()->value_name("FILE"),                                           //
         "read settings from FILE (default: ~/.config/chat/chat.conf)")                                    //
        ("notify", po::value<std::string>()->value_name("PROGRAM"),                                        //
         "run PROGRAM for what is for you, while you do not look; CHAT_NAME, CHAT_TEXT and CHAT_ROOM say "
         "what")                                                                       //
        ("no-typing", po::bool_switch(), "do not tell the others when you are typing") //
        ("plain", po::bool_switch(&options.is_plain),                                  //
         "lines in, messages out, without a screen; always so where standard input or output is no "
         "terminal")                                                                                 //
        ("json", po::bool_switch(&options.is_json),                                                  //
         "plain, with each event as a JSON object on a line; listens on after the end of the input") //
        ("send", po::value<std::string>()->value_name("TEXT")->notifier([&](const std::string& text) {
            options.send = text;
        }),                                                                                          //
         "say TEXT, wait until it is safe on the host, and leave")                                   //
        ("classic", po::bool_switch(&options.is_classic),                                            //
         "speak the classic UDP protocol, unencrypted, as any room takes it")                        //
        ("passphrase-file", po::value<std::string>()->value_name("FILE"),                            //
         "the passphrase of an exported identity is in the first line of FILE (default: asked for)") //
        ("force", po::bool_switch(), "import in the place of another identity, which is put aside");
    add_help_and_version(table);
    return table;
}

/// The file's, and what the command line says otherwise.
void read_settings(Options& options, const po::variables_map& values) {
    options.settings_file = session::user_directory("XDG_CONFIG_HOME", ".config") / "chat" / "chat.conf";
    if (values.contains("config")) {
        options.settings_file = values["config"].as<std::string>();
        if (!std::filesystem::exists(options.settings_file))
            throw Failure(EX_NOINPUT, "there is no '" + text::escaped(options.settings_file.string()) + "'");
    }
    options.settings = load_settings(options.settings_file);
    if (values.contains("notify")) options.settings.notify = values["notify"].as<std::string>();
    if (values["no-typing"].as<bool>()) options.settings.tells_typing = false;
}

/// HOST[:PORT][#FINGERPRINT].
void read_host(Options& options, std::string typed) {
    if (const auto mark = typed.find('#'); mark != std::string::npos) {
        options.fingerprint = read_fingerprint(typed.substr(mark + 1));
        typed.resize(mark);
    }
    options.host = net::parse_host_port(typed, options.port);
    if (!options.host)
        throw Failure(EX_USAGE, "'" + text::escaped(typed) + "' is no HOST, HOST:PORT or [V6]:PORT");
}

std::string default_name(const Options& options) {
    auto last = last_name();
    if (!last.empty() && !options.is_plain) return last; // a script is not who sits here
    const char* user = std::getenv("USER");
    return user == nullptr ? "" : user;
}

/// What depends on more than one value, or on files and the environment.
void complete(Options& options, const po::variables_map& values, const std::vector<std::string>& words) {
    options.is_plain = options.is_plain || options.is_json || options.send;
    read_settings(options, values);
    if (values.contains("key-file")) options.password = password_in(values["key-file"].as<std::string>());
    if (!words.empty())
        read_host(options, words.front());
    else if (options.is_classic)
        options.host = net::HostPort{"localhost", options.port};
    options.is_name_given = values.contains("name");
    if (!options.is_name_given) options.name = default_name(options);
}

} // namespace

std::optional<Options> parse_options(int argc, const char* const argv[]) {
    Options options;
    CommandLine line{.program = "chat", .shown = table_for(options), .hidden = {}, .positional = {}};
    line.hidden.add_options()("word", po::value<std::vector<std::string>>());
    constexpr int most_words = 3;
    line.positional.add("word", most_words);
    po::variables_map values;
    if (!parse_command_line(argc, argv, line, values)) return std::nullopt;
    po::notify(values);
    const auto words =
        values.contains("word") ? values["word"].as<std::vector<std::string>>() : std::vector<std::string>();
    options.identity = identity_command(words, values);
    if (options.identity) return options;
    if (options.send && text::Text::from_untrusted(*options.send).empty())
        throw Failure(EX_USAGE, "--send takes something to say, not '" + text::escaped(*options.send) + "'");
    if (words.size() > 1)
        throw Failure(EX_USAGE, "more words than are taken; 'chat --help' lists the options");
    complete(options, values, words);
    return options;
}

void keep_name(const std::string& name) {
    try {
        files::replace(name_file(), name + "\n");
    } catch (const std::runtime_error&) {
        // Then it is asked for, or the user's is taken.
    }
}

} // namespace chat
