// JsonWriter: JSON written as it becomes known. A file of a hundred megabytes has millions of nodes; a document of them
// in memory would be many times larger than the file. The form is that of Output::document(): indented by two.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/view/output.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

class JsonWriter {
  public:
    explicit JsonWriter(Output& out) : out_(out) {}
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;
    /// Ends the last line.
    ~JsonWriter();

    void begin_object() { begin('{'); }
    void end_object() { end('}'); }
    void begin_list() { begin('['); }
    void end_list() { end(']'); }
    void key(std::string_view name);

    void string(std::string_view text); // anything; what is not UTF-8 becomes U+FFFD
    void number(std::uint64_t value);   // in quotes above show::largest_json_number
    void decimal(double value);         // finite; at most six digits after the point
    void boolean(bool value) { plain(value ? "true" : "false"); }
    void null() { plain("null"); }
    /// "0x..", piece by piece.
    void hex(BytesView bytes);

    void member(std::string_view name, std::string_view value) {
        key(name);
        string(value);
    }
    void member(std::string_view name, std::uint64_t value) {
        key(name);
        number(value);
    }
    void flag(std::string_view name, bool value) {
        key(name);
        boolean(value);
    }

  private:
    void begin(char bracket);
    void end(char bracket);
    void plain(std::string_view text);
    void before_value();
    void new_line();
    void flush_if_full();

    Output& out_;
    std::string buffer_{};
    std::vector<bool> filled_{}; // for each open bracket: something stands in it
    bool behind_key_ = false;
};

} // namespace ethpoc::cmd
