// The registers of the ESP32-C3 that ESP Web Tools 10.4.0 uses: identification and the SPI controller of the
// flash memory.

const CHIP_MAGIC = 0x1b31506f;
const FLASH_ID = 0x164020;
const READ_FLASH_ID = 0x9f;
const SPI = { command: 0x60002000, user: 0x60002018, user2: 0x60002020, readLength: 0x60002028, data: 0x60002058 };
const RUN_COMMAND = 1 << 18;

class Registers {
  constructor(report) {
    this.report = report;
    this.values = new Map([
      [0x40001000, CHIP_MAGIC],
      // The MAC address.
      [0x60008844, 0x33445566],
      [0x60008848, 0x1122],
      // 4 MB of flash memory inside, revision 3.
      [0x60008850, (1 << 27) | (3 << 18)],
      [0x60008854, 1],
      [0x60008858, 0],
      ...Object.values(SPI).map((address) => [address, 0]),
    ]);
  }

  read(address) {
    if (this.values.has(address)) return this.values.get(address);
    this.report(`read of register ${address.toString(16)}`);
    return false;
  }

  write(address, value, mask) {
    if (!Object.values(SPI).includes(address) || mask !== 0xffffffff) {
      this.report(`write of register ${address.toString(16)}`);
      return false;
    }
    this.values.set(address, value);
    if (address === SPI.command && value & RUN_COMMAND) this.runFlashCommand();
    return 0;
  }

  runFlashCommand() {
    const command = this.values.get(SPI.user2) & 0xff;
    if (command !== READ_FLASH_ID) this.report(`flash command ${command.toString(16)}`);
    this.values.set(SPI.data, FLASH_ID);
    this.values.set(SPI.command, 0);
  }
}
