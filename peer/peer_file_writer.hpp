// PeerFileWriter: keeps what is known of peers on the disk, on a thread of its own: a disk that is slow, or does not
// answer, must not stop the node.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "peer/peer_file.hpp"

namespace ethpoc::peer {

/// Owns the thread that writes.
class PeerFileWriter {
  public:
    /// `on_error` is called from the writer's thread, once for each time that writing begins to fail.
    PeerFileWriter(std::string path, std::function<void(Error)> on_error);
    /// Writes what still waits.
    ~PeerFileWriter();
    PeerFileWriter(const PeerFileWriter&) = delete;
    PeerFileWriter& operator=(const PeerFileWriter&) = delete;

    /// Never waits. Of several that wait the last one is written.
    void write(PeerFile file);

  private:
    void run();

    const std::string path_;
    const std::function<void(Error)> on_error_;
    std::mutex mutex_{};
    std::condition_variable there_{};
    std::optional<PeerFile> next_{};
    bool ending_ = false;
    std::thread thread_{};
};

} // namespace ethpoc::peer
