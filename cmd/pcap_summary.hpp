// What `ethpoc pcap` says of a capture as a whole: its connections, and what became of every packet and byte.
#pragma once

#include "cmd/view/json_writer.hpp"
#include "record/capture.hpp"

namespace ethpoc::cmd {

/// Nothing is malformed, missing or odd, and whatever may carry TCP was understood.
bool is_good(const record::CaptureSummary& summary);

/// The members of the document behind its list of messages.
void write_summary(JsonWriter& json, const record::CaptureSummary& summary);

/// Lines of at most `width` columns: a connection each, the packets, then those that gave no TCP, by reason.
void show_summary(Output& out, const record::CaptureSummary& summary, std::size_t width);

} // namespace ethpoc::cmd
