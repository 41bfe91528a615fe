// The element `<cloudsmets-installer manifest="1.5.0/manifest.json" keys="RW... RW...">`: checks a release
// and then offers to install it.
//
// Its children are hidden until they are needed. Those with the attribute `slot` are named like the slots of
// `<esp-web-install-button>`, which receives them: `not-allowed` (no secure context), `unsupported` (no Web
// Serial) and `activate` (the button that starts the installation).

import { isSupported, parsePublicKey, Refusal } from "./minisign.js";
import { downloadRelease, Problem, RefusedRelease } from "./release.js";

const INSTALL_BUTTON = "../esp-web-tools/10.4.0/install-button.js";
const SLOTS = ["not-allowed", "unsupported", "activate"];

/** What the element shows, in its attribute `state`. */
const State = Object.freeze({
  NOT_ALLOWED: "not-allowed",
  UNSUPPORTED: "unsupported",
  CHECKING: "checking",
  READY: "ready",
  FAILED: "failed",
});

/** Why nothing is offered, in its attribute `reason`. */
const Reason = Object.freeze({
  ...Refusal,
  ...Problem,
  OUTDATED_BROWSER: "outdated-browser",
  BROKEN_INSTALLER: "broken-installer",
});

const TELL = "If this happens again, tell the person who publishes the releases.";
const RELOAD = `Reload this page. ${TELL}`;
const REPLACED =
  `A network with a sign-in page may have replaced it: sign in, or use another network, and check again. ${TELL}`;

/** What happened to a file, and what to do. */
const FAILURES = {
  [Reason.UNREACHABLE]: (file) => [
    `${file} cannot be downloaded.`,
    "Check the network connection, then check again. A network with a sign-in page blocks the download until you sign in.",
  ],
  [Reason.MISSING]: (file, status) => [
    `${file} is missing: the server answered with status ${status}.`,
    `Check again in a few minutes. ${TELL}`,
  ],
  [Reason.NOT_A_SIGNATURE]: (file) => [`The signature of ${file} cannot be read.`, REPLACED],
  [Reason.UNKNOWN_KEY]: (file) => [`${file} is signed with a key that this page does not know.`, RELOAD],
  [Reason.BAD_SIGNATURE]: (file) => [`${file} is not the file that was signed.`, REPLACED],
  [Reason.OTHER_FILE]: (file, comment) => [`The signature of ${file} belongs to another file (${comment}).`, RELOAD],
  [Reason.WRONG_SIZE]: (file) => [`${file} does not have the size that was signed.`, REPLACED],
  [Reason.WRONG_DIGEST]: (file) => [`${file} does not have the digest that was signed.`, REPLACED],
  [Reason.UNUSABLE_MANIFEST]: (file) => [`${file} contains no installation that this page knows.`, RELOAD],
  [Reason.OUTDATED_BROWSER]: () => ["This browser cannot verify signatures.", "Update the browser, then load this page again."],
  [Reason.BROKEN_INSTALLER]: () => ["The installer cannot be started.", RELOAD],
};

class Installer extends HTMLElement {
  #status = Object.assign(document.createElement("div"), { role: "status" });
  #progress = document.createElement("progress");
  #retry = Object.assign(document.createElement("button"), { type: "button", textContent: "Check again" });

  connectedCallback() {
    if (this.#status.isConnected) return;
    this.querySelector("[data-without-script]")?.remove();
    this.#progress.setAttribute("aria-label", "Downloaded");
    this.#retry.addEventListener("click", () => this.#check("reload"));
    if (!window.isSecureContext) return this.#show(State.NOT_ALLOWED);
    if (!("serial" in navigator)) return this.#show(State.UNSUPPORTED);
    this.append(this.#status, this.#progress, this.#retry);
    this.#check("default");
  }

  #show(state, reason = null) {
    this.setAttribute("state", state);
    this.toggleAttribute("reason", false);
    if (reason) this.setAttribute("reason", reason);
    for (const slot of SLOTS) {
      const text = this.querySelector(`[slot="${slot}"]`);
      if (text) text.hidden = state !== slot && state !== State.READY;
    }
    this.#progress.hidden = state !== State.CHECKING;
    this.#retry.hidden = state !== State.FAILED;
  }

  #say(...sentences) {
    this.#status.replaceChildren(
      ...sentences.map((text) => Object.assign(document.createElement("p"), { textContent: text })),
    );
  }

  /** A retry bypasses the browser's cache, which may have kept the reply that was refused. */
  async #check(cache) {
    this.#progress.removeAttribute("value");
    this.#show(State.CHECKING);
    try {
      const release = await this.#download(cache);
      await this.#offer(release);
      this.#show(State.READY);
      this.#say(`All files of ${release.name} ${release.version} are complete, and their signatures are valid.`);
    } catch (error) {
      this.#fail(error instanceof RefusedRelease ? error : { reason: Reason.BROKEN_INSTALLER, cause: error });
    }
  }

  async #download(cache) {
    if (!(await isSupported())) throw new RefusedRelease(Reason.OUTDATED_BROWSER, "this browser");
    const keys = this.getAttribute("keys").split(" ").map(parsePublicKey);
    const manifest = new URL(this.getAttribute("manifest"), document.baseURI);
    const progress = ({ file, received, expected }) => {
      if (file) this.#say(`Downloading and checking ${file}.`);
      if (expected) Object.assign(this.#progress, { value: received, max: expected });
    };
    return downloadRelease(manifest, keys, { cache, progress });
  }

  /** Adds the button of ESP Web Tools, which reads the checked bytes from memory. */
  async #offer(release) {
    await import(INSTALL_BUTTON);
    const url = (content, type) => URL.createObjectURL(new Blob([content], { type }));
    const parts = release.parts.map(({ offset, bytes }) => ({
      path: url(bytes, "application/octet-stream"),
      offset,
    }));
    const manifest = {
      name: release.name,
      version: release.version,
      new_install_prompt_erase: release.promptErase,
      builds: [{ chipFamily: "ESP32-C3", parts }],
    };
    const button = document.createElement("esp-web-install-button");
    button.manifest = url(JSON.stringify(manifest), "application/json");
    button.append(...SLOTS.map((slot) => this.querySelector(`[slot="${slot}"]`)).filter(Boolean));
    this.append(button);
  }

  #fail({ reason, file, detail, cause }) {
    if (cause) console.error(cause);
    this.#show(State.FAILED, reason);
    this.#say(...FAILURES[reason](file, detail), "Nothing was written to your device.");
  }
}

customElements.define("cloudsmets-installer", Installer);
