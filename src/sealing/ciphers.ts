import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

/** AES-256-GCM and HMAC-SHA256 over what is sealed. Pure but for the random bytes; a wrong key throws. */

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;
/** Eight bytes: two words of a whole trust meet by chance once in billions of texts. */
const TERM_BYTES = 8;

export const newKey = (): Buffer => randomBytes(32);

/** Nonce, ciphertext and tag. `about` is bound to it: it cannot be put in another's place. */
export const encrypt = (key: Buffer, plain: Buffer, about: string): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

/** @throws Error where the key is another, `about` is another, or a byte was changed */
export const decrypt = (key: Buffer, sealed: Buffer, about: string): Buffer => {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(about))
    .setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
};

const mac = (key: Buffer, ...parts: string[]): Buffer =>
  createHmac('sha256', key).update(parts.join('\0')).digest();

/** Each use has a key of its own, worked out from the owner's. */
const textKey = (dataKey: Buffer): Buffer => mac(dataKey, 'text');
const printKey = (dataKey: Buffer): Buffer => mac(dataKey, 'fingerprint');

/** A text under its owner's key, with the commitment that the record may hold (docs/EVIDENCE.md). */
export const sealText = (
  dataKey: Buffer,
  ref: string,
  text: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): { cipher: Buffer; commitment: string } => {
  // Read back, the salt is told from the text by its length alone.
  if (salt.length !== SALT_BYTES) throw new Error(`a salt of ${salt.length} bytes`);
  return {
    cipher: encrypt(textKey(dataKey), Buffer.concat([salt, Buffer.from(text, 'utf8')]), ref),
    commitment: createHash('sha256').update(salt).update(text, 'utf8').digest('base64url'),
  };
};

export const unsealText = (dataKey: Buffer, ref: string, cipher: Buffer): { salt: Buffer; text: string } => {
  const plain = decrypt(textKey(dataKey), cipher, ref);
  return { salt: plain.subarray(0, SALT_BYTES), text: plain.subarray(SALT_BYTES).toString('utf8') };
};

/** The same for the same words in the same place of one journey, and for nothing else. */
export const fingerprint = (dataKey: Buffer, journey: string, kind: string, text: string): string =>
  mac(printKey(dataKey), journey, kind, text).toString('base64url');

/** What a word is called in the index: the same in every text, and nobody without the search key can say of which word. */
export const term = (searchKey: Buffer, lexeme: string): string =>
  mac(searchKey, lexeme).subarray(0, TERM_BYTES).toString('base64url');
