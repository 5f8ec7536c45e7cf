import { setTimeout as wait } from 'node:timers/promises';
import { below, type Random } from '#core/base';
import { type Answer, type Api, ask, NOT_SENT } from './api.ts';
import type { Outcome, Seen } from './history.ts';
import { COLLECTION, listIn, NAMESPACE, seenIn, type Recording } from './record.ts';

/** So few that clients meet. */
const KEYS = 10;
/** Milliseconds to wait for a server that is down. */
const DOWN = 40;

/** Writes, reads and lists at random until told to stop; all that it does goes into the recording. */
export async function client(
  api: Api,
  id: number,
  random: Random,
  recording: Recording,
  stop: AbortSignal,
): Promise<void> {
  /** As last seen; what is not in it was not there. */
  const known = new Map<string, Seen>();
  let writes = 0;

  const read = async (key: string): Promise<void> => {
    const start = performance.now();
    const { status, body } = await ask(api, 'GET', `${COLLECTION}/${key}`);
    const end = performance.now();
    if (status !== 200 && status !== 404) return strange('a read', status, body);
    const found = status === 200 ? seenIn(body) : undefined;
    recording.reads.push({ key, start, end, found });
    if (found === undefined) known.delete(key);
    else known.set(key, found);
  };

  const list = async (): Promise<void> => {
    const start = performance.now();
    const { status, body } = await ask(api, 'GET', COLLECTION);
    const end = performance.now();
    if (status !== 200) return strange('a list', status, body);
    recording.lists.push({ start, end, ...listIn(body) });
  };

  const write = async (key: string): Promise<void> => {
    const onto = known.get(key)?.revision ?? 0;
    const value = onto !== 0 && random.next() < 0.2 ? undefined : `${id}-${++writes}`;
    const start = performance.now();
    let outcome: Outcome;
    try {
      const answer = await send(key, onto, value);
      outcome = outcomeOf(answer, value);
      if (outcome.is === 'refused' && !outcome.conflict) strange('a write', answer.status, answer.body);
    } catch (failure) {
      if (failure === NOT_SENT) throw failure;
      outcome = { is: 'unknown' };
    }
    recording.writes.push({ key, onto, value, outcome, start, end: performance.now() });
    if (outcome.is !== 'done') await read(key);
    else if (outcome.revision === undefined) known.delete(key);
    else known.set(key, { revision: outcome.revision, value: value! });
  };

  const send = (name: string, onto: number, value: string | undefined): Promise<Answer> => {
    if (value === undefined) {
      const preconditions = { resourceVersion: String(onto) };
      return ask(api, 'DELETE', `${COLLECTION}/${name}`, { apiVersion: 'v1', kind: 'DeleteOptions', preconditions });
    }
    const metadata = { name, namespace: NAMESPACE, ...(onto === 0 ? {} : { resourceVersion: String(onto) }) };
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { value, filling: 'x'.repeat(below(random, 2000)) },
    };
    return onto === 0 ? ask(api, 'POST', COLLECTION, object) : ask(api, 'PUT', `${COLLECTION}/${name}`, object);
  };

  const strange = (what: string, status: number, body: unknown) => {
    // A server that stops, or whose disk is full, may say so.
    if (status >= 500 || status === 429) return;
    recording.strange.push(`${what} was answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
  };

  while (!stop.aborted) {
    const chance = random.next();
    const key = `object-${below(random, KEYS)}`;
    try {
      if (chance < 0.6) await write(key);
      else if (chance < 0.92) await read(key);
      else await list();
    } catch {
      await wait(DOWN);
    }
  }
}

/** What an answer to a write says of it. */
export function outcomeOf({ status, body }: Answer, value: string | undefined): Outcome {
  if (status === 200 || status === 201) {
    return value === undefined ? { is: 'done' } : { is: 'done', revision: seenIn(body).revision };
  }
  if (status >= 500) return { is: 'unknown' };
  return { is: 'refused', conflict: status === 409 || status === 404 };
}
