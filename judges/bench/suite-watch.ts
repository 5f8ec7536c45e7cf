import type { Figure, Size, Suite } from './figure.ts';
import { load } from './load.ts';
import { paths } from './objects.ts';
import type { Side } from './sides.ts';
import { createPods, makeNamespace } from './suite-api.ts';

const OBJECTS = 200;
/** How long writes go on at a stated rate. */
const SECONDS = 3;
const STATED = [
  { watchers: 1, connections: 1, rate: 200 },
  { watchers: 100, connections: 100, rate: 100 },
  { watchers: 100, connections: 2, rate: 100 },
  { watchers: 1000, connections: 1000, rate: 10 },
  { watchers: 1000, connections: 20, rate: 10 },
];

/** Watchers of one namespace, all of whom get every event. */
export function watchSuite({ less }: Size): Suite {
  const few = (count: number) => Math.max(1, Math.round(count / less));
  const watching = (watchers: number, connections: number, count: number, rate?: number): Figure => ({
    name: `${watchers} watcher${watchers === 1 ? '' : 's'} on ${connections} connection${connections === 1 ? '' : 's'}, ${
      rate === undefined ? 'as fast as writes go' : `${rate} writes a second`
    }`,
    unit: 'events a second',
    more: true,
    async measure(side) {
      // From now on: what is there already is nobody's news.
      const version = await newest(side);
      let before = 0;
      const {
        Events = 0,
        Missing = 0,
        Seconds,
        EventP50,
        EventP99,
      } = await load(
        side,
        {
          Connections: connections,
          Count: count,
          InFlight: 16,
          Objects: few(OBJECTS),
          Method: 'PATCH',
          Path: `${paths.pods}/seed-{i}`,
          Headers: { 'Content-Type': 'application/merge-patch+json' },
          Body: { metadata: { annotations: { 'bench/at': '{t}' } } },
          Watch: {
            Watchers: watchers,
            Path: `${paths.pods}?watch=1&resourceVersion=${version}`,
            PatienceSeconds: 5,
            ...(rate === undefined ? {} : { Rate: rate }),
          },
        },
        () => (before = side.spent()),
      );
      return {
        value: Events / Seconds,
        cpu: ((side.spent() - before) / Events) * 1000,
        ...(Missing === 0
          ? {}
          : {
              note: `${side.name} cut watchers off: ${Math.round((100 * Missing) / (Events + Missing))} % of events never arrived`,
            }),
        ...(EventP50 === undefined ? {} : { p50: EventP50 }),
        ...(EventP99 === undefined ? {} : { p99: EventP99 }),
      };
    },
  });
  return {
    name: 'watch',
    beside: 'api',
    async prepare(side) {
      await makeNamespace(side);
      await createPods(side, 'seed', few(OBJECTS));
    },
    figures: STATED.flatMap(({ watchers, connections, rate }) => [
      watching(watchers, connections, few(watchers >= 1000 ? 200 : 1000)),
      watching(watchers, connections, few(rate * SECONDS), rate),
    ]),
  };
}

/** The resourceVersion of the newest write. */
async function newest(side: Side): Promise<string> {
  const { Shown } = await load(side, { Count: 1, Method: 'GET', Path: `${paths.pods}?limit=1`, Show: true });
  const { metadata } = JSON.parse(Shown ?? '') as { readonly metadata: { readonly resourceVersion: string } };
  return metadata.resourceVersion;
}
