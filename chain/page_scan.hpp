// PageScan: the rows in the pages of a SQLite file, read page by page, without what tells how the pages hang together.
// So a page that is damaged costs what is in it and no more. Rows of pages that are not used any more are found too,
// and those of the journal beside the file: whoever reads them judges them.
//
//   page    [type 0d][..][cells:2][..] [offset of a cell:2].. free .. cells
//   cell    [payload:varint][row:varint] payload, its end in a chain of pages [next:4] bytes
//   payload [header:varint][kind of each column:varint].. the columns
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// An open file, read page by page; it must not change meanwhile.
class PageScan {
  public:
    /// One value of a row: an integer, or bytes; NULL is no bytes.
    struct Column {
        bool is_number = false;
        std::int64_t number = 0;
        Bytes bytes{}; // of a blob or a text
    };
    /// One row; `id` is its number in the table.
    struct Row {
        std::int64_t id = 0;
        std::vector<Column> columns{};
    };

    /// `path` and its journal `path`-wal, if there is one. Nothing when the file cannot be read at all.
    static std::optional<PageScan> open(const std::string& path);

    /// All rows, in no order, until `take` says false. `place` is for row_at().
    void rows(const std::function<bool(std::uint64_t place, const Row&)>& take);
    /// The row at a place that rows() gave; nothing when it cannot be read.
    std::optional<Row> row_at(std::uint64_t place);

  private:
    PageScan() = default;
    void read_form();
    void read_journal();
    /// The page that begins at this place; false when it is not there as a whole.
    bool read(std::uint64_t place, Bytes& page);
    std::optional<Row> parse(BytesView page, std::size_t at);
    bool overflow(std::uint32_t page, Bytes& payload, std::size_t wanted);

    std::ifstream file_{};
    std::ifstream journal_{};
    std::uint64_t file_bytes_ = 0;
    std::size_t page_bytes_ = 4096;
    std::size_t usable_ = 4096;
    std::map<std::uint32_t, std::uint64_t> newest_{}; // page to its place in the journal
    std::vector<std::uint64_t> frames_{};             // places of the pages in the journal
};

} // namespace ethpoc::chain
