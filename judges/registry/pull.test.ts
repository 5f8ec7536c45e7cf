import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mirrorFiles } from '#adapters/containerd';
import { criRuntime } from '#adapters/cri';
import { imageArchive, ociArchitecture } from '#adapters/image';
import { cannotRun, realNodes, type RealNodes, unusedIndex } from '../node/real-node.ts';
import { serveRegistry, type Registry } from './registry.ts';

const INDEX = unusedIndex(20, 30);
const PORT = 20_000 + (process.pid % 10_000);

const image = (reference: string, text: string) =>
  imageArchive({
    references: [reference],
    config: { Cmd: [text] },
    layers: [[{ path: 'text', mode: 0o644, content: Buffer.from(text) }]],
    architecture: ociArchitecture(process.arch),
  });

describe.skipIf(cannotRun !== undefined)('pulling from a mirror of all registries', () => {
  let registry: Registry;
  let nodes: RealNodes;
  let runtime: ReturnType<typeof criRuntime>;
  const hello = image('example.org/team/hello:1.0', 'hello');
  const secret = image('example.org/secret:2', 'secret');
  beforeAll(async () => {
    // The machine's end of the bridge does not exist before the nodes do, so the registry listens everywhere.
    const archives = [hello.bytes, secret.bytes];
    registry = await serveRegistry({ address: '0.0.0.0', port: PORT, archives, user: { name: 'u', password: 'p' } });
    nodes = await realNodes(1, INDEX, mirrorFiles(`http://172.30.${INDEX}.1:${PORT}`));
    runtime = criRuntime(nodes.states[0]!.socket);
  });
  afterAll(async () => {
    runtime?.close();
    await nodes?.remove();
    await registry?.close();
  });

  test('gives the image under its own name', async () => {
    expect(await runtime.imageStatus('example.org/team/hello:1.0')).toBeUndefined();
    const id = await runtime.pullImage('example.org/team/hello:1.0', undefined, undefined);
    expect(await runtime.imageStatus(id)).toMatchObject({
      tags: ['example.org/team/hello:1.0'],
      digests: [`example.org/team/hello@${hello.digest}`],
    });
    await runtime.removeImage('example.org/team/hello:1.0');
    expect(await runtime.imageStatus('example.org/team/hello:1.0')).toBeUndefined();
  });
  test('tells at once that a tag is missing', async () => {
    const began = performance.now();
    await expect(runtime.pullImage('example.org/team/hello:9', undefined, undefined)).rejects.toMatchObject({
      reason: 'notFound',
    });
    expect(performance.now() - began).toBeLessThan(1500);
  });
  test('shows who pulls', async () => {
    const name = 'example.org/private/secret:2';
    await expect(runtime.pullImage(name, undefined, undefined)).rejects.toThrow(
      /401 Unauthorized|authorization failed/,
    );
    await expect(runtime.pullImage(name, { username: 'u', password: 'wrong' }, undefined)).rejects.toThrow(
      /401|authorization failed/,
    );
    await runtime.pullImage(name, { username: 'u', password: 'p' }, undefined);
    await runtime.removeImage(name);
    await runtime.pullImage(name, { auth: btoa('u:p') }, undefined);
  });
  test('says what is no name', async () => {
    await expect(runtime.pullImage('Bad Name', undefined, undefined)).rejects.toMatchObject({ reason: 'invalid' });
  });
});
