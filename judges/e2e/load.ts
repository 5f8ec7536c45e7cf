import { spawn } from 'node:child_process';

/** What became of a load: when each failed request began (ISO), and why. */
export interface Served {
  readonly sent: number;
  readonly answered: number;
  readonly failed: readonly string[];
}

const EVERY = 20;
const PATIENCE = 2000;
const CLUSTER_DNS = '10.96.0.10';

/** Runs in a node's network: asks DNS for the name, then the address for a page, until its input ends; never waits for one to send the next. */
const PROGRAM = `
const { request } = require('node:http');
const [name, expected] = process.argv.slice(1);
const resolver = new (require('node:dns').promises.Resolver)({ timeout: ${PATIENCE}, tries: 1 });
resolver.setServers(['${CLUSTER_DNS}']);
const get = (host) => new Promise((resolve, reject) => {
  const call = request({ host, timeout: ${PATIENCE}, agent: false }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => (text += chunk));
    answer.on('end', () => resolve(text));
    answer.on('error', reject);
  });
  call.on('timeout', () => call.destroy(new Error('no answer in time')));
  call.on('error', reject);
  call.end();
});
const failed = [];
const open = new Set();
let sent = 0;
let answered = 0;
const ask = async () => {
  const began = new Date().toISOString();
  sent++;
  try {
    const [address] = await resolver.resolve4(name);
    const text = await get(address);
    if (!text.startsWith(expected)) throw new Error('answered ' + JSON.stringify(text));
    answered++;
  } catch (error) {
    failed.push(began + ' ' + error.message);
  }
};
const timer = setInterval(() => {
  const one = ask().finally(() => open.delete(one));
  open.add(one);
}, ${EVERY});
process.stdin.resume().on('end', async () => {
  clearInterval(timer);
  await Promise.all(open);
  console.log(JSON.stringify({ sent, answered, failed }));
});`;

/**
 * Asks a Service every 20 ms by its DNS name, each time on a new connection, from the network of a process (a node's agent).
 * `expected` is how every answer begins.
 */
export function serviceLoad(pid: number, name: string, expected: string): { finish(): Promise<Served> } {
  const child = spawn('nsenter', ['-t', String(pid), '-n', process.execPath, '-e', PROGRAM, name, expected], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    async finish() {
      child.stdin.end();
      await ended;
      return JSON.parse(output) as Served;
    },
  };
}
