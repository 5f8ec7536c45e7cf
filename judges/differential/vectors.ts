import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { JsonObject } from '#core/base';
import { vectors } from '../roundtrip/vectors.ts';
import { kinds } from './generated/kinds.ts';

const FILE = join(import.meta.dirname, 'recorded/vectors.json.gz');

type Objects = Readonly<Record<string, JsonObject>>;

/** An object of every kind with all its fields set, by `GROUP/VERSION KIND`: what was asked when it was last recorded, so that replaying needs no Go. */
export const fullObjects = (): Objects =>
  existsSync(FILE) ? (JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as Objects) : {};

/** Takes upstream's vectors as they are in Go's module cache now; keeps what there is where they are not. */
export function gatherFullObjects(): void {
  const found: [string, JsonObject][] = [];
  const wanted = new Map(kinds().map(({ id, apiVersion, kind }) => [fileOf(apiVersion, kind), id]));
  for (const { name, json } of vectors()) {
    const id = wanted.get(name);
    if (id !== undefined) found.push([id, JSON.parse(new TextDecoder().decode(json)) as JsonObject]);
  }
  if (found.length > 0) writeFileSync(FILE, gzipSync(JSON.stringify(Object.fromEntries(found)), { level: 9 }));
}

const fileOf = (apiVersion: string, kind: string): string =>
  `${apiVersion.includes('/') ? apiVersion.replace('/', '.') : `core.${apiVersion}`}.${kind}`;
