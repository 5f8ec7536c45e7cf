import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findContainerd, importImages as importInto } from '#adapters/containerd';
import { Failure, messageOf } from '../failure.ts';
import { realNodes } from '../processes.ts';
import { existingCluster, type ClusterOptions } from './options.ts';

/** The cluster's real nodes that are up, each with its containerd's socket as seen from here. */
async function sockets(
  options: ClusterOptions,
): Promise<readonly { readonly name: string; readonly socket: string }[]> {
  const { places, record } = existingCluster(options);
  if (record.runtime !== 'containerd') {
    throw new Failure(
      `The nodes of cluster "${record.name}" are simulated: they take any image's name and hold no images.`,
    );
  }
  const { inspectMachine } = await import('../machine.ts');
  const found: { name: string; socket: string }[] = [];
  for (const node of realNodes(record)) {
    const machine = await inspectMachine(places, record, node);
    if (machine === undefined) throw new Failure(`${node.name} is down; "kubernode up" starts it.`);
    found.push({ name: node.name, socket: machine.socket });
  }
  return found;
}

async function ctr(): Promise<string> {
  const installed = await findContainerd();
  if ('missing' in installed) throw new Failure(`${installed.missing}.`);
  return installed.ctr;
}

/** `kubernode image import FILES...` */
export async function importImages(archives: readonly string[], options: ClusterOptions): Promise<void> {
  for (const archive of archives) if (!existsSync(archive)) throw new Failure(`There is no file ${archive}.`);
  const nodes = await sockets(options);
  const program = await ctr();
  for (const archive of archives) {
    for (const { name, socket } of nodes) {
      try {
        await importInto(program, socket, resolve(archive));
      } catch (error) {
        throw new Failure(`${archive} could not be imported on ${name}: ${messageOf(error).trim().split('\n').at(-1)}`);
      }
    }
    console.log(`${archive}: imported on ${nodes.map(({ name }) => name).join(', ')}`);
  }
}

/** `kubernode image ls` */
export async function listImages(options: ClusterOptions): Promise<void> {
  const nodes = await sockets(options);
  const program = await ctr();
  for (const { name, socket } of nodes) {
    const { stdout } = spawnSync(program, ['-a', socket, '-n', 'k8s.io', 'images', 'ls', '-q'], { encoding: 'utf8' });
    const references = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('sha256:'));
    for (const reference of references.sort()) console.log(nodes.length > 1 ? `${name}  ${reference}` : reference);
  }
}
