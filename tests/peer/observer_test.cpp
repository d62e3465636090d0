// Who is told what.
#include "peer/observer.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::peer;

namespace {

class OnlyHeads final : public ObserverOf<OnlyHeads> {
  public:
    std::size_t synced = 0, imported = 0;
    void on(const event::Synced&) { ++synced; }
    void on(const event::Imported&) { ++imported; }
};

class OnlyShed final : public ObserverOf<OnlyShed> {
  public:
    std::size_t shed = 0;
    void on(const event::Shed&) { ++shed; }
};

} // namespace

TEST_CASE("observer: it wants what it handles") {
    OnlyHeads heads;
    CHECK(heads.wants() == (mask_of<event::Synced>() | mask_of<event::Imported>()));
    const Event synced = event::Synced{};
    const Event shed = event::Shed{};
    heads.tell(synced);
    heads.tell(shed);
    CHECK(heads.synced == 1);
    CHECK(heads.imported == 0);
}

TEST_CASE("observer: nothing is built that nobody wants, and nobody hears what it did not ask for") {
    OnlyHeads heads;
    OnlyShed shed;
    Observers all{&heads};
    std::size_t built = 0;
    const auto make = [&built] {
        ++built;
        return event::Shed{};
    };
    all.tell_made<event::Shed>(make);
    CHECK(built == 0);
    CHECK_FALSE(all.want<event::Shed>());
    all.add(shed);
    all.tell_made<event::Shed>(make);
    all.tell(event::Imported{});
    all.tell(event::Latency{});
    CHECK(built == 1);
    CHECK(shed.shed == 1);
    CHECK(heads.imported == 1);
    CHECK(all.wanted() == (heads.wants() | shed.wants()));
}
