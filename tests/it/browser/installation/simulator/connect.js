// Connects a simulated device with the page. Replaces `navigator.serial`, because the dialog of a real
// `requestPort` ends a headless browser.

const [options] = arguments;
const device = new SimulatedDevice({ flash: options.flash, firmware: new Firmware(options) });
const port = new SimulatedPort(device, ...options.usb);
window.simulatedDevice = device;
Object.defineProperty(navigator, "serial", { value: { requestPort: async () => port }, configurable: true });
