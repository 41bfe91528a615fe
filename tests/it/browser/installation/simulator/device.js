// A simulated ESP32-C3: its reset lines, its boot modes and its flash memory. In download mode the loader
// receives the bytes; otherwise the installed firmware does.

const FLASH_SIZE = 4 * 1024 * 1024;
const SECTOR_SIZE = 4096;

class SimulatedDevice {
  constructor({ flash, firmware }) {
    this.flash = new Uint8Array(FLASH_SIZE).fill(flash);
    this.problems = [];
    this.lines = { dataTerminalReady: false, requestToSend: false };
    this.transmit = () => {};
    this.loader = null;
    this.firmware = firmware;
    firmware.device = this;
  }

  /** Records what a real device would not accept. */
  report(problem) {
    this.problems.push(problem);
  }

  /** Request to send holds the chip in reset. Data terminal ready selects download mode. */
  setSignals(dataTerminalReady = this.lines.dataTerminalReady, requestToSend = this.lines.requestToSend) {
    const before = this.lines;
    this.lines = { dataTerminalReady, requestToSend };
    if (!before.requestToSend && requestToSend) this.download = dataTerminalReady;
    if (before.requestToSend && !requestToSend) this.boot(this.download || dataTerminalReady);
  }

  boot(download) {
    this.loader = download ? new Loader(this) : null;
    const reason = download ? "boot:0x4 (DOWNLOAD(USB/UART0))\r\nwaiting for download" : "boot:0xc (SPI_FAST_FLASH_BOOT)";
    this.print(`ESP-ROM:esp32c3-api1-20210207\r\nrst:0x15 (USB_UART_CHIP_RESET),${reason}\r\n`);
    if (!download) this.firmware.start();
  }

  print(text) {
    this.transmit(new TextEncoder().encode(text));
  }

  async receive(bytes) {
    if (this.lines.requestToSend) return this.report("received bytes while in reset");
    await (this.loader ?? this.firmware).receive(bytes);
  }

  erase(start, end) {
    const first = Math.floor(start / SECTOR_SIZE) * SECTOR_SIZE;
    this.flash.fill(0xff, first, Math.ceil(end / SECTOR_SIZE) * SECTOR_SIZE);
  }

  /** Writing changes bits from one to zero only. */
  write(offset, bytes) {
    bytes.forEach((byte, index) => (this.flash[offset + index] &= byte));
  }
}
