import { utf8 } from '#core/base';
import type { Query } from '../query.ts';
import type { HealthCheck } from '../seams.ts';
import type { Answer } from '../types.ts';

type Endpoint = 'healthz' | 'livez' | 'readyz';

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

const text = (status: number, body: string): Answer => ({ status, headers: TEXT, body: [utf8(body)] });

/** Always well while it answers. Upstream: apiserver/pkg/server/healthz/healthz.go. */
const ping: HealthCheck = { name: 'ping', endpoints: ['healthz', 'livez', 'readyz'], check: () => undefined };

/** Answers /healthz, /livez and /readyz, their `?verbose` and `?exclude=`, and single checks below them; `undefined` for other paths. */
export function healthAnswer(checks: readonly HealthCheck[], path: string, query: Query): Answer | undefined {
  const match = /^\/(healthz|livez|readyz)(?:\/(.*))?$/.exec(path);
  if (match === null || match[2] === '') return undefined;
  const endpoint = match[1] as Endpoint;
  const all = [ping, ...checks].filter(({ endpoints }) => endpoints.includes(endpoint));
  const single = match[2];
  if (single !== undefined) {
    const check = all.find(({ name }) => name === single);
    if (check === undefined) return undefined;
    const failure = check.check();
    return failure === undefined ? text(200, 'ok') : text(500, `internal server error: ${failure}\n`);
  }
  return summary(endpoint, all, query);
}

function summary(endpoint: Endpoint, all: readonly HealthCheck[], query: Query): Answer {
  const excluded = new Set(query.get('exclude') ?? []);
  const lines: string[] = [];
  let failed = false;
  for (const { name, check } of all) {
    if (excluded.has(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const failure = check();
    if (failure === undefined) lines.push(`[+]${name} ok`);
    else {
      failed = true;
      lines.push(`[-]${name} failed: reason withheld`);
    }
  }
  if (failed) return text(500, `${lines.join('\n')}\n${endpoint} check failed\n`);
  return text(200, query.has('verbose') ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok');
}
