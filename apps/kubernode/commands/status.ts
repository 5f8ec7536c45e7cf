import { runningIn } from '../background.ts';
import { placesOf, type Places } from '../places.ts';
import { accessOf } from '../access.ts';
import { agentFile, realNodes, serverFile, serves } from '../processes.ts';
import { clusterFolders, readRecord, type ClusterRecord } from '../record.ts';
import { whyNoContainers } from '../requirements.ts';
import { existingCluster, type ClusterOptions } from './options.ts';

interface StatusOptions extends ClusterOptions {
  readonly all?: boolean;
}

/** `kubernode status`: what runs and what is down; the exit status is 3 when anything is. */
export async function status(options: StatusOptions): Promise<void> {
  if (options.all === true) return statusOfAll();
  const { places, record } = existingCluster(options);
  const parts = await partsOf(places, record);
  const width = Math.max(...parts.map(({ name }) => name.length));
  console.log(`Cluster "${record.name}" on https://127.0.0.1:${record.port}, data in ${places.data}`);
  for (const { name, up, detail } of parts) console.log(`  ${name.padEnd(width)}  ${up ? 'up  ' : 'DOWN'}  ${detail}`);
  for (const line of notesOn(record)) console.log(line);
  if (parts.some(({ up }) => !up)) {
    console.log('"kubernode up" starts what is down.');
    process.exitCode = 3;
  }
}

interface Part {
  readonly name: string;
  readonly up: boolean;
  readonly detail: string;
}

/** Every process of the cluster, and what the server says of the nodes. */
async function partsOf(places: Places, record: ClusterRecord): Promise<readonly Part[]> {
  const server = runningIn(serverFile(places));
  const ready = server !== undefined && (await serves(places));
  const conditions = ready ? await nodeConditions(places) : new Map<string, string>();
  const parts: Part[] = [
    {
      name: 'server',
      up: ready,
      detail: server === undefined ? '' : `pid ${server.pid}${ready ? ', ready' : ', runs but is not ready'}`,
    },
  ];
  const real = realNodes(record);
  if (real.length > 0) {
    const { inspectMachine } = await import('../machine.ts');
    for (const node of real) {
      const machine = await inspectMachine(places, record, node);
      const agent = runningIn(agentFile(places, node.name));
      const said = [
        machine === undefined ? 'powered off' : `init pid ${machine.pid}`,
        agent === undefined ? 'agent down' : `agent pid ${agent.pid}`,
        conditions.get(node.name) ?? 'not registered',
      ];
      parts.push({ name: node.name, up: machine !== undefined && agent !== undefined, detail: said.join(', ') });
    }
  } else {
    const up = [...conditions.values()].filter((text) => text === 'Ready').length;
    parts.push({
      name: 'nodes',
      up: ready && up >= record.nodes,
      detail: `${up} of ${record.nodes} simulated nodes ready`,
    });
  }
  return parts;
}

async function nodeConditions(places: Places): Promise<Map<string, string>> {
  const { status: code, text } = await accessOf(places).get('/api/v1/nodes');
  if (code !== 200) return new Map();
  interface Node {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }
  const { items } = JSON.parse(text) as { readonly items: readonly Node[] };
  return new Map(
    items.map((node) => [
      node.metadata.name,
      node.status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
        ? 'Ready'
        : 'NotReady',
    ]),
  );
}

/** What a user of simulated nodes or of memory storage must not overlook. */
export function notesOn(record: ClusterRecord): readonly string[] {
  const notes: string[] = [];
  if (record.runtime === 'simulated') {
    const why = whyNoContainers();
    notes.push(
      `The nodes are simulated: pods are scheduled and reported on, but nothing runs${why === undefined ? '' : `; ${why}`}.`,
    );
    notes.push('Service kubernetes leads to 192.0.2.10, which answers nothing: there is no pod that could ask.');
  }
  if (record.storage === 'memory') notes.push('Everything is kept in memory and gone when the server stops.');
  return notes;
}

async function statusOfAll(): Promise<void> {
  const clusters = clusterFolders();
  if (clusters.size === 0) console.log('There is no cluster on this machine.');
  for (const [name, folder] of clusters) {
    const places = placesOf(name, folder);
    const record = readRecord(places);
    if (record === undefined) continue;
    const parts = await partsOf(places, record);
    const down = parts.filter(({ up }) => !up).map((part) => part.name);
    console.log(`${name}  https://127.0.0.1:${record.port}  ${down.length === 0 ? 'up' : `down: ${down.join(', ')}`}`);
  }
}
