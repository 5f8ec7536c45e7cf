import { builtInSchemas } from '#core/api/definition';
import type { JsonObject } from '#core/base';
import { encodeCbor, SELF_DESCRIBED } from '#core/machinery/cbor';
import { parseApiVersion } from '#core/machinery/object';
import { encodeEnvelope } from '#core/machinery/protobuf';
import { type Answer, request } from './request.ts';
import { type RequestStep, type Scenario, titleOf } from './scenario.ts';
import type { Side } from './sides.ts';
import { type OpenWatch, openWatch, read } from './watching.ts';

/** A step and what came of it. */
export interface Exchange {
  readonly title: string;
  readonly answer: Answer;
}

export interface Played {
  /** The server's resource version before the first step. */
  readonly since: number;
  /** That the server listens on; its own answers name it. */
  readonly port: string;
  readonly exchanges: readonly Exchange[];
  /** Steps that waited for something that did not come. */
  readonly inVain: readonly string[];
  /** Only what it came to counts. */
  readonly isSettled: boolean;
}

/** How long a step with `until` is tried, in milliseconds; after one in vain the scenario's others are asked once. */
const UNTIL = 20_000;

/** Plays a scenario against a server, in a namespace made for it. Throws where no answer comes at all. */
export async function play(side: Side, { name, steps, isSettled = false }: Scenario): Promise<Played> {
  const namespace = `d-${name}`;
  const saved = new Map([['ns', namespace]]);
  const watches = new Map<string, OpenWatch>();
  const exchanges: Exchange[] = [];
  const inVain: string[] = [];
  const since = await makeNamespace(side, namespace);

  for (const step of steps) {
    const title = titleOf(step);
    const keep = (answer: Answer) => void exchanges.push({ title, answer });
    if ('wait' in step) await pause(step.wait);
    else if ('restart' in step) await side.restart();
    else if ('watch' in step)
      watches.set(step.watch, await openWatch(side, { ...step, path: filled(step.path, saved) }));
    else if ('read' in step) keep(await read(watches.get(step.read)!, step));
    else {
      const answer = await ask(side, step, saved, inVain.length === 0 ? UNTIL : 0);
      if (step.until !== undefined && !isSo(answer, step.until)) inVain.push(title);
      if (step.quiet !== true) keep(answer);
      for (const [as, path] of Object.entries(step.save ?? {})) saved.set(as, fieldOf(answer, path));
    }
  }
  for (const watch of watches.values()) watch.stream.cancel();
  return { since, port: new URL(side.url).port, exchanges, inVain, isSettled };
}

/** Makes a namespace with what pods in it need, whether controllers run or not; gives its resource version. */
async function makeNamespace(side: Side, name: string): Promise<number> {
  const made = await request(side, {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  });
  if (made.status !== 201) throw new Error(`${name} was not made: ${Buffer.from(made.body).toString()}`);
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  const path = `/api/v1/namespaces/${name}/serviceaccounts`;
  const last = await request(side, { method: 'POST', path, body: JSON.stringify(account) });
  return Number(fieldOf(last.status === 201 ? last : made, 'metadata.resourceVersion'));
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Fills in what earlier steps saved. */
const filled = (text: string, saved: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => saved.get(name) ?? `{{${name}}}`);

async function ask(
  side: Side,
  step: RequestStep,
  saved: ReadonlyMap<string, string>,
  patience: number,
): Promise<Answer> {
  const { method, path, headers, as, until } = step;
  const bytes = bodyOf(step, saved);
  const caller = as !== undefined && typeof as !== 'string' && 'token' in as ? { token: filled(as.token, saved) } : as;
  const asked = {
    method,
    path: filled(path, saved),
    ...(headers === undefined ? {} : { headers: JSON.parse(filled(JSON.stringify(headers), saved)) as typeof headers }),
    ...(bytes === undefined ? {} : { body: bytes }),
    ...(caller === undefined ? {} : { as: caller }),
  };
  const begun = Date.now();
  for (;;) {
    const answer = await request(side, asked);
    if (until === undefined || isSo(answer, until) || Date.now() - begun >= patience) return answer;
    await pause(20);
  }
}

function bodyOf({ body, headers }: RequestStep, saved: ReadonlyMap<string, string>): string | Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body;
  const text = filled(typeof body === 'string' ? body : JSON.stringify(body), saved);
  const type = typeof body === 'object' ? (headers?.['content-type'] ?? '') : '';
  if (type.includes('protobuf')) return encoded(JSON.parse(text) as JsonObject);
  return type.includes('cbor') ? inCbor(JSON.parse(text) as JsonObject) : text;
}

const schemaOf = (object: JsonObject) => {
  const { group, version } = parseApiVersion(String(object['apiVersion']));
  return builtInSchemas.kind(group, version, String(object['kind']));
};

const inCbor = (object: JsonObject): Uint8Array =>
  Buffer.concat([SELF_DESCRIBED, encodeCbor(object, schemaOf(object))]);

function encoded(object: JsonObject): Uint8Array {
  const schema = schemaOf(object);
  if (schema === undefined) throw new Error(`no schema of ${String(object['apiVersion'])} ${String(object['kind'])}`);
  return encodeEnvelope(schema, object as never);
}

const isSo = ({ status, body }: Answer, until: number | string): boolean =>
  typeof until === 'number' ? status === until : Buffer.from(body).includes(until);

function fieldOf(answer: Answer, path: string): string {
  try {
    let value: unknown = JSON.parse(Buffer.from(answer.body).toString());
    for (const name of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
    return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  } catch {
    return '';
  }
}
