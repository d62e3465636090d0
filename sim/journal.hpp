// Journal: what has happened, one JSON object a line: {"t":ms,"node":number,"event":word, ...}. Only virtual time and
// numbers that the seed decides are in it, so two runs of one seed write the same bytes.
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <string_view>

#include "sim/agenda.hpp"
#include "sim/link.hpp"

namespace ethpoc::sim {

class Journal {
  public:
    /// Called with whole lines, many at a time; without it lines are hashed and counted only.
    using Write = std::function<void(std::string_view)>;

    Journal(const Agenda& agenda, Write write) : agenda_(agenda), write_(std::move(write)) {}
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal() { flush(); }

    /// One line, while it lives.
    class Line {
      public:
        Line(Journal& journal, std::string_view event);
        Line(Journal& journal, HostId node, std::string_view event) : Line(journal, event) { add("node", node); }
        ~Line() { journal_.end(); }
        Line(const Line&) = delete;
        Line& operator=(const Line&) = delete;

        template <std::unsigned_integral T>
        Line& add(std::string_view key, T value) {
            name(key);
            journal_.text_ += std::to_string(value);
            return *this;
        }
        Line& add(std::string_view key, std::string_view text);

      private:
        void name(std::string_view key);
        Journal& journal_;
    };
    /// `word`: what happened.
    Line line(std::string_view word) { return Line(*this, word); }
    Line line(HostId node, std::string_view word) { return {*this, node, word}; }

    void flush();
    std::uint64_t lines() const noexcept { return lines_; }
    /// FNV-1a, 64 bits, of all bytes so far.
    std::uint64_t hash() const noexcept { return hash_; }

  private:
    void end();

    const Agenda& agenda_;
    Write write_;
    std::string text_{};
    std::size_t hashed_ = 0; // of text_
    std::uint64_t lines_ = 0;
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

} // namespace ethpoc::sim
