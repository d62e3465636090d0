// Steps of an explanation: offset and bytes on the left, sentences on the right.
#pragma once

#include "cmd/view/byte_options.hpp"
#include "cmd/view/json_writer.hpp"
#include "show/explain.hpp"

namespace ethpoc::cmd {

class StepView {
  public:
    /// `wait`: for Enter after each step.
    StepView(Output& out, const ViewOptions& view, BytesView bytes, bool wait) :
        out_(out), view_(view), bytes_(bytes), wait_(wait) {}

    /// False when nobody reads any more. `name` of the field, or nothing.
    bool show(const show::Step& step, const std::string& name = {});

  private:
    void wait() const;

    Output& out_;
    const ViewOptions& view_;
    BytesView bytes_;
    bool wait_;
    std::size_t count_ = 0;
};

/// `stream`: the number of the stream that the offset counts in, when there are several.
void write_step(JsonWriter& json, const show::Step& step, std::size_t number, const std::string& name = {},
                std::optional<std::size_t> stream = {});

} // namespace ethpoc::cmd
