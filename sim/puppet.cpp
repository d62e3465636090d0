#include "sim/puppet.hpp"

namespace ethpoc::sim {

void Puppet::receive(BytesView bytes, peer::Time) {
    using Step = wire::FrameDecoder::Step;
    decoder_.feed(bytes);
    for (Step step = decoder_.next(); step != Step::need_more; step = decoder_.next()) {
        if (step == Step::frame && !ended_) { take(decoder_.frame().payload); }
    }
}

void Puppet::take(BytesView payload) {
    const auto message = wire::decode(profile_, payload);
    if (!message) { return; }
    if (std::holds_alternative<wire::Disconnect>(*message)) { return hang_up(); }
    if (std::holds_alternative<wire::Hello>(*message) && !greeted_) {
        greeted_ = true;
        return master_.greeted(*this);
    }
    master_.heard(*this, *message);
}

} // namespace ethpoc::sim
