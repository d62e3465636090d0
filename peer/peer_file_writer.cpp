#include "peer/peer_file_writer.hpp"

#include <utility>

namespace ethpoc::peer {

PeerFileWriter::PeerFileWriter(std::string path, std::function<void(Error)> on_error) :
    path_(std::move(path)), on_error_(std::move(on_error)), thread_([this] { run(); }) {}

PeerFileWriter::~PeerFileWriter() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    there_.notify_one();
    thread_.join();
}

void PeerFileWriter::write(PeerFile file) {
    {
        const std::lock_guard lock(mutex_);
        next_ = std::move(file);
    }
    there_.notify_one();
}

void PeerFileWriter::run() {
    bool failing = false;
    while (true) {
        std::optional<PeerFile> file;
        {
            std::unique_lock lock(mutex_);
            there_.wait(lock, [this] { return next_ || ending_; });
            file = std::exchange(next_, std::nullopt);
            if (!file) { return; }
        }
        auto written = write_peer_file(path_, *file);
        if (!written && !std::exchange(failing, true)) { on_error_(std::move(written.error())); }
        failing = failing && !written;
    }
}

} // namespace ethpoc::peer
