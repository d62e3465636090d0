#include "cmd/child.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <signal.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace ethpoc::cmd {

bool Child::start() {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    const std::string log = log_.empty() ? "/dev/null" : log_;
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    sigset_t none;
    sigset_t usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE); // we ignore it; the target need not
    sigaddset(&usual, SIGXFSZ);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    // A single command takes the place of the shell, so that its id is that of the target.
    std::string shell = "/bin/sh";
    std::string option = "-c";
    std::string line = command_;
    char* const arguments[] = {shell.data(), option.data(), line.data(), nullptr};
    const int failed = posix_spawn(&pid_, shell.c_str(), &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
        pid_ = 0;
        errno = failed;
    }
    return failed == 0;
}

bool Child::running() {
    if (pid_ != 0 && ::waitpid(pid_, nullptr, WNOHANG) != 0) { pid_ = 0; }
    return pid_ != 0;
}

void Child::end(std::chrono::milliseconds grace) {
    if (pid_ == 0) { return; }
    const pid_t group = pid_;
    ::kill(-group, SIGTERM);
    constexpr std::chrono::milliseconds step{10};
    for (auto waited = step; running() && waited < grace; waited += step) {
        std::this_thread::sleep_for(step);
    }
    ::kill(-group, SIGKILL); // and what it may have left behind
    if (pid_ != 0) { ::waitpid(pid_, nullptr, 0); }
    pid_ = 0;
}

std::uint64_t ProcessView::resident() const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/statm");
    std::uint64_t whole = 0;
    std::uint64_t pages = 0;
    in >> whole >> pages;
    return in ? pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

bool ProcessView::calls_itself() const {
    namespace fs = std::filesystem;
    std::set<std::string> inodes;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid_) + "/fd", error)) {
        const std::string link = fs::read_symlink(entry.path(), error).string();
        constexpr std::string_view socket = "socket:[";
        if (link.starts_with(socket)) { inodes.insert(link.substr(socket.size(), link.size() - socket.size() - 1)); }
    }
    std::set<std::pair<std::string, std::string>> ends; // of its connections
    for (const char* table : {"tcp", "tcp6"}) {
        std::ifstream in("/proc/" + std::to_string(pid_) + "/net/" + table);
        for (std::string row; std::getline(in, row);) {
            std::istringstream words(row);
            std::string number, local, remote, state, queues, timer, retries, user, timeout, inode;
            words >> number >> local >> remote >> state >> queues >> timer >> retries >> user >> timeout >> inode;
            constexpr std::string_view established = "01";
            if (words && state == established && inodes.contains(inode)) { ends.emplace(local, remote); }
        }
    }
    for (const auto& [local, remote] : ends) {
        if (ends.contains({remote, local})) { return true; }
    }
    return false;
}

} // namespace ethpoc::cmd
