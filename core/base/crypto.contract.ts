import { expect, test } from 'vitest';
import { hex, utf8 } from './bytes.ts';
import type { Crypto, PrivateKey } from './crypto.ts';

/** What every implementation of `Crypto` must do. `newKey` makes a key that it can sign with. */
export function cryptoContract(name: string, crypto: Crypto, newKey: () => PrivateKey): void {
  test.each([
    ['md5', '', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['md5', 'abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['sha1', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha512',
      'abc',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
    ['md5', 'a'.repeat(1000), 'cabe45dcc9ae5b66ba86600cca6b8ba8'],
    ['sha1', 'a'.repeat(1000), '291e9a6c66994949b57ba5e650361e98fc36b1ba'],
    ['sha256', 'a'.repeat(1000), '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3'],
    [
      'sha512',
      'a'.repeat(1000),
      '67ba5535a46e3f86dbfbed8cbbaf0125c76ed549ff8b0b9e03e0c88cf90fa634fa7b12b47d77b694de488ace8d9a65967dc96df599727d3292a8d9d447709c97',
    ],
  ] as const)(`${name}: %s of %j`, (algorithm, text, wanted) => {
    expect(hex(crypto.hash(algorithm, utf8(text)))).toBe(wanted);
  });

  test(`${name}: hashes of every length around the block edges agree with themselves and differ`, () => {
    const seen = new Set<string>();
    for (let length = 0; length < 260; length++) seen.add(hex(crypto.hash('sha512', new Uint8Array(length))));
    expect(seen.size).toBe(260);
  });

  test(`${name}: a signature holds for its bytes and its key only`, () => {
    const key = newKey();
    const other = newKey();
    const signature = crypto.sign(key, utf8('hello'));
    expect(signature.length).toBe(64);
    expect(crypto.verify(key.public, utf8('hello'), signature)).toBe(true);
    expect(crypto.verify(key.public, utf8('hellO'), signature)).toBe(false);
    expect(crypto.verify(other.public, utf8('hello'), signature)).toBe(false);
    expect(crypto.verify(key.public, utf8('hello'), signature.subarray(1))).toBe(false);
    expect(crypto.verify(key.public, utf8('hello'), new Uint8Array(0))).toBe(false);
    expect(key.public.id).not.toBe(other.public.id);
  });

  test(`${name}: UUIDs are of version 4, and new each time`, () => {
    const one = crypto.uuid();
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(crypto.uuid()).not.toBe(one);
    expect(crypto.randomBytes(16).length).toBe(16);
  });
}
