meta:
  id: ethpoc
  title: Token-framed Ethereum peer protocol of 2014 (PoC-1 to PoC-8), one direction of a stream
  license: MIT
  endian: be
  ks-version: 0.9
  imports:
    - rlp
doc: |
  What one side of a TCP connection sends: frames, one after the other.

      22 40 08 91 | n n n n | n bytes: one RLP list, whose first item is the id of the message

  Ids 0 to 3 are the same in every version. The others depend on it: 0x10 is GetPeers in the flat protocols (0 to 30) and
  Status of `eth` in p2p (from August 2014). `ids_flat` and `ids_p2p` name them; which of them holds, the Hello says: its
  fourth item is a number in the flat protocols and a list in p2p.

  Limits: bytes that are no frame end the parse; the item-counted RLP of PoC-1 is read as a string; bytes behind the list
  are kept in `rest`.
seq:
  - id: frames
    type: frame
    repeat: eos
types:
  frame:
    seq:
      - id: token
        contents: [0x22, 0x40, 0x08, 0x91]
      - id: len_payload
        type: u4
      - id: payload
        type: message
        size: len_payload
  message:
    seq:
      - id: body
        type: rlp
      - id: rest
        size-eos: true
        doc: empty; but C++ of protocols 2 to 4 wrote the node id and the reason of a Disconnect here
    instances:
      num_items:
        value: 'body.is_list ? body.list.items.size : 0'
      has_id:
        value: num_items > 0 and body.list.items[0].is_string
      id:
        value: body.list.items[0].scalar
        if: has_id
      is_hello:
        value: has_id and id == 0
      is_p2p_hello:
        value: is_hello and num_items > 3 and body.list.items[3].is_list
      version:
        value: body.list.items[1].scalar
        if: is_hello and num_items > 1
        doc: 'of the flat protocol, or of p2p'
      client_id:
        value: 'body.list.items[is_p2p_hello ? 2 : 3].text'
        if: is_hello and num_items > 3
      reason:
        value: body.list.items[1].scalar
        if: has_id and id == 1 and num_items > 1
      flat_type:
        value: id
        enum: ids_flat
        if: has_id
      p2p_type:
        value: id
        enum: ids_p2p
        if: has_id
enums:
  ids_flat:
    0x00: hello
    0x01: disconnect
    0x02: ping
    0x03: pong
    0x10: get_peers
    0x11: peers
    0x12: transactions
    0x13: blocks
    0x14: get_chain
    0x15: not_in_chain
    0x16: get_transactions
    0x17: get_block_hashes
    0x18: block_hashes
    0x19: get_blocks
  ids_p2p:
    0x00: hello
    0x01: disconnect
    0x02: ping
    0x03: pong
    0x04: get_peers
    0x05: peers
    0x10: status
    0x11: get_transactions
    0x12: transactions
    0x13: get_block_hashes
    0x14: block_hashes
    0x15: get_blocks
    0x16: blocks
    0x17: new_block
    0x18: shh_status
    0x19: shh_messages
