// What `ethpoc conform --record DIR` leaves: captures of the runs for Wireshark, and bytes for fuzzers.
//
//   DIR/F17.pcap              every connection of the run, with its times
//   DIR/corpus/frame/F17-1    all that went to the target on one connection
//   DIR/corpus/message/<..>   each payload that did, once
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "conform/runner.hpp"
#include "record/session_file.hpp"

namespace ethpoc::cmd {

class ConformRecord {
  public:
    explicit ConformRecord(std::string folder, bool force) : folder_(std::move(folder)), force_(force) {}
    /// Captures of runs before, which only `force` overwrites.
    bool has_captures() const;
    /// Makes the folders. Otherwise a sentence.
    std::optional<std::string> open();
    void said(const conform::Run& run, conform::Line line, bool ours, BytesView bytes, conform::Time at);
    /// The run is over: writes its files and forgets it. A sentence when one cannot be written.
    std::optional<std::string> finish(const std::string& run);

  private:
    Result<record::FileWriter> create(const std::string& name, bool replace) const;
    std::optional<std::string> write(const std::string& name, BytesView bytes, bool replace);
    std::optional<std::string> write_capture_of(const std::string& run, const record::SessionFile& session);
    std::optional<std::string> write_corpus(const std::string& run, const record::SessionFile& session);

    struct Recording {
        record::SessionFile session{};
        conform::Time began{};
        std::size_t bytes = 0;
    };

    std::string folder_;
    bool force_;
    std::map<std::string, Recording> open_{};
    std::set<Hash256> payloads_{}; // that are in the corpus
};

} // namespace ethpoc::cmd
