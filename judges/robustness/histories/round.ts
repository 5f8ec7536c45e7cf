import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { below, seededRandom } from '#core/base';
import { type Link, openLink } from '../network.ts';
import { serverProcess } from '../process.ts';
import { type Api, ask } from './api.ts';
import { faultsOf } from './check.ts';
import { client, outcomeOf } from './client.ts';
import { follower } from './follower.ts';
import type { Outcome } from './history.ts';
import { COLLECTION, listIn, NAMESPACE, newRecording, type Recording } from './record.ts';
import { troubles } from './trouble.ts';
import { watcher } from './watcher.ts';

export interface Round {
  readonly seed: number;
  /** Of trouble; start and end come on top. */
  readonly seconds: number;
  readonly mutant?: string;
  /** Which troubles befall it; default: all. */
  readonly troubles?: readonly string[];
  readonly clients?: number;
  readonly watchers?: number;
}

export interface RoundReport {
  readonly faults: readonly string[];
  readonly writes: number;
  readonly unanswered: number;
  readonly reads: number;
  readonly lists: number;
  readonly events: number;
  readonly watches: number;
  /** How often each befell the server. */
  readonly troubles: Readonly<Record<string, number>>;
  /** Whether the store lay on a small file system of its own. */
  readonly mounted: boolean;
}

const FILE_SYSTEM = '48m';
/** Milliseconds in which a follower must have come after: its waits between two attempts grow up to a minute. */
const FOLLOWED_WITHIN = 90_000;

/** One server's life in trouble, and the verdict on what its clients saw. The seed decides what is done, not how fast. */
export async function playRound(round: Round): Promise<RoundReport> {
  const random = seededRandom(round.seed);
  const data = mkdtempSync(join(tmpdir(), 'kubernode-robustness-'));
  const folder = join(data, 'store');
  mkdirSync(folder);
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${FILE_SYSTEM},mode=0700`, 'tmpfs', folder], { stdio: 'ignore' })
      .status === 0;
  const server = serverProcess(data, 20_000 + Math.floor(Math.random() * 12_000), round.mutant);
  const recording = newRecording();
  server.onCrash = (what) => recording.strange.push(what);
  const done: Record<string, number> = {};
  const closing = new DisposableStack();
  try {
    await server.start();
    const { port, credentials } = server;
    const agent = new Agent({ ...credentials, keepAlive: true });
    closing.defer(() => agent.destroy());
    const api: Api = { agent, port };
    await ask(api, 'POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    const [clientCount, watcherCount] = [round.clients ?? 6, round.watchers ?? 3];
    const links: Link[] = [];
    /** To the server over a stretch of network of its own. */
    const way = async (): Promise<Api> => {
      const link = await openLink(port);
      closing.defer(() => link.close());
      links.push(link);
      return { agent, port: link.port };
    };
    const ways = (count: number) => Promise.all(Array.from({ length: count }, way));
    const stop = new AbortController();
    const clients = (await ways(clientCount)).map((own, id) =>
      client(own, id, seededRandom(round.seed * 1000 + id), recording, stop.signal),
    );
    const watchers = (await ways(watcherCount)).map((own, id) =>
      watcher(own, seededRandom(round.seed * 1000 + 500 + id), recording),
    );
    const other = follower((await way()).port, credentials, recording);
    closing.defer(() => other.stop());

    const until = performance.now() + round.seconds * 1000;
    const names = round.troubles ?? Object.keys(troubles);
    while (performance.now() < until) {
      await wait(200 + below(random, 1200));
      const name = names[below(random, names.length)]!;
      await troubles[name]!(server, random, folder, links);
      done[name] = (done[name] ?? 0) + 1;
    }
    for (const link of links) link.heal();
    stop.abort();
    await Promise.all(clients);
    await arrive(api, recording, watchers);
    await Promise.all(watchers.map((one) => one.stop()));
    // Once more from the disk alone.
    await server.end('SIGKILL');
    await server.start();
    const start = performance.now();
    const { body } = await ask(api, 'GET', COLLECTION);
    const last = listIn(body);
    recording.lists.push({ start, end: performance.now(), ...last });
    // Whoever was told wrong need not be waited for.
    if (faultsOf(recording).length === 0) await other.holds(last.items, FOLLOWED_WITHIN);
  } catch (failure) {
    recording.strange.push(failure instanceof Error ? failure.message : String(failure));
  } finally {
    closing.dispose();
    await server.end('SIGKILL');
    if (mounted) spawnSync('umount', [folder]);
    rmSync(data, { recursive: true, force: true });
  }
  const { writes, reads, lists, watches, strange } = recording;
  return {
    faults: [...strange, ...faultsOf(recording)],
    writes: writes.filter(({ outcome }) => outcome.is === 'done').length,
    unanswered: writes.filter(({ outcome }) => outcome.is === 'unknown').length,
    reads: reads.length,
    lists: lists.length,
    watches: watches.length,
    events: watches.reduce((sum, { events }) => sum + events.length, 0),
    troubles: done,
    mounted,
  };
}

/** Writes once more and waits until every watcher was told of it, or ten seconds have passed. */
async function arrive(
  api: Api,
  recording: Recording,
  watchers: readonly { readonly revision: number }[],
): Promise<void> {
  const until = performance.now() + 10_000;
  for (let tries = 0; performance.now() < until; tries++) {
    const [key, start] = [`last-${tries}`, performance.now()];
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: key }, data: { value: key } };
    let outcome: Outcome = { is: 'unknown' };
    try {
      outcome = outcomeOf(await ask(api, 'POST', COLLECTION, object), key);
    } catch {
      // It may be on its way up.
    }
    recording.writes.push({ key, onto: 0, value: key, start, end: performance.now(), outcome });
    if (outcome.is === 'done') {
      while (performance.now() < until && watchers.some(({ revision }) => revision < outcome.revision!)) await wait(20);
      return;
    }
    await wait(50);
  }
}
