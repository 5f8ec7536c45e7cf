import { setTimeout as wait } from 'node:timers/promises';
import { httpTransport } from '#adapters/http-client';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { configMaps } from '#core/api/tokens';
import { silentLog } from '#core/base';
import { createInformers, httpClient } from '#core/client';
import type { Credentials } from '../process.ts';
import type { Seen } from './history.ts';
import { NAMESPACE, type Recording, seenIn } from './record.ts';

/** A component on another machine, with the project's own client: what it holds must follow the server, whatever befalls the network. */
export interface Follower {
  /** Waits until it holds just these objects, by name; that it does not within the patience, in milliseconds, is a fault. */
  holds(wanted: ReadonlyMap<string, Seen>, patience: number): Promise<void>;
  stop(): void;
}

/** Milliseconds of silence after which it asks whether the connection lives. */
const SILENCE = 2000;

export function follower(port: number, { ca, cert, key }: Credentials, recording: Recording): Follower {
  const connection = httpTransport({
    url: `https://127.0.0.1:${port}`,
    ca,
    credentials: { kind: 'certificate', read: () => ({ certificate: cert, key }) },
    silence: SILENCE,
  });
  const client = httpClient(connection.transport, { userAgent: 'follower' });
  const informers = createInformers({ client, turns: nodeTurns(), random: nodeRandom, log: silentLog });
  const { cache, handle } = informers.get(configMaps, { namespace: NAMESPACE });
  handle((next, previous) => {
    if (next === undefined || previous === undefined) return;
    const [now, before] = [seenIn(next).revision, seenIn(previous).revision];
    if (now <= before)
      recording.strange.push(`a follower went back from ${before} to ${now} of ${next.metadata.name ?? ''}`);
  });
  const lacks = (wanted: ReadonlyMap<string, Seen>): string | undefined => {
    const held = new Map([...cache.values()].map((one) => [one.metadata.name ?? '', seenIn(one)]));
    for (const name of new Set([...wanted.keys(), ...held.keys()])) {
      const [is, should] = [held.get(name)?.revision, wanted.get(name)?.revision];
      if (is !== should) return `${name} at ${is ?? 'no revision'} instead of ${should ?? 'none'}`;
    }
    return undefined;
  };
  return {
    async holds(wanted, patience) {
      const until = performance.now() + patience;
      while (lacks(wanted) !== undefined && performance.now() < until) await wait(50);
      const missing = lacks(wanted);
      if (missing !== undefined) recording.strange.push(`a follower still holds ${missing} after ${patience / 1000} s`);
    },
    stop() {
      informers.stop();
      connection.close();
    },
  };
}
