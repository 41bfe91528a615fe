// Verifies signatures in minisign's prehashed format: Ed25519 over the BLAKE2b-512 digest of the file, and
// a second signature over the first one and the trusted comment.
//
// Ed25519 comes from the browser: every browser with Web Serial has had it since Chromium 137. BLAKE2b is
// not part of the Web Cryptography API.

import { blake2b } from "../@noble/hashes/2.4.0/blake2.js";

const KEY_ALGORITHM = "Ed";
const PREHASHED_ALGORITHM = "ED";
const SIGNATURE_LENGTH = 64;

/** The reasons for which a signature is refused. */
export const Refusal = Object.freeze({
  NOT_A_SIGNATURE: "not-a-signature",
  UNKNOWN_KEY: "unknown-key",
  BAD_SIGNATURE: "bad-signature",
});

/** A signature that is not accepted. */
export class RefusedSignature extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Whether the browser can verify signatures. */
export async function isSupported() {
  try {
    await importKey(new Uint8Array(32).fill(1));
    return true;
  } catch (error) {
    return !(error instanceof DOMException && error.name === "NotSupportedError");
  }
}

/** Parses a public key in minisign's base64 form. */
export function parsePublicKey(text) {
  const bytes = decodeBase64(text, 42);
  if (!bytes || algorithm(bytes) !== KEY_ALGORITHM) throw new TypeError(`not a public key: ${text}`);
  return { id: keyId(bytes), bytes: bytes.slice(10) };
}

/**
 * Verifies a file against the text of its signature file, and returns the trusted comment.
 *
 * Throws `RefusedSignature`.
 */
export async function verify(file, signatureText, keys) {
  const { id, signature, comment, commentSignature } = parseSignature(signatureText);
  const trusted = keys.filter((key) => key.id === id);
  if (trusted.length === 0) throw new RefusedSignature(Refusal.UNKNOWN_KEY);
  const digest = blake2b(file, { dkLen: 64 });
  const signedComment = new Uint8Array([...signature, ...new TextEncoder().encode(comment)]);
  for (const publicKey of trusted) {
    const key = await importKey(publicKey.bytes);
    const isValid = (bytes, data) => crypto.subtle.verify("Ed25519", key, bytes, data);
    if ((await isValid(signature, digest)) && (await isValid(commentSignature, signedComment))) return comment;
  }
  throw new RefusedSignature(Refusal.BAD_SIGNATURE);
}

function parseSignature(text) {
  const lines = /^untrusted comment: [^\n]*\n([^\n]+)\ntrusted comment: ([^\n]*)\n([^\n]+)\n?$/.exec(text);
  const bytes = lines && decodeBase64(lines[1], 10 + SIGNATURE_LENGTH);
  const commentSignature = lines && decodeBase64(lines[3], SIGNATURE_LENGTH);
  if (!bytes || !commentSignature || algorithm(bytes) !== PREHASHED_ALGORITHM) {
    throw new RefusedSignature(Refusal.NOT_A_SIGNATURE);
  }
  return { id: keyId(bytes), signature: bytes.slice(10), comment: lines[2], commentSignature };
}

const algorithm = (bytes) => String.fromCharCode(bytes[0], bytes[1]);
const keyId = (bytes) => bytes.slice(2, 10).join(" ");
const importKey = (bytes) => crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);

/** Returns null unless the text is the canonical encoding of that many bytes. `atob` accepts more. */
function decodeBase64(text, length) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  if (binary.length !== length || btoa(binary) !== text) return null;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
