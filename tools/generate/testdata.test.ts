import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtInSchemas } from '#core/api/definition';
import { stringify } from '#core/base';
import { parseApiVersion } from '#core/machinery/object';
import { decodeProto, encodeEnvelope, openEnvelope } from '#core/machinery/protobuf';

/** Upstream's round-trip vectors lie in Go's module cache, where there is one. */
function vectorsFolder(): string | undefined {
  try {
    const cache = execFileSync('go', ['env', 'GOMODCACHE'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const folder = join(cache, 'k8s.io/api@v0.36.1/testdata/HEAD');
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

const folder = vectorsFolder();

test.skipIf(folder === undefined)(
  "every kind with all fields set goes through protobuf as upstream's does (skipped where Go's module cache lacks k8s.io/api@v0.36.1)",
  () => {
    let seen = 0;
    for (const file of readdirSync(folder!).filter((name) => name.endsWith('.pb'))) {
      const bytes = new Uint8Array(readFileSync(join(folder!, file)));
      const envelope = openEnvelope(bytes);
      const { group, version } = parseApiVersion(envelope.apiVersion);
      const schema = builtInSchemas.kind(group, version, envelope.kind);
      if (schema === undefined) continue;
      seen++;
      const object = decodeProto(schema, envelope.message, envelope);
      expect(Buffer.compare(encodeEnvelope(schema, object), bytes), file).toBe(0);
      const json = JSON.stringify(JSON.parse(readFileSync(join(folder!, file.replace(/pb$/, 'json')), 'utf8')));
      expect(JSON.stringify(JSON.parse(stringify(object))), file).toBe(json);
    }
    expect(seen).toBeGreaterThanOrEqual(132);
  },
);
