// Runs in a node's network namespace, where the runtime's streaming server listens: plays through the streams of one pod and
// prints what came of each as JSON.
import { concat, textOf, utf8, type Readable } from '#core/base';
import { criRuntime } from '#adapters/cri';
import { containerOf, sandboxOf } from './pods.ts';

const [socket = ''] = process.argv.slice(2);
const runtime = criRuntime(socket);
const text = async (stream: Readable | undefined): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for (let chunk = await stream?.read(); chunk !== undefined; chunk = await stream?.read()) chunks.push(chunk);
  return textOf(concat(chunks));
};

const sandboxConfig = sandboxOf('streams');
const sandbox = await runtime.runSandbox(sandboxConfig);
const image = (await runtime.imageStatus('busybox:1.35'))!.id;
const start = async (name: string, command: readonly string[], stdin = false) => {
  const id = await runtime.createContainer(sandbox, { ...containerOf(name, image, command), stdin }, sandboxConfig);
  await runtime.startContainer(id);
  return id;
};
const server = await start('server', ['sh', '-c', 'while true; do echo -e "pong" | nc -l -p 8080; done']);
const echo = await start('echo', ['sh', '-c', 'read line; echo "got $line"; sleep 1; exit 5'], true);

const results: Record<string, unknown> = {};
{
  const flags = { stdin: true, stdout: true, stderr: true, tty: false };
  const session = await runtime.exec(server, { command: ['sh', '-c', 'cat; echo EOF; echo no >&2; exit 3'], ...flags });
  const big = 'x'.repeat(3 << 20);
  void (async () => {
    await session.stdin?.write(utf8(big));
    session.stdin?.end();
  })();
  const [stdout, stderr, done] = await Promise.all([text(session.stdout), text(session.stderr), session.done]);
  results['exec'] = { output: stdout === `${big}EOF\n`, stderr, done };
}
{
  const flags = { stdin: true, stdout: true, stderr: false, tty: true };
  const session = await runtime.exec(server, { command: ['sh', '-c', 'sleep 0.3; stty size; exit 0'], ...flags });
  session.resize(91, 37);
  session.stdin?.end();
  results['tty'] = { stdout: await text(session.stdout), done: await session.done };
}
{
  const session = await runtime.exec(server, {
    command: ['/nope'],
    stdin: false,
    stdout: true,
    stderr: true,
    tty: false,
  });
  const done = await session.done;
  results['missing'] = 'error' in done ? 'error' : done;
}
{
  const session = await runtime.attach(echo, { stdin: true, stdout: true, stderr: true, tty: false });
  await session.stdin?.write(utf8('hello\n'));
  results['attach'] = { stdout: await text(session.stdout), done: await session.done };
}
{
  const connection = await runtime.portForward(sandbox, 8080);
  connection.writable.end();
  results['forward'] = await text(connection.readable);
  const refused = await runtime.portForward(sandbox, 9);
  results['refused'] = await text(refused.readable).then(
    () => 'no error',
    (error: Error) => (error.message.includes('connection refused') ? 'refused' : error.message),
  );
}
await runtime.stopSandbox(sandbox);
await runtime.removeSandbox(sandbox);
runtime.close();
console.log(JSON.stringify(results));
