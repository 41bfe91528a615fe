// The serial protocol of the ROM loader, and of the flasher stub after it was uploaded. A stub is stored and
// not executed. Requests that ESP Web Tools 10.4.0 does not send are reported as problems.

const SLIP = { end: 0xc0, escape: 0xdb, escapedEnd: 0xdc, escapedEscape: 0xdd };
const BLOCK_SIZE = 0x4000;
const SUCCESS = 0;
const FAILURE = 1;
/** Any value but zero, by which a stub answers. */
const SYNC_VALUE = 0x20120707;
const SYNC_REQUEST = [0x07, 0x07, 0x12, 0x20, ...Array(32).fill(0x55)];

class Loader {
  constructor(device) {
    Object.assign(this, { device, frame: null, isStub: false, memory: null, part: null });
    this.registers = new Registers((problem) => device.report(problem));
    device.uploads = [];
  }

  async receive(bytes) {
    for (const byte of bytes) {
      if (byte !== SLIP.end) {
        if (this.frame) this.frame.push(byte);
        else this.device.report(`byte ${byte} outside a frame`);
      } else if (this.frame?.length) {
        const frame = this.frame;
        this.frame = null;
        await this.answer(Uint8Array.from(unescape(frame)));
      } else {
        this.frame = [];
      }
    }
  }

  send(bytes) {
    const escaped = bytes.flatMap((byte) => {
      if (byte === SLIP.end) return [SLIP.escape, SLIP.escapedEnd];
      return byte === SLIP.escape ? [SLIP.escape, SLIP.escapedEscape] : [byte];
    });
    this.device.transmit([SLIP.end, ...escaped, SLIP.end]);
  }

  reply(command, value, status) {
    const statusLength = this.isStub ? 2 : 4;
    const bytes = new Uint8Array(8 + statusLength);
    const view = new DataView(bytes.buffer);
    bytes.set([1, command, statusLength, 0]);
    view.setUint32(4, value, true);
    bytes[8] = status;
    this.send([...bytes]);
  }

  async answer(frame) {
    const view = new DataView(frame.buffer);
    const [direction, command] = frame;
    const data = frame.subarray(8);
    if (direction !== 0 || view.getUint16(2, true) !== data.length) this.device.report("invalid header of a frame");
    const words = new Uint32Array(frame.slice(8, 8 + (data.length & ~3)).buffer);
    const request = { words, data, checksum: view.getUint32(4, true) };
    const handler = (this.isStub ? Loader.STUB : Loader.ROM)[command];
    if (!handler) this.device.report(`command ${command.toString(16)} with the stub ${this.isStub}`);
    const value = handler ? await handler.call(this, request) : false;
    if (value === false) this.device.report(`refused command ${command.toString(16)}`);
    this.reply(command, value || 0, value === false ? FAILURE : SUCCESS);
    this.afterReply?.();
    this.afterReply = null;
  }

  sync({ data }) {
    if (!equal(data, SYNC_REQUEST)) return false;
    // The last of the eight replies is sent by `answer`.
    for (let reply = 1; reply < 8; reply += 1) this.reply(0x08, SYNC_VALUE, SUCCESS);
    return SYNC_VALUE;
  }

  beginMemory({ words: [size, blocks, blockSize, address] }) {
    this.memory = { address, size, blocks, blockSize, bytes: [], received: 0 };
  }

  memoryBlock({ words: [length, sequence], data, checksum }) {
    const bytes = data.subarray(16);
    if (sequence !== this.memory?.received || length !== bytes.length || checksum !== checksumOf(bytes)) return false;
    this.memory.received += 1;
    this.memory.bytes.push(...bytes);
    if (this.memory.received < this.memory.blocks) return;
    if (this.memory.bytes.length !== this.memory.size) return false;
    this.device.uploads.push({ address: this.memory.address, bytes: this.memory.bytes });
  }

  endMemory({ words: [stay, entry] }) {
    if (stay !== 0) return false;
    this.device.entry = entry;
    this.afterReply = () => {
      this.isStub = true;
      this.send([...new TextEncoder().encode("OHAI")]);
    };
  }

  eraseFlash() {
    this.device.erase(0, this.device.flash.length);
    this.device.erasures = (this.device.erasures ?? 0) + 1;
  }

  beginPart({ data, words: [size, blocks, blockSize, offset] }) {
    if (data.length !== 16 || blockSize !== BLOCK_SIZE || offset + size > this.device.flash.length) return false;
    this.device.erase(offset, offset + size);
    this.part = { size, blocks, offset, received: 0, compressed: [] };
  }

  partBlock({ words: [length, sequence], data, checksum }) {
    const bytes = data.slice(16);
    if (sequence !== this.part?.received || length !== bytes.length || checksum !== checksumOf(bytes)) return false;
    this.part.received += 1;
    this.part.compressed.push(bytes);
  }

  async endPart() {
    const { size, blocks, offset, received, compressed } = this.part;
    const stream = new Blob(compressed).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    if (received !== blocks || bytes.length !== size) return false;
    this.device.write(offset, bytes);
    this.device.firmware.installed = this.device.firmware.published;
    this.part = null;
  }

  static ROM = {
    0x05: Loader.prototype.beginMemory,
    0x06: Loader.prototype.endMemory,
    0x07: Loader.prototype.memoryBlock,
    0x08: Loader.prototype.sync,
    0x0a({ words: [address] }) {
      return this.registers.read(address);
    },
  };

  static STUB = {
    0x09({ words: [address, value, mask] }) {
      return this.registers.write(address, value, mask);
    },
    0x0a: Loader.ROM[0x0a],
    0x10: Loader.prototype.beginPart,
    0x11: Loader.prototype.partBlock,
    0x12: Loader.prototype.endPart,
    0xd0: Loader.prototype.eraseFlash,
  };
}

function unescape(frame) {
  const bytes = [];
  for (let index = 0; index < frame.length; index += 1) {
    if (frame[index] !== SLIP.escape) {
      bytes.push(frame[index]);
    } else {
      index += 1;
      bytes.push(frame[index] === SLIP.escapedEnd ? SLIP.end : SLIP.escape);
    }
  }
  return bytes;
}

const equal = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);
const checksumOf = (bytes) => bytes.reduce((sum, byte) => sum ^ byte, 0xef);
