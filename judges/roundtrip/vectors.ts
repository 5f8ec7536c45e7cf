import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One object with all fields set, in the three forms in which upstream keeps it. */
export interface Vector {
  /** `apps.v1.Deployment`. */
  readonly name: string;
  readonly json: Uint8Array;
  readonly yaml: string;
  readonly protobuf: Uint8Array;
}

/** Upstream's round-trip vectors lie in Go's module cache (`k8s.io/api`, testdata/HEAD), where there is one. */
export function vectors(): readonly Vector[] {
  const folder = vectorsFolder();
  if (folder === undefined) return [];
  const read = (file: string) => new Uint8Array(readFileSync(join(folder, file)));
  return readdirSync(folder)
    .filter((file) => file.endsWith('.pb'))
    .map((file) => file.slice(0, -3))
    .map((name) => ({
      name,
      json: read(`${name}.json`),
      yaml: readFileSync(join(folder, `${name}.yaml`), 'utf8'),
      protobuf: read(`${name}.pb`),
    }));
}

function vectorsFolder(): string | undefined {
  try {
    const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'ignore'];
    const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8', stdio }).trim();
    const folder = join(cache, 'k8s.io/api@v0.36.1/testdata/HEAD');
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}
