// Writes into a WebM how long it is: a browser begins to write before it knows, and a player can't offer to seek in
// what has no length. Ids and sizes are as in RFC 8794 and RFC 9559.

const HEAD_BYTES = 4096; // all before the first picture
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const SEEK_HEAD = 0x114d9b74;
const DURATION = 0x4489;
const TIMESTAMP_SCALE = 0x2ad7b1;
const USUAL_SCALE_NS = 1_000_000;

// Reads an id or a size at `at`: its value, where what follows begins; a size that is not known is Infinity.
function readNumber(view, at, isSize) {
  const first = view.getUint8(at);
  const length = Math.clz32(first) - 23;
  if (length > 8) throw new RangeError("no number of EBML");
  let value = isSize ? first & (0xff >> length) : first;
  let isUnknown = value === 0xff >> length;
  for (let place = 1; place < length; place += 1) {
    const byte = view.getUint8(at + place);
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { value: isSize && isUnknown ? Infinity : value, next: at + length };
}

function* elements(view, from, until) {
  for (let at = from; at < until;) {
    const id = readNumber(view, at, false);
    const size = readNumber(view, id.next, true);
    yield { id: id.value, at, from: size.next, until: size.next + size.value };
    if (id.value === SEGMENT) at = size.next;
    else at = size.next + size.value;
  }
}

function durationElement(units) {
  const element = new DataView(new ArrayBuffer(11));
  element.setUint16(0, DURATION);
  element.setUint8(2, 0x88); // eight bytes follow
  element.setFloat64(3, units);
  return new Uint8Array(element.buffer);
}

function sizeOf(bytes) {
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(bytes) | (1n << 56n));
  return new Uint8Array(size.buffer);
}

// Returns the pieces of `head` with the length in them, or null where it can't be written.
export function headWithLength(head, seconds) {
  const view = new DataView(head);
  try {
    for (const { id, at, from, until } of elements(view, 0, head.byteLength)) {
      // Places that it names would be others.
      if (id === SEEK_HEAD || (id === SEGMENT && until !== Infinity)) return null;
      if (id === INFO) return withLength(view, { at, from, until }, seconds);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it is no WebM, or its head is longer
  }
  return null;
}

function withLength(view, info, seconds) {
  const inside = [...elements(view, info.from, info.until)];
  const scale = inside.find(({ id }) => id === TIMESTAMP_SCALE);
  const scaleNs = scale ? readUnsigned(view, scale) : USUAL_SCALE_NS;
  const written = inside.find(({ id }) => id === DURATION);
  const kept = (from, until) => view.buffer.slice(from, until);
  const others = inside.filter((element) => element !== written).map(({ at, until }) => kept(at, until));
  const length = durationElement((seconds * 1e9) / scaleNs);
  const size = others.reduce((sum, { byteLength }) => sum + byteLength, length.byteLength);
  return [kept(0, info.at + 4), sizeOf(size), ...others, length, kept(info.until)];
}

function readUnsigned(view, { from, until }) {
  let value = 0;
  for (let at = from; at < until; at += 1) value = value * 256 + view.getUint8(at);
  return value;
}

export async function withWrittenLength(file, seconds) {
  const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
  const pieces = headWithLength(head, seconds);
  return pieces ? new File([...pieces, file.slice(HEAD_BYTES)], file.name, { type: file.type }) : file;
}
