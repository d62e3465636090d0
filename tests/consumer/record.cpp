// Linking is the test: ethpoc::record brings zlib with it, and neither the log nor the flags of the program.
#include "record/capture.hpp"
#include "record/session_file.hpp"

int main() {
    const auto session = ethpoc::record::read_session("no such file");
    const auto capture =
        ethpoc::record::read_capture("no such file", {}, [](const ethpoc::record::Heard&) { return true; });
    return session || capture ? 1 : 0;
}
