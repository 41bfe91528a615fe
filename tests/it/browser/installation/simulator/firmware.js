// The firmware of a simulated device. It speaks Improv if there are Wi-Fi networks around it.

const IMPROV_HEADER = [..."IMPROV"].map((character) => character.charCodeAt(0)).concat(1);
const PACKET = { state: 1, error: 2, request: 3, result: 4 };
const REQUEST = { credentials: 1, state: 2, info: 3, networks: 4 };
const STATE = { ready: 2, provisioning: 3, provisioned: 4 };
const CANNOT_CONNECT = 3;

class Firmware {
  /**
   * `installed` has the name and version of what runs from the start, if anything does, and `published` those
   * of what the page installs. `networks` are lists of name, signal strength and password.
   */
  constructor({ installed, published, networks, url }) {
    Object.assign(this, { installed, published, networks, url, state: STATE.ready, line: [] });
  }

  start() {
    this.line = [];
    this.device.print("I (52) boot: loaded the application\r\n");
  }

  async receive(bytes) {
    for (const byte of bytes) {
      this.line.push(byte);
      const length = this.line[8];
      const isImprov = IMPROV_HEADER.every((expected, index) => this.line[index] === undefined || this.line[index] === expected);
      if (!isImprov) this.line = [];
      if (!isImprov || this.line.length < 9 || this.line.length < length + 11) continue;
      const packet = this.line;
      this.line = [];
      if (this.installed && this.networks) this.answer(packet, length);
    }
  }

  answer(packet, length) {
    const sum = packet.slice(0, -2).reduce((sum, byte) => sum + byte, 0) & 0xff;
    if (packet[7] !== PACKET.request || packet.at(-2) !== sum || packet.at(-1) !== 10) {
      return this.device.report("invalid Improv packet");
    }
    const [request, , ...data] = packet.slice(9, 9 + length);
    if (request === REQUEST.state) this.sendState();
    else if (request === REQUEST.info) this.sendInfo();
    else if (request === REQUEST.networks) this.sendNetworks();
    else if (request === REQUEST.credentials) this.connect(data);
    else this.device.report(`Improv request ${request}`);
  }

  sendState() {
    this.send(PACKET.state, [this.state]);
    if (this.state === STATE.provisioned) this.sendResult(REQUEST.state, [this.url]);
  }

  sendInfo() {
    const { name, version } = this.installed;
    this.sendResult(REQUEST.info, [name, version, "ESP32-C3", "meter-reader"]);
  }

  sendNetworks() {
    for (const [name, strength, password] of this.networks) {
      this.sendResult(REQUEST.networks, [name, String(strength), password ? "YES" : "NO"]);
    }
    this.sendResult(REQUEST.networks, []);
  }

  connect(data) {
    const text = (bytes) => new TextDecoder().decode(Uint8Array.from(bytes));
    const name = text(data.slice(1, 1 + data[0]));
    const password = text(data.slice(2 + data[0]));
    this.send(PACKET.state, [STATE.provisioning]);
    const network = this.networks.find((network) => network[0] === name);
    if (network?.[2] === password) {
      this.state = STATE.provisioned;
      this.send(PACKET.state, [this.state]);
      this.sendResult(REQUEST.credentials, [this.url]);
    } else {
      this.send(PACKET.state, [STATE.ready]);
      this.send(PACKET.error, [CANNOT_CONNECT]);
    }
  }

  sendResult(request, texts) {
    const encoded = texts.map((text) => [...new TextEncoder().encode(text)]).flatMap((bytes) => [bytes.length, ...bytes]);
    this.send(PACKET.result, [request, encoded.length, ...encoded]);
  }

  send(type, data) {
    const packet = [...IMPROV_HEADER, type, data.length, ...data];
    this.device.transmit([...packet, packet.reduce((sum, byte) => sum + byte, 0) & 0xff, 10]);
  }
}
