import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { BOOTSTRAP_CHECK } from '#core/apiserver/bootstrap';
import { accessOf, type ServerAccess } from './access.ts';
import { endOf, runningIn, startBackground, tailFrom } from './background.ts';
import { Failure } from './failure.ts';
import type { Places } from './places.ts';
import { addressesOf, type ClusterRecord } from './record.ts';

export const START_SCRIPT = fileURLToPath(new URL('./bin/start.js', import.meta.url));
const READY_WITHIN = 60_000;
/** Within this a server that cannot write is given the chance to. */
const WRITES_WITHIN = 3000;
/** A documentation address: what Service kubernetes leads to where no pod could ask. */
const NOWHERE = '192.0.2.10';

export const serverFile = (places: Places): string => join(places.run, 'server.pid');
export const serverLog = (places: Places): string => join(places.logs, 'server.log');
export const agentFile = (places: Places, node: string): string => join(places.run, `${node}.pid`);
export const agentLog = (places: Places, node: string): string => join(places.logs, `${node}.log`);

/** `node-1`, `node-2`, ...: the real nodes of a cluster. */
export const realNodes = (record: ClusterRecord): readonly { readonly number: number; readonly name: string }[] =>
  record.runtime === 'containerd'
    ? Array.from({ length: record.nodes }, (_, at) => ({ number: at + 1, name: `node-${at + 1}` }))
    : [];

/** Starts the server if it is down and waits until it serves. True if it had to be started. */
export async function ensureServer(places: Places, record: ClusterRecord): Promise<boolean> {
  const file = serverFile(places);
  const began = runningIn(file) === undefined;
  const from = endOf(serverLog(places));
  // Read once, before the server writes the same anew.
  const access = accessOf(places);
  if (began) {
    const { gateway, podCidr } = addressesOf(record.index);
    const real = record.runtime === 'containerd';
    startBackground({
      file,
      log: serverLog(places),
      program: process.execPath,
      args: [
        ...process.execArgv,
        START_SCRIPT,
        'server',
        ...Object.entries({
          name: record.name,
          'data-dir': places.data,
          port: record.port,
          listen: real ? `127.0.0.1,${gateway}` : '127.0.0.1',
          advertise: real ? gateway : NOWHERE,
          storage: record.storage,
          controllers: record.controllers,
          scheduler: record.scheduler,
          'simulated-nodes': real ? 0 : record.nodes,
          'pod-cidr': podCidr,
        }).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
      ],
    });
  }
  const start = Date.now();
  while (Date.now() < start + READY_WITHIN) {
    if (runningIn(file) === undefined) throw new Failure(lastWords('The server', serverLog(places), from));
    if (await isReady(access)) return began;
    if (Date.now() > start + WRITES_WITHIN) await refuseProblem(access);
    await wait(10);
  }
  throw new Failure(
    `The server runs but did not get ready within ${READY_WITHIN / 1000} s; see "kubernode logs server".`,
  );
}

/** A server that cannot write what a cluster starts with answers reads and tries on; whoever waits for it is told at once. */
async function refuseProblem(access: ServerAccess): Promise<void> {
  const { status, text } = await access.get(`/readyz/${BOOTSTRAP_CHECK}`);
  const problem = /^internal server error: (.*)/.exec(text)?.[1];
  if (status !== 500 || problem === undefined || problem === 'not finished') return;
  throw new Failure(`The server answers reads but cannot write: ${problem}.`);
}

/** Whether the server says that it is ready; a program that holds its port and says nothing is not waited for. */
const isReady = async (access: ServerAccess): Promise<boolean> => (await access.get('/readyz', 500)).status === 200;

/** The same of a cluster that may not have been started yet. */
export async function serves(places: Places): Promise<boolean> {
  try {
    return await isReady(accessOf(places));
  } catch {
    return false;
  }
}

/** Why a background process ended: the sentence that it left in its log, else where to look. */
export function lastWords(who: string, log: string, from: number): string {
  const sentence = tailFrom(log, from, 50).findLast((line) => line.startsWith('kubernode: '));
  return sentence?.slice('kubernode: '.length) ?? `${who} ended while starting; its log is ${log}.`;
}
