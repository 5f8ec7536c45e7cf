import { expect, test } from 'vitest';
import { hashOf, hex } from '#core/base';
import { cryptoContract } from '../../core/base/crypto.contract.ts';
import { nodeCrypto, pemOf, privateKeyOf, publicKeyOf } from './index.ts';

cryptoContract('node', nodeCrypto, () => privateKeyOf());

test('keys survive their PEM', () => {
  const key = privateKeyOf();
  expect(privateKeyOf(pemOf(key)).public.id).toBe(key.public.id);
  expect(publicKeyOf(pemOf(key.public)).jwk).toEqual(key.public.jwk);
});

test("core's own hashes are the platform's, at every length around the block edges", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = nodeCrypto.randomBytes(length);
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512'] as const) {
      expect(hex(hashOf(algorithm, bytes))).toBe(hex(nodeCrypto.hash(algorithm, bytes)));
    }
  }
});
