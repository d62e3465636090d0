meta:
  id: rlp
  title: Recursive Length Prefix (RLP), one item
  license: MIT
  endian: be
  ks-version: 0.9
doc: |
  One item of RLP, the serialisation of Ethereum since February 2014.

      00..7f  itself               80..b7  80+n | n bytes    b8..bf  b7+k | k bytes of n | n bytes
                                   c0..f7  c0+n | n bytes    f8..ff  f7+k | k bytes of n | n bytes

  Lengths of every form are computed; what a runtime makes of one beyond its own limits is its affair (the one of
  JavaScript cuts lengths to 32 bits without a word). Forms that are not canonical are read too: a small byte in string form
  (81 05), a long form for a length below 56, leading zero bytes in a length. An item that is longer than what is left
  ends the parse with an error of the runtime. See `is_canonical` for the header's own form.
seq:
  - id: first
    type: u1
  - id: length_bytes
    type: u1
    repeat: expr
    repeat-expr: num_length_bytes
    if: num_length_bytes > 0
  - id: text
    size: len_payload
    if: is_string and not is_single
  - id: list
    type: items
    size: len_payload
    if: is_list
instances:
  is_single:
    value: first < 0x80
    doc: the byte stands for itself; there is no payload
  is_list:
    value: first >= 0xc0
  is_string:
    value: first < 0xc0
  low:
    value: 'first & 0x3f'
  num_length_bytes:
    value: '(first < 0x80 or low < 56) ? 0 : low - 55'
  len_payload:
    value: >-
      num_length_bytes == 0 ? (is_single ? 0 : low) :
      num_length_bytes == 1 ? length_bytes[0] :
      num_length_bytes == 2 ? length_bytes[0] * 256 + length_bytes[1] :
      num_length_bytes == 3 ? (length_bytes[0] * 256 + length_bytes[1]) * 256 + length_bytes[2] :
      num_length_bytes == 4 ? ((length_bytes[0] * 256 + length_bytes[1]) * 256 + length_bytes[2]) * 256 + length_bytes[3] :
      num_length_bytes == 5 ? (((length_bytes[0] * 256 + length_bytes[1]) * 256 + length_bytes[2]) * 256 + length_bytes[3]) * 256 + length_bytes[4] :
      num_length_bytes == 6 ? ((((length_bytes[0] * 256 + length_bytes[1]) * 256 + length_bytes[2]) * 256 + length_bytes[3]) * 256 + length_bytes[4]) * 256 + length_bytes[5] :
      num_length_bytes == 7 ? (((((length_bytes[0] * 256 + length_bytes[1]) * 256 + length_bytes[2]) * 256 + length_bytes[3]) * 256 + length_bytes[4]) * 256 + length_bytes[5]) * 256 + length_bytes[6] :
      ((((((length_bytes[0] * 256 + length_bytes[1]) * 256 + length_bytes[2]) * 256 + length_bytes[3]) * 256 + length_bytes[4]) * 256 + length_bytes[5]) * 256 + length_bytes[6]) * 256 + length_bytes[7]
    doc: bytes of payload
  is_canonical:
    value: >-
      num_length_bytes > 0 ? (length_bytes[0] != 0 and len_payload >= 56) :
      (first != 0x81 or text[0] >= 0x80)
  scalar:
    value: >-
      is_single ? first :
      len_payload == 0 ? 0 :
      len_payload == 1 ? text[0] :
      len_payload == 2 ? text[0] * 256 + text[1] :
      len_payload == 3 ? (text[0] * 256 + text[1]) * 256 + text[2] :
      len_payload == 4 ? ((text[0] * 256 + text[1]) * 256 + text[2]) * 256 + text[3] :
      -1
    if: is_string
    doc: the string as a number, big-endian; -1 when it has more than four bytes
types:
  items:
    seq:
      - id: items
        type: rlp
        repeat: eos
