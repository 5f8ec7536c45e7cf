import { readFileSync } from 'node:fs';
import { parseJson } from './index.ts';

/** µs a document: `node core/base/strict-json.bench.ts FILE.json` (for instance a pod of 3 KB). */
const bytes = new Uint8Array(readFileSync(process.argv[2]!));
for (let round = 0; round < 5; round++) {
  const count = 20_000;
  const start = performance.now();
  for (let i = 0; i < count; i++) parseJson(bytes);
  const strict = performance.now() - start;
  const from = performance.now();
  for (let i = 0; i < count; i++) JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const loose = performance.now() - from;
  console.log(
    `${bytes.length} bytes: ${((strict * 1000) / count).toFixed(1)} µs; decode and JSON.parse alone ${((loose * 1000) / count).toFixed(1)}`,
  );
}
