import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { below, type Random, seededRandom } from '#core/base';
import { type Api, ask } from '../histories/api.ts';
import { serverProcess } from '../process.ts';
import { attacks, type Victim } from './attacks.ts';
import { requests } from './requests.ts';
import { type Heard, PATIENCE, sendHttp1, sendHttp2 } from './send.ts';

export interface Siege {
  readonly seed: number;
  readonly seconds: number;
  /** Only these kinds of attacks and requests. */
  readonly only?: string;
}

export interface SiegeReport {
  readonly faults: readonly string[];
  /** How often each kind was tried. */
  readonly tried: Readonly<Record<string, number>>;
  /** How often each status was answered; `closed` where the connection was closed instead. */
  readonly answers: Readonly<Record<string, number>>;
  /** Of honest reads meanwhile, in milliseconds. */
  readonly slowest: number;
  readonly median: number;
  /** Resident megabytes: before, the most, and after. */
  readonly memory: readonly [before: number, peak: number, after: number];
}

/** Megabytes that a besieged server may hold at most. */
const MEMORY = 900;
const LANES = 4;
const KEPT = 100;
const ALL = [
  '/api/v1/configmaps',
  '/api/v1/namespaces',
  '/apis/apps/v1/deployments',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
];

/** A server under attack for a while: it must live, answer honest clients, hold its memory bound, and have what it had. */
export async function besiege({ seed, seconds, only }: Siege): Promise<SiegeReport> {
  const random = seededRandom(seed);
  const data = mkdtempSync(join(tmpdir(), 'kubernode-siege-'));
  mkdirSync(join(data, 'store'));
  const server = serverProcess(data, 20_000 + Math.floor(Math.random() * 12_000));
  const faults: string[] = [];
  server.onCrash = (what) => faults.push(what);
  const tried: Record<string, number> = {};
  const answers: Record<string, number> = {};
  const times: number[] = [];
  const memory: [number, number, number] = [0, 0, 0];
  try {
    await server.start();
    const { port, credentials } = server;
    const agent = new Agent({ ...credentials, keepAlive: true });
    const api: Api = { agent, port };
    await populate(api);
    memory[0] = resident(server.pid, 'VmRSS');
    const before = await everything(api);

    const until = performance.now() + seconds * 1000;
    const kinds = [...Object.keys(requests), ...Object.keys(attacks)].filter(
      (kind) => only === undefined || kind === only,
    );
    const attack = async (lane: Random): Promise<void> => {
      while (performance.now() < until && faults.length < 20) {
        const kind = kinds[below(lane, kinds.length)]!;
        tried[kind] = (tried[kind] ?? 0) + 1;
        const own = Math.floor(lane.next() * 2 ** 31);
        const fault = await attempt({ port, credentials }, kind, own, answers);
        if (fault !== undefined) faults.push(`${kind} (${own}): ${fault}`);
      }
    };
    const honest = async (): Promise<void> => {
      while (performance.now() < until) {
        const start = performance.now();
        try {
          const { status } = await ask(api, 'GET', '/api/v1/namespaces/kept/configmaps/kept-0', undefined, PATIENCE);
          if (status !== 200) faults.push(`an honest read was answered ${status}`);
        } catch (failure) {
          faults.push(
            `an honest read had no answer after ${Math.round(performance.now() - start)} ms: ${String(failure)}`,
          );
        }
        times.push(performance.now() - start);
        await wait(20);
      }
    };
    await Promise.all([
      honest(),
      ...Array.from({ length: LANES }, () => attack(seededRandom(Math.floor(random.next() * 2 ** 31)))),
    ]);

    memory[1] = resident(server.pid, 'VmHWM');
    await wait(500);
    memory[2] = resident(server.pid, 'VmRSS');
    if (memory[1] > MEMORY) faults.push(`the server held ${memory[1]} MB, more than ${MEMORY}`);
    if ((await everything(api)) !== before) faults.push('what is stored has changed');
    await server.end('SIGKILL');
    await server.start();
    if ((await everything(api)) !== before) faults.push('what is stored has changed after a restart');
    agent.destroy();
  } catch (failure) {
    faults.push(failure instanceof Error ? failure.message : String(failure));
  } finally {
    await server.end('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  }
  times.sort((left, right) => left - right);
  return { faults, tried, answers, slowest: times.at(-1) ?? 0, median: times[times.length >> 1] ?? 0, memory };
}

/** One attack of a kind. Resolves to what was wrong with the answer. */
async function attempt(
  victim: Victim,
  kind: string,
  seed: number,
  answers: Record<string, number>,
): Promise<string | undefined> {
  const random = seededRandom(seed);
  const make = requests[kind];
  if (make === undefined) {
    try {
      await attacks[kind]!(victim, random);
    } catch {
      // The server hung up, as it may.
    }
    return undefined;
  }
  const request = make(random);
  const heard = await (random.next() < 0.5 ? sendHttp1 : sendHttp2)(victim, request);
  const name = typeof heard === 'string' ? heard : String(heard.status);
  answers[name] = (answers[name] ?? 0) + 1;
  return wrongWith(heard);
}

/** Hostile input is the client's fault: to say it is the server's own is wrong, and so is silence. */
function wrongWith(heard: Heard): string | undefined {
  if (heard === 'no answer') return 'no answer';
  if (heard === 'closed' || heard.status < 500 || heard.status === 501 || heard.status === 503 || heard.status === 504)
    return undefined;
  return `answered ${heard.status}: ${heard.text.slice(-400)}`;
}

async function populate(api: Api): Promise<void> {
  const make = (path: string, body: object) => ask(api, 'POST', path, body);
  await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } });
  for (let at = 0; at < KEPT; at++) {
    const metadata = { name: `kept-${at}` };
    const { status } = await make('/api/v1/namespaces/kept/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { at: `${at}` },
    });
    if (status !== 201) throw new Error(`kept-${at} was answered ${status}`);
  }
  // What every cluster holds is made in the background.
  for (let tries = 0; tries < 200; tries++) {
    if (
      (await ask(api, 'GET', '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication')).status ===
      200
    )
      break;
    await wait(50);
  }
  await wait(1000);
}

async function everything(api: Api): Promise<string> {
  const items: unknown[] = [];
  for (const path of ALL) items.push(((await ask(api, 'GET', path)).body as { items: unknown }).items);
  return JSON.stringify(items);
}

/** Megabytes. */
const resident = (pid: number, what: 'VmRSS' | 'VmHWM'): number =>
  Math.round(
    Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
  );
