import { type Answer, open, request } from './request.ts';
import { type ReadStep, type RequestStep, type Scenario, titleOf, type WatchStep } from './scenario.ts';
import type { Side } from './sides.ts';
import type { WireStream } from './wire.ts';

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
}

/** How long events that are expected are waited for, in milliseconds. */
const EVENTS = 3000;
/** How long a step with `until` is tried. */
const UNTIL = 5000;

/** Plays a scenario against a server, in a namespace made for it. Throws where no answer comes at all. */
export async function play(side: Side, { name, steps }: Scenario): Promise<Played> {
  const namespace = `d-${name}`;
  const saved = new Map([['ns', namespace]]);
  const watches = new Map<string, OpenWatch>();
  const exchanges: Exchange[] = [];
  const metadata = { name: namespace };
  const made = await request(side, {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }),
  });
  if (made.status !== 201) throw new Error(`${namespace} was not made: ${Buffer.from(made.body).toString()}`);
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const last = await request(side, { method: 'POST', path: accounts, body: JSON.stringify(account) });
  const since = Number(fieldOf(last, 'metadata.resourceVersion'));

  for (const step of steps) {
    const title = titleOf(step);
    const keep = (answer: Answer) => void exchanges.push({ title, answer });
    if ('wait' in step) await pause(step.wait);
    else if ('watch' in step) watches.set(step.watch, await openWatch(side, step, saved));
    else if ('read' in step) keep(await read(watches.get(step.read)!, step));
    else {
      const answer = await ask(side, step, saved);
      if (step.quiet !== true) keep(answer);
      for (const [as, path] of Object.entries(step.save ?? {})) saved.set(as, fieldOf(answer, path));
    }
  }
  for (const watch of watches.values()) watch.stream.cancel();
  return { since, port: new URL(side.url).port, exchanges };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Fills in what earlier steps saved. */
const filled = (text: string, saved: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => saved.get(name) ?? `{{${name}}}`);

async function ask(side: Side, step: RequestStep, saved: ReadonlyMap<string, string>): Promise<Answer> {
  const { method, path, headers, body, as, until } = step;
  const bytes =
    body === undefined || body instanceof Uint8Array
      ? body
      : filled(typeof body === 'string' ? body : JSON.stringify(body), saved);
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
    if (until === undefined || answer.status === until || Date.now() - begun > UNTIL) return answer;
    await pause(20);
  }
}

function fieldOf(answer: Answer, path: string): string {
  try {
    let value: unknown = JSON.parse(Buffer.from(answer.body).toString());
    for (const name of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
    return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  } catch {
    return '';
  }
}

interface OpenWatch {
  readonly path: string;
  readonly sentAt: number;
  readonly stream: WireStream;
  /** Chunks that nobody has read. */
  readonly lines: string[];
  ended: boolean;
  wake: () => void;
}

async function openWatch(side: Side, step: WatchStep, saved: ReadonlyMap<string, string>): Promise<OpenWatch> {
  const path = filled(step.path, saved);
  const { headers, as } = step;
  const sentAt = Date.now();
  const stream = await open(side, {
    method: 'GET',
    path,
    ...(headers === undefined ? {} : { headers }),
    ...(as === undefined ? {} : { as }),
  });
  const watch: OpenWatch = { path, sentAt, stream, lines: [], ended: false, wake: () => undefined };
  void follow(watch);
  return watch;
}

async function follow(watch: OpenWatch): Promise<void> {
  let rest = '';
  try {
    for await (const chunk of watch.stream.chunks) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n');
      rest = lines.pop()!;
      watch.lines.push(...lines);
      watch.wake();
    }
  } catch {
    // Cut off: as much an end as any.
  }
  if (rest !== '') watch.lines.push(rest);
  watch.ended = true;
  watch.wake();
}

/** Its answer's body holds the events, a line each; the header `x-ended` says whether the server has ended the stream. */
async function read(watch: OpenWatch, { count }: ReadStep): Promise<Answer> {
  const until = Date.now() + (count === 'end' ? 10 * EVENTS : EVENTS);
  const enough = () => watch.ended || (count !== 'end' && watch.lines.length >= count);
  while (!enough() && Date.now() < until) {
    await Promise.race([new Promise<void>((resolve) => (watch.wake = resolve)), pause(until - Date.now())]);
  }
  const lines = watch.lines.splice(0, count === 'end' ? watch.lines.length : count);
  return {
    asked: { method: 'GET', path: watch.path },
    sentAt: watch.sentAt,
    status: watch.stream.status,
    headers: { ...watch.stream.headers, ...(watch.ended && watch.lines.length === 0 ? { 'x-ended': 'true' } : {}) },
    body: Buffer.from(lines.join('\n')),
  };
}
