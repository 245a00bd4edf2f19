// SPDX-License-Identifier: MIT
#include "tests/e2e/cable.hpp"

#include "tests/e2e/process.hpp"

#include <unistd.h>

namespace e2e {

Cable::Cable() {
    const auto tag = std::to_string(getpid());
    hosts_ = {"chat-a-" + tag, "chat-b-" + tag};
    for (const auto& host : hosts_) run("ip netns add " + host);
    run("ip link add cable netns " + hosts_[0] + " type veth peer name cable netns " + hosts_[1]);
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        const auto number = std::to_string(i + 1);
        ip(i, "addr add 10.78.0." + number + "/24 dev cable");
        ip(i, "addr add fd78::" + number + "/64 dev cable nodad");
        ip(i, "link set lo up");
        ip(i, "link set cable up");
    }
}

Cable::~Cable() {
    for (const auto& host : hosts_) run("ip netns del " + host + " 2>/dev/null");
}

void Cable::lose(int percent) {
    for (const auto& host : hosts_) {
        const auto inside = "ip netns exec " + host + " nft ";
        run(inside + "add table ip loss");
        run(inside + "add chain ip loss input '{ type filter hook input priority 0; }'");
        run(inside + "add rule ip loss input numgen random mod 100 '<' " + std::to_string(percent) + " drop");
    }
}

std::vector<std::string> Cable::on(std::size_t host, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"ip", "netns", "exec", hosts_[host]});
    return arguments;
}

void Cable::ip(std::size_t host, const std::string& arguments) {
    run("ip -n " + hosts_[host] + " " + arguments);
}

std::string Cable::hardware_address(std::size_t host) const {
    Process cat(on(host, {"cat", "/sys/class/net/cable/address"}));
    cat.wait();
    return cat.output().substr(0, cat.output().find('\n'));
}

void Cable::run(const std::string& command) {
    if (!is_made_) return;
    Process shell({"sh", "-c", command});
    is_made_ = shell.wait() == 0;
}

} // namespace e2e
