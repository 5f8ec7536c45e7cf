import { X509Certificate } from 'node:crypto';
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { serveHttp } from '#adapters/node-http';
import { openPki } from '#adapters/pki';
import { followServing, readServing } from './serving-files.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'kubernode-serving-'));

/** Two pairs of one node, as two authorities would give them. */
async function pairs() {
  const open = () => openPki({ folder: temporary(), now: Date.now(), addresses: [] });
  const [one, other] = await Promise.all([open(), open()]);
  const serving = async (pki: typeof one) => (await pki.node('node-1', ['127.0.0.1'])).serving;
  return { ca: one.ca.certificate, first: await serving(one), second: await serving(other) };
}

/** The certificate that a new connection is shown. */
const shown = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()!.serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });

const serialOf = (certificate: string) => new X509Certificate(certificate).serialNumber;
const EVERY = 20;

test.each([
  { it: 'certificate first', order: ['certificate', 'key'], replaced: false },
  { it: 'key first', order: ['key', 'certificate'], replaced: false },
  { it: 'files replaced by others', order: ['certificate', 'key'], replaced: true },
] as const)('a renewed pair is served, $it; half of one never is', async ({ order, replaced }) => {
  const { ca, first, second } = await pairs();
  const folder = temporary();
  const files = {
    certificate: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
    clientCa: join(folder, 'ca.crt'),
  };
  const write = (path: string, text: string) => {
    writeFileSync(replaced ? `${path}.next` : path, text);
    if (replaced) renameSync(`${path}.next`, path);
  };
  write(files.certificate, first.certificate);
  write(files.key, first.key);
  write(files.clientCa, ca);

  const api = { serve: () => Promise.reject(new Error('nobody asks')) };
  const server = await serveHttp(api, { address: '127.0.0.1', port: 0, tls: readServing(files) });
  const renewed: string[] = [];
  const stop = followServing(
    files,
    (tls) => {
      renewed.push(serialOf(tls.certificate));
      server.renew(tls);
    },
    EVERY,
  );
  try {
    expect(await shown(server.port)).toBe(serialOf(first.certificate));
    write(files[order[0]], second[order[0]]);
    await wait(10 * EVERY);
    expect(renewed).toEqual([]);
    expect(await shown(server.port)).toBe(serialOf(first.certificate));

    write(files[order[1]], second[order[1]]);
    await expect.poll(() => shown(server.port), { timeout: 5000 }).toBe(serialOf(second.certificate));
    expect(new Set(renewed)).toEqual(new Set([serialOf(second.certificate)]));

    stop();
    const before = renewed.length;
    write(files.key, first.key);
    write(files.certificate, first.certificate);
    await wait(10 * EVERY);
    expect(renewed).toHaveLength(before);
  } finally {
    stop();
    await server.close(0);
  }
});
