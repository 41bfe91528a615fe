// Downloads the files of a first installation and checks them. ESP Web Tools checks nothing, so it gets only
// bytes that were checked here.

import { RefusedSignature, verify } from "./minisign.js";

const CHIP_FAMILY = "ESP32-C3";
const PART_TARGET = "esp32c3-factory";
const FLASH_SIZE = 4 * 1024 * 1024;
const MAX_MANIFEST_SIZE = 1024 * 1024;
const MAX_SIGNATURE_SIZE = 1024;

/** The reasons for which a release is refused, in addition to those of its signatures. */
export const Problem = Object.freeze({
  UNREACHABLE: "unreachable",
  MISSING: "missing",
  OTHER_FILE: "other-file",
  WRONG_SIZE: "wrong-size",
  WRONG_DIGEST: "wrong-digest",
  UNUSABLE_MANIFEST: "unusable-manifest",
});

/** A release that must not be installed, with the file that is the cause. */
export class RefusedRelease extends Error {
  constructor(reason, file, detail) {
    super(`${file}: ${reason}`);
    Object.assign(this, { reason, file, detail });
  }
}

/**
 * Downloads a release and returns its name, version and parts, each with its bytes.
 *
 * `progress` is called with the name of a file before it is downloaded, and with the number of bytes of parts
 * received and expected. `cache` is the cache mode of the requests.
 *
 * Throws `RefusedRelease`.
 */
export async function downloadRelease(manifestUrl, keys, { cache = "default", progress = () => {} } = {}) {
  const folder = new URL(".", manifestUrl);
  const version = folder.pathname.split("/").at(-2);
  const download = new Download(folder, keys, cache);

  progress({ file: "manifest.json" });
  const bytes = await download.signed("manifest.json", "manifest.json.minisig", MAX_MANIFEST_SIZE, {
    version,
    target: "manifest",
  });
  const manifest = parseManifest(bytes, version, folder);

  const expected = manifest.parts.reduce((sum, part) => sum + part.size, 0);
  let received = 0;
  const parts = [];
  for (const part of manifest.parts) {
    progress({ file: part.path, received, expected });
    const stated = { version, target: PART_TARGET };
    const bytes = await download.signed(part.path, part.signature, part.size, stated, (count) => {
      received += count;
      progress({ received, expected });
    });
    if (bytes.length !== part.size) throw new RefusedRelease(Problem.WRONG_SIZE, part.path);
    if ((await sha256(bytes)) !== part.sha256) throw new RefusedRelease(Problem.WRONG_DIGEST, part.path);
    parts.push({ offset: part.offset, bytes });
  }
  return { ...manifest, parts };
}

class Download {
  constructor(folder, keys, cache) {
    Object.assign(this, { folder, keys, cache });
  }

  /** Downloads a file of at most `limit` bytes and its signature, which has to state these fields. */
  async signed(path, signaturePath, limit, stated, onBytes) {
    const signature = await this.bytes(signaturePath, MAX_SIGNATURE_SIZE);
    const bytes = await this.bytes(path, limit, onBytes);
    let comment;
    try {
      comment = await verify(bytes, new TextDecoder().decode(signature), this.keys);
    } catch (error) {
      if (error instanceof RefusedSignature) throw new RefusedRelease(error.reason, path);
      throw error;
    }
    if (!statesExactly(comment, { ...stated, size: String(bytes.length) })) {
      throw new RefusedRelease(Problem.OTHER_FILE, path, comment);
    }
    return bytes;
  }

  async bytes(path, limit, onBytes = () => {}) {
    try {
      const options = { cache: this.cache, credentials: "omit", redirect: "error" };
      const response = await fetch(new URL(path, this.folder), options);
      if (!response.ok) throw new RefusedRelease(Problem.MISSING, path, response.status);
      const chunks = [];
      let size = 0;
      for (const reader = response.body.getReader(); ;) {
        const { value, done } = await reader.read();
        if (done) break;
        size += value.length;
        if (size > limit) {
          await reader.cancel();
          throw new RefusedRelease(Problem.WRONG_SIZE, path);
        }
        chunks.push(value);
        onBytes(value.length);
      }
      return new Uint8Array(await new Blob(chunks).arrayBuffer());
    } catch (error) {
      // `fetch` and `read` reject with a `TypeError` if the connection fails.
      if (error instanceof TypeError) throw new RefusedRelease(Problem.UNREACHABLE, path);
      throw error;
    }
  }
}

/** Whether a trusted comment states these fields, each exactly once. It may state others. */
function statesExactly(comment, fields) {
  const stated = comment.split(" ").map((field) => /^([^:]+):(.*)$/.exec(field));
  if (stated.includes(null)) return false;
  return Object.entries(fields).every(([name, value]) => {
    const values = stated.filter((field) => field[1] === name).map((field) => field[2]);
    return values.length === 1 && values[0] === value;
  });
}

/** The manifest is signed, but it may be of a form that this page does not know. */
function parseManifest(bytes, version, folder) {
  const refuse = () => {
    throw new RefusedRelease(Problem.UNUSABLE_MANIFEST, "manifest.json");
  };
  let manifest;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    refuse();
  }
  const build = manifest?.builds?.find?.((build) => build?.chipFamily === CHIP_FAMILY);
  const parts = build?.parts;
  if (typeof manifest?.name !== "string" || manifest.version !== version) refuse();
  if (!Array.isArray(parts) || parts.length === 0) refuse();
  let end = 0;
  for (const { path, signature, offset, size, sha256 } of parts.toSorted((a, b) => a.offset - b.offset)) {
    const isNumber = (value) => Number.isInteger(value) && value >= 0;
    if (!isNumber(offset) || !isNumber(size) || offset < end || offset + size > FLASH_SIZE) refuse();
    if (!isWithin(folder, path) || !isWithin(folder, signature) || typeof sha256 !== "string") refuse();
    end = offset + size;
  }
  const { name, new_install_prompt_erase } = manifest;
  return { name, version, promptErase: new_install_prompt_erase === true, parts };
}

function isWithin(folder, path) {
  return typeof path === "string" && URL.canParse(path, folder) && new URL(path, folder).href.startsWith(folder.href);
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
