// A stand-in for the `SerialPort` of the Web Serial API, which connects a page with a simulated device.

class SimulatedPort {
  constructor(device, usbVendorId, usbProductId) {
    Object.assign(this, { device, info: { usbVendorId, usbProductId }, isOpen: false, streams: {} });
    device.transmit = (bytes) => this.deliver(bytes);
  }

  getInfo() {
    return this.info;
  }

  async open({ baudRate }) {
    if (this.isOpen) throw new DOMException("The port is already open.", "InvalidStateError");
    if (baudRate !== 115200) this.device.report(`opened at ${baudRate} baud`);
    this.isOpen = true;
  }

  async close() {
    if (!this.isOpen) throw new DOMException("The port is already closed.", "InvalidStateError");
    const { readable, writable } = this.streams;
    if (readable?.locked || writable?.locked) throw new TypeError("A stream of the port is locked.");
    this.isOpen = false;
    this.streams = {};
  }

  get readable() {
    if (!this.isOpen) return null;
    // A port replaces a stream that was cancelled.
    this.streams.readable ??= new ReadableStream({
      start: (controller) => (this.streams.controller = controller),
      cancel: () => (this.streams.readable = this.streams.controller = undefined),
    });
    return this.streams.readable;
  }

  get writable() {
    if (!this.isOpen) return null;
    this.streams.writable ??= new WritableStream({ write: (bytes) => this.device.receive(bytes) });
    return this.streams.writable;
  }

  async setSignals({ dataTerminalReady, requestToSend }) {
    if (!this.isOpen) throw new DOMException("The port is not open.", "InvalidStateError");
    this.device.setSignals(dataTerminalReady, requestToSend);
  }

  /** The bytes are lost if the page has not opened the stream. */
  deliver(bytes) {
    this.streams.controller?.enqueue(Uint8Array.from(bytes));
  }
}
