// Child: a program that a command starts, watches and ends: the target of --exec.
#pragma once

#include <chrono>
#include <string>
#include <sys/types.h>

namespace ethpoc::cmd {

class Child {
  public:
    /// `command` is a line for the shell. What it prints is added to the file `log`; empty: nobody sees it. It has a
    /// process group of its own, so that a ^C at the terminal is ours to pass on.
    Child(std::string command, std::string log) : command_(std::move(command)), log_(std::move(log)) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    /// Ends it.
    ~Child() { end(std::chrono::seconds(2)); }

    /// False: the system would not, or the log cannot be written; errno says why.
    bool start();
    bool running();
    /// SIGTERM to it and all that it has started; SIGKILL when it has not gone after `grace`.
    void end(std::chrono::milliseconds grace);
    /// 0: it is not running.
    pid_t pid() const noexcept { return pid_; }

  private:
    std::string command_;
    std::string log_;
    pid_t pid_ = 0;
};

/// What the system knows of a process, as far as it may be read.
class ProcessView {
  public:
    explicit ProcessView(pid_t pid) : pid_(pid) {}
    /// Bytes of memory that are in use; 0: not known.
    std::uint64_t resident() const;
    /// It has a TCP connection both of whose ends are its own.
    bool calls_itself() const;

  private:
    pid_t pid_;
};

} // namespace ethpoc::cmd
