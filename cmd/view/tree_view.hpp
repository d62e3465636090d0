// The tape for people, one line a node: every byte stands on exactly one line.
//
//   0008  f8 77                    list, 119 bytes, 7 items
//   000a  80                         [0] id = 0
//   000d  ad 45 74 68 65 72 65 ..    [3] client_id = "Ethereum(++)/ZeroGox/v0.5.1"
//   003b  83 61 62                   [4] "ab"
//         ^^ rlp.item_overruns_parent: item claims 3 bytes, its parent has 2 left
#pragma once

#include "cmd/view/byte_options.hpp"
#include "cmd/view/output.hpp"
#include "rlp/tree.hpp"
#include "show/field.hpp"

namespace ethpoc::cmd {

class TreeView {
  public:
    /// `names` may be null. All must live as long as this object.
    TreeView(Output& out, const ViewOptions& view, const rlp::Tree& tree, const show::NodeNames* names = nullptr) :
        out_(out), view_(view), tree_(tree), names_(view.no_names ? nullptr : names) {}

    void show();

    /// One line of `bytes` that are no node: the token, the size of a payload.
    static void line(Output& out, const ViewOptions& view, std::size_t offset, BytesView bytes, std::size_t header,
                     const std::string& what);

  private:
    void node(std::size_t index, std::uint32_t children);
    std::string content(std::size_t index, std::uint32_t children, std::size_t room) const;
    std::string label(std::size_t index) const;
    void asn1_line(std::size_t index, std::uint32_t children);
    void mark(std::size_t index);

    Output& out_;
    const ViewOptions& view_;
    const rlp::Tree& tree_;
    const show::NodeNames* names_;
};

} // namespace ethpoc::cmd
