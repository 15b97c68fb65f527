import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import type { Signer } from '../../src/ledger/signed-note';
import {
  checkpointText,
  openNote,
  readCheckpoint,
  readVerifierKey,
  signNote,
  verifierKey,
} from '../../src/ledger/signed-note';

const fresh = (name: string): Signer => ({ name, key: generateKeyPairSync('ed25519').privateKey });
const verifierOf = (signer: Signer) => readVerifierKey(verifierKey(signer));

/** The key pair and note of the documentation of Go's sumdb/note, where this format comes from. */
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const NEUMANN: Signer = {
  name: 'PeterNeumann',
  key: createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]),
    format: 'der',
    type: 'pkcs8',
  }),
};
const TEXT =
  'If you think cryptography is the answer to your problem,\nthen you don\u2019t know what your problem is.\n'.replace(
    '\u2019',
    "'",
  );

test('a key and a note are those of the format\u2019s own example', () => {
  expect(verifierKey(NEUMANN)).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const note = signNote(TEXT, [NEUMANN]);
  expect(note).toBe(
    `${TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`,
  );
  expect(openNote(note, [verifierOf(NEUMANN)])).toBe(TEXT);
});

const origin = 'imaging-failsafe.invalid/trial';
const checkpoint = { origin, size: 18, root: Buffer.alloc(32, 7), at: '2026-11-24T12:00:00.000Z' };

test('a checkpoint reads as it was written', () => {
  expect(checkpointText(checkpoint)).toBe(
    `${origin}\n18\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\nat 2026-11-24T12:00:00.000Z\n`,
  );
  expect(readCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
  expect(readCheckpoint(`${checkpointText(checkpoint)}more\n`)).toBeUndefined();
});

test('either of two keys that sign opens it, and no other of the same name', () => {
  const [first, second, other] = [fresh(origin), fresh(origin), fresh(origin)];
  const text = checkpointText(checkpoint);
  const note = signNote(text, [first, second]);
  expect(openNote(note, [verifierOf(first)])).toBe(text);
  expect(openNote(note, [verifierOf(second)])).toBe(text);
  expect(openNote(note, [verifierOf(other)])).toBeUndefined();
  expect(openNote(signNote(text, [first]), [verifierOf(second)])).toBeUndefined();
});

test('a note with any byte changed opens no more', () => {
  const signer = fresh(origin);
  const text = checkpointText(checkpoint);
  const note = Buffer.from(signNote(text, [signer]));
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const copy = Buffer.from(note);
      copy[at]! ^= by;
      expect(openNote(copy.toString('utf8'), [verifierOf(signer)])).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test.each([
  '',
  'name',
  'name+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  'PeterNeumann+c74f20a3+AhpcA',
])('%j is no verifier key', (text) => {
  expect(() => readVerifierKey(text)).toThrow('no verifier key');
});
