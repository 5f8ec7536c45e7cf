/* Asks a running original what it says of each faulty object: `record.ts URL TOKEN [KIND ...]`; see judges/upstream/run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { casesByKind } from './kinds/index.ts';
import type { Fault } from './cases.ts';

type Json = { [field: string]: unknown };
interface Answer {
  readonly status: number;
  readonly body: Json;
}

const [server = '', token = '', ...only] = process.argv.slice(2);

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request(`${server}${path}`, { method, headers, rejectUnauthorized: false }, (got) => {
      let text = '';
      got.on('data', (part) => (text += part));
      got.on('end', () => resolve({ status: got.statusCode ?? 0, body: JSON.parse(text) as Json }));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A copy with fields set by dotted path; numbers are places in lists, `\.` is a dot in a name. */
export function withFault(object: unknown, fault: Fault): Json {
  const copy = structuredClone(object) as Json;
  for (const [path, value] of Object.entries(fault)) {
    const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
    let holder = copy;
    for (const [i, key] of keys.slice(0, -1).entries()) {
      holder[key] ??= /^\d+$/.test(keys[i + 1]!) ? [] : {};
      holder = holder[key] as Json;
    }
    if (value === undefined) delete holder[keys.at(-1)!];
    else holder[keys.at(-1)!] = value;
  }
  return copy;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

interface Cause {
  readonly field?: string;
  readonly message?: string;
}

/** What was refused, in the order in which it was told; undefined where the answer is no verdict of validation. */
function causesOf({ status, body }: Answer, known: ReadonlySet<string>): readonly string[] | undefined {
  if (status < 300) return [];
  if (status !== 422) return undefined;
  const { causes = [] } = (body['details'] ?? {}) as { causes?: readonly Cause[] };
  return causes.map(({ field = '', message = '' }) =>
    `${field}: ${message}`.replaceAll(UUID, (uid) => (known.has(uid) ? uid : 'UID')),
  );
}

const recorded: Json[] = [];
const shown = (fault: Fault) => JSON.stringify(fault, (_, value) => (value === undefined ? null : value)).slice(0, 120);

async function place(object: Json): Promise<string> {
  const version = object['apiVersion'] as string;
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  const { body } = await call('GET', root);
  const one = (body['resources'] as Json[]).find(
    ({ kind, name }) => kind === object['kind'] && !String(name).includes('/'),
  );
  if (one === undefined) throw new Error(`the original does not serve ${version} ${object['kind'] as string}`);
  return `${root}/${one['namespaced'] === true ? 'namespaces/default/' : ''}${one['name'] as string}`;
}

/** How often is asked, since the original walks maps in an order of chance. */
const TIMES = 25;

/** Whether that came to something: the original's controllers may write the object in between. */
async function keep(it: string, ask: () => Promise<Answer>, entry: Json): Promise<boolean> {
  const known = new Set(JSON.stringify(entry).match(UUID) ?? []);
  const orders = new Map<string, readonly string[]>();
  for (let time = 0; time < TIMES; time++) {
    const answer = await ask();
    const causes = causesOf(answer, known);
    if (answer.body['reason'] === 'Conflict') return false;
    if (causes === undefined) {
      console.error(`${it}: ${answer.status} ${String(answer.body['message']).slice(0, 200)}`);
      return true;
    }
    orders.set(JSON.stringify(causes), causes);
    if (causes.length < 2) break;
  }
  const [causes = []] = orders.values();
  recorded.push(
    orders.size > 1 ? { it, ...entry, causes: causes.toSorted(), anyOrder: true } : { it, ...entry, causes },
  );
  return true;
}

// Without controllers nobody makes what every pod needs.
await call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });

for (const [kind, { object, create = [], was, update = [], status = [], at = {} }] of Object.entries(casesByKind)) {
  if (only.length > 0 && !only.includes(kind)) continue;
  const path = await place(object as Json);
  const name = ((object as Json)['metadata'] as Json)['name'] as string;
  for (const fault of [{}, ...create]) {
    const given = withFault(object, fault);
    await keep(`${kind} create ${shown(fault)}`, () => call('POST', `${path}?dryRun=All`, given), { object: given });
  }
  if (update.length + status.length + Object.keys(at).length === 0) continue;
  const made = await call('POST', path, object);
  if (made.status !== 201) throw new Error(`${kind}: ${made.status} ${String(made.body['message'])}`);
  if (was !== undefined) {
    const set = await call('PUT', `${path}/${name}/status`, withFault(made.body, was));
    if (set.status !== 200) throw new Error(`${kind}: ${set.status} ${String(set.body['message'])}`);
  }
  for (const [subresource, faults] of Object.entries({ update, status, ...at })) {
    const isWhole = subresource === 'update';
    const place = isWhole ? `${path}/${name}` : `${path}/${name}/${subresource}`;
    for (const fault of faults) {
      let isKept = false;
      while (!isKept) {
        const old = (await call('GET', `${path}/${name}`)).body;
        const given = withFault(old, fault);
        const entry = { object: given, old, ...(isWhole ? {} : { subresource }) };
        const ask = () => call('PUT', `${place}?dryRun=All`, given);
        isKept = await keep(`${kind} ${subresource} ${shown(fault)}`, ask, entry);
      }
    }
  }
  await call('DELETE', `${path}/${name}?gracePeriodSeconds=0&propagationPolicy=Background`);
}

const file = new URL('recorded-kinds.json', import.meta.url);
const kept =
  only.length === 0
    ? []
    : (JSON.parse(readFileSync(file, 'utf8')) as Json[]).filter(({ it }) => !only.includes(String(it).split(' ')[0]!));
writeFileSync(file, `[\n${[...kept, ...recorded].map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
console.log(`${recorded.length} recorded`);
