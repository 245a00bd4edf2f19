// SPDX-License-Identifier: MIT
#include "chatd/export.hpp"
#include "chatd/options.hpp"
#include "chatd/server.hpp"
#include "chatd/translated_messages.hpp"
#include "common/app/failure.hpp"
#include "common/app/identity_file.hpp"
#include "common/os/locale.hpp"
#include "common/os/private_file.hpp"
#include "common/os/random.hpp"

#include <stdexcept>

namespace {

/// The host's key: what clients know it by, from one start to the next.
session::KeyPair identity(const chatd::Options& options) {
    os::SystemRandom random;
    try {
        // Nobody else needs to know which rooms there are. A directory that was named may be for more than
        // this.
        if (!options.is_state_directory_named) files::make_directory_of_our_own(options.state_directory);
        return session::load_or_make_identity(options.state_directory / "identity", random);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
}

} // namespace

int main(int argc, char* argv[]) {
    set_up_locale("chatd");
    return run_program("chatd", [&] {
        auto options = chatd::parse_options(argc, argv);
        if (!options) return EX_OK;
        if (options->exported) {
            chatd::export_log(chatd::log_file(*options), *options->exported);
            return EX_OK;
        }
        options->hub.words = chatd::translated_messages();
        options->hub.identity = identity(*options);
        chatd::Server(*options).run();
        return EX_OK;
    });
}
