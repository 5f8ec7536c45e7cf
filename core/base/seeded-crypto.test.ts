import { expect, test } from 'vitest';
import { cryptoContract } from './crypto.contract.ts';
import { seededCrypto } from './seeded-crypto.ts';

const crypto = seededCrypto(7);
cryptoContract('seeded', crypto, () => crypto.generateKey());

test('the same seed gives the same ids and keys', () => {
  const [one, two] = [seededCrypto(3), seededCrypto(3)];
  expect(one.uuid()).toBe(two.uuid());
  expect(one.generateKey().public.id).toBe(two.generateKey().public.id);
  expect(seededCrypto(4).uuid()).not.toBe(seededCrypto(3).uuid());
});
