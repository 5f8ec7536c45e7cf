/**
 * The rig's own server main: the API server as `kubernode server` puts it together, alone, over a disk and a clock that go
 * wrong on command, and broken on purpose where a mutant is asked for. Commands come over the channel of `fork`.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileDisk } from '#adapters/disk';
import { nodeCrypto, privateKeyOf } from '#adapters/node-crypto';
import { nodeGzip, serveHttp } from '#adapters/node-http';
import { nodeRandom, nodeTurns } from '#adapters/node-time';
import { openPki } from '#adapters/pki';
import { yamlCodec } from '#adapters/yaml';
import { featureGates } from '#core/api/gates';
import { unbuilt } from '#core/apiserver';
import { createMetrics, type Log, silentLog } from '#core/base';
import { createControlPlane } from '#core/cluster';
import { logBackend, openStore } from '#core/store';
import { faultyDisk, noDiskFaults } from './faulty-disk.ts';
import { mutants } from './mutants.ts';
import type { Command } from './process.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, port: { type: 'string' }, mutant: { type: 'string' } },
});
const data = values.data!;
const port = Number(values.port);
const mutant = values.mutant === undefined ? {} : mutants[values.mutant]!;

const faults = noDiskFaults();
let jumped = 0;
process.on('message', (command: Command) => {
  jumped = command.jump ?? jumped;
  Object.assign(faults, command.disk);
});
process.on('disconnect', () => process.exit(0));

const real = nodeTurns();
const turns = { ...real, clock: { now: () => Date.now() + jumped, monotonic: () => performance.now() } };
const log: Log = { ...silentLog, error: (message, fields) => console.error(message, fields) };
const metrics = createMetrics();
/** The certificates are valid before the clock's farthest jump backwards too. */
const DAY = 24 * 3600_000;
const pki = await openPki({ folder: join(data, 'pki'), now: Date.now() - DAY, addresses: ['127.0.0.1'] });
const plain = faultyDisk(await fileDisk(join(data, 'store')), faults);
// Small segments: they are changed, re-appended and dropped while the rig looks.
const backend = logBackend(mutant.disk?.(plain) ?? plain, { segmentBytes: 256 * 1024 });
const opened = await openStore(backend, { clock: turns.clock, turns, log, metrics });
const store = mutant.store?.(opened) ?? opened;
const plane = createControlPlane({
  store,
  turns,
  random: nodeRandom,
  crypto: nodeCrypto,
  log,
  metrics,
  gates: featureGates(),
  version: unbuilt('v1.36.1'),
  identity: {
    clientAuthorities: pki.ca.certificate,
    serviceAccounts: { signingKey: privateKeyOf(pki.serviceAccountKey) },
  },
  hostname: 'robustness',
  advertised: { address: '192.0.2.10', port, serviceAddress: '10.96.0.1', serviceRanges: ['10.96.0.0/16'] },
  yaml: yamlCodec,
  gzip: nodeGzip,
});
const http = await serveHttp(plane.server, {
  address: '127.0.0.1',
  port,
  tls: { certificate: pki.server.certificate, key: pki.server.key, clientCa: pki.ca.certificate },
});
process.send?.('serving');
process.once('SIGTERM', () => void stop());

async function stop(): Promise<void> {
  await http.close(200);
  await plane.close();
  process.exit(0);
}
