import { concat, lossyTextOf, utf8, type Duplex, type Readable, type Writable } from '#core/base';
import { RuntimeFailure, type AttachOptions, type Session } from '#core/kubelet';
import { dialSpdy, type SpdyStream } from './spdy.ts';

const EXEC_PROTOCOLS = ['v4.channel.k8s.io'];
const PORT_FORWARD_PROTOCOLS = ['portforward.k8s.io'];

const unreachable = (error: unknown): RuntimeFailure =>
  new RuntimeFailure('unavailable', `the runtime's streaming server refused: ${String((error as Error).message)}`);

/** An exec or attach whose streaming URL the runtime gave. `asked` is what the runtime was asked for; `options` what is wanted of it. */
export async function openSession(url: string, asked: AttachOptions, options: AttachOptions): Promise<Session> {
  const connection = await dialSpdy(url, EXEC_PROTOCOLS).catch((error: unknown) => {
    throw unreachable(error);
  });
  const open = (streamtype: string): SpdyStream => connection.open({ streamtype });
  // The server waits for exactly the streams that it was asked for.
  const errors = open('error');
  const stdin = asked.stdin ? open('stdin') : undefined;
  const stdout = asked.stdout ? open('stdout') : undefined;
  const stderr = asked.stderr && !asked.tty ? open('stderr') : undefined;
  const resize = asked.tty ? open('resize') : undefined;

  const done = readAll(errors.readable).then(
    (bytes) => outcome(bytes),
    (error: unknown) => ({ error: String((error as Error).message) }),
  );
  return {
    ...(stdin !== undefined && options.stdin ? { stdin: asked.tty ? withoutEnd(stdin.writable) : stdin.writable } : {}),
    ...(stdout === undefined ? {} : { stdout: stdout.readable }),
    ...(stderr === undefined ? {} : { stderr: stderr.readable }),
    resize(width, height) {
      void resize?.writable.write(utf8(JSON.stringify({ Width: width, Height: height })));
    },
    done,
    close: () => connection.close(),
  };
}

/** With a terminal the end of stdin hangs it up and output is lost (containerd 1.6 and 2.1), so it is not passed on. */
const withoutEnd = (stdin: Writable): Writable => ({
  write: (chunk) => stdin.write(chunk),
  end: () => undefined,
  abort: (reason) => stdin.abort(reason),
  closed: stdin.closed,
});

async function readAll(readable: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await readable.read(); chunk !== undefined; chunk = await readable.read()) chunks.push(chunk);
  return concat(chunks);
}

interface ExitStatus {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** The error stream ends with a Status: success, an exit code, or why the command did not run. */
function outcome(bytes: Uint8Array): { exitCode: number } | { error: string } {
  if (bytes.length === 0) return { error: 'the connection to the runtime was lost' };
  const text = lossyTextOf(bytes);
  let status: ExitStatus;
  try {
    status = JSON.parse(text) as ExitStatus;
  } catch {
    return { error: text };
  }
  if (status.status === 'Success') return { exitCode: 0 };
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return { exitCode: Number(code) };
  return { error: status.message ?? text };
}

/** One connection to a port of a sandbox. A refused connection ends it, and the writer's `closed` resolves. */
export async function openPortForward(url: string, port: number): Promise<Duplex> {
  const connection = await dialSpdy(url, PORT_FORWARD_PROTOCOLS).catch((error: unknown) => {
    throw unreachable(error);
  });
  const headers = { port: String(port), requestid: '0' };
  const errors = connection.open({ streamtype: 'error', ...headers });
  errors.writable.end();
  const stream = connection.open({ streamtype: 'data', ...headers });
  const failure = readAll(errors.readable).catch(() => new Uint8Array());
  let finished = false;
  const finish = () => {
    finished = true;
    connection.close();
  };
  return {
    readable: {
      async read() {
        const chunk = finished ? undefined : await stream.readable.read();
        if (chunk !== undefined) return chunk;
        const complaint = finished ? new Uint8Array() : await failure;
        finish();
        if (complaint.length > 0) throw new RuntimeFailure('unavailable', lossyTextOf(complaint));
        return undefined;
      },
      cancel: finish,
    },
    writable: {
      write: (chunk) => stream.writable.write(chunk),
      end: () => stream.writable.end(),
      abort: finish,
      closed: connection.closed,
    },
  };
}
