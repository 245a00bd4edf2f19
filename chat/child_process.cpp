// SPDX-License-Identifier: MIT
#include "chat/child_process.hpp"

#include "chat/translate.hpp"
#include "common/os/descriptor.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace chat {

pid_t start_program(const std::vector<std::string>& words, const std::vector<std::string>& more_environment) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    std::vector<char*> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
    environment.reserve(environment.size() + more_environment.size() + 1);
    for (const auto& entry : more_environment) environment.push_back(const_cast<char*>(entry.c_str()));
    environment.push_back(nullptr);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = -1;
    if (posix_spawnp(&pid, arguments[0], nullptr, &attributes, arguments.data(), environment.data()) != 0)
        pid = -1;
    posix_spawnattr_destroy(&attributes);
    return pid;
}

std::variant<std::string, EditorFault> edit_elsewhere(std::string_view text) {
    auto path =
        (std::filesystem::temp_directory_path() / "chat-").string() + std::string(6, 'X'); // of mkstemp
    const os::Descriptor file(mkstemp(path.data()));
    if (!file || ::write(file.get(), text.data(), text.size()) < 0)
        return EditorFault{tr("cannot write '{0}' for the editor", {path})};
    int status = -1;
    // The user's own words in the user's own shell, as every program has it with EDITOR.
    const auto pid = start_program({"sh", "-c", R"(exec ${VISUAL:-${EDITOR:-vi}} "$1")", "sh", path});
    if (pid > 0) waitpid(pid, &status, 0);
    std::ifstream written(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(written), std::istreambuf_iterator<char>()};
    std::filesystem::remove(path);
    if (status != 0) return EditorFault{tr("the editor failed: what was typed is as it was")};
    return content;
}

} // namespace chat
