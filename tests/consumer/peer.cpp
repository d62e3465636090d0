// Linking is the test: ethpoc::peer brings Asio, the log, the chain and the store with it.
#include "chain/keccak.hpp"
#include "wire/frame.hpp"

#include <boost/asio/io_context.hpp>

int main() {
    boost::asio::io_context context;
    return context.run() == 0 ? 0 : 1;
}
