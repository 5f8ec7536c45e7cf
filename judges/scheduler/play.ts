import { events, nodes, pods } from '#core/api/tokens';
import type { Client } from '#core/client';
import { isStatusError } from '#core/machinery/status';
import type { Case } from './cases/index.ts';
import { isSettled, observe } from './observe.ts';
import { makeNamespace, makeNode, NAMESPACE, NODES, pause } from './world.ts';
import type { Seen } from '../common/compare.ts';

const LOOK_EVERY = 200;
/** Milliseconds without any change after which nothing more is expected: a first back-off and a little. */
const QUIET = 1600;
/** A change may come in the midst of a second back-off. */
const QUIET_AFTERWARDS = 3200;
const AT_MOST = 15_000;

/** Plays the cases one after another, each on nodes of its own, and takes away what it made. */
export async function play(client: Client, cases: readonly Case[]): Promise<Seen> {
  const seen = new Map<string, readonly string[]>();
  await makeNamespace(client);
  for (const one of cases) {
    const things = one.things ?? [];
    const uids = new Set<string>();
    for (const node of one.nodes ?? NODES) await makeNode(client, node);
    for (const { of, object } of things) await client.create(of, object);
    // Until a scheduler knows of them all.
    await pause(LOOK_EVERY);
    for (const pod of one.pods) {
      uids.add((await client.create(pods, pod)).metadata.uid ?? '');
      await until(() => isSettled(client));
      // What follows from it is done too.
      await pause(LOOK_EVERY);
    }
    const anywhere = one.anywhere ?? [];
    await rest(client, uids, anywhere, QUIET);
    if (one.afterwards !== undefined) {
      await one.afterwards(client);
      await rest(client, uids, anywhere, QUIET_AFTERWARDS);
    }
    seen.set(one.it, await observe(client, uids, anywhere));

    await client.deleteCollection(pods, { namespace: NAMESPACE, gracePeriodSeconds: 0 });
    await until(async () => (await client.list(pods, { namespace: NAMESPACE })).items.length === 0);
    await client.deleteCollection(nodes);
    for (const { of, object } of things.toReversed()) {
      const { namespace, name = '' } = object.metadata;
      // Nobody protects claims and volumes here, and nobody lets them go either.
      if (object.kind.startsWith('Persistent')) {
        await client.patch(of, { namespace, name }, { type: 'merge', patch: { metadata: { finalizers: null } } });
      }
      await client.delete(of, { namespace, name }).catch((failure: unknown) => {
        if (!isStatusError(failure, 'NotFound')) throw failure;
      });
    }
    // Events of a moment ago come late.
    await pause(LOOK_EVERY);
    await client.deleteCollection(events, { namespace: NAMESPACE });
  }
  return seen;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < AT_MOST && !(await holds()); waited += LOOK_EVERY) await pause(LOOK_EVERY);
}

/** Until nothing has changed for a while. */
async function rest(
  client: Client,
  uids: ReadonlySet<string>,
  anywhere: readonly string[],
  enough: number,
): Promise<void> {
  let before = '';
  let quiet = 0;
  for (let waited = 0; waited < AT_MOST && quiet < enough; waited += LOOK_EVERY) {
    const now = (await observe(client, uids, anywhere)).join('\n');
    quiet = now === before ? quiet + LOOK_EVERY : 0;
    before = now;
    await pause(LOOK_EVERY);
  }
}
