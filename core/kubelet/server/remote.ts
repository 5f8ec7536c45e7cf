import { type Duplex, type Readable, type Turns, type Writable, encodeJson, utf8 } from '#core/base';
import type { Request } from '#core/apiserver';
import {
  CHANNEL_PROTOCOLS,
  type SpdyStream,
  acceptWebSocket,
  channelsOver,
  isWebSocket,
  listedIn,
  spdySession,
  webSocket,
} from '#core/machinery/streams';
import { badRequest, forbidden } from '#core/machinery/status';

/** The streams of one exec or attach, by whichever protocol the client speaks. */
export interface RemoteStreams {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Sizes of the terminal, as JSON texts. */
  readonly resize?: Readable;
  /** Tells how it ended and closes the connection. */
  finish(end: RemoteEnd): void;
  /** The client is gone. */
  readonly closed: Promise<void>;
}

export type RemoteEnd = { readonly exitCode: number } | { readonly error: string };

export interface Wanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

const isSpdy = (request: Request): boolean =>
  listedIn(request, 'upgrade').some((one) => one.toLowerCase() === 'spdy/3.1');

/** Likewise for SPDY/3.1 with the protocols of `X-Stream-Protocol-Version`, the preferred first. */
export function acceptSpdy(request: Request, spoken: readonly string[]): { duplex: Duplex; protocol: string } {
  if (!isSpdy(request) || request.upgrade === undefined) throw badRequest('Upgrade request required');
  const offered = listedIn(request, 'x-stream-protocol-version');
  const protocol = offered.length === 0 ? spoken.at(-1) : spoken.find((one) => offered.includes(one));
  if (protocol === undefined) {
    throw forbidden(
      { group: '', resource: '' },
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${spoken.join(' ')}]`,
    );
  }
  const duplex = request.upgrade({
    connection: 'Upgrade',
    upgrade: 'SPDY/3.1',
    ...(offered.length === 0 ? {} : { 'x-stream-protocol-version': protocol }),
  });
  return { duplex, protocol };
}

/** Rejects with a StatusError before the connection is taken over, with an Error after. */
export async function openRemote(request: Request, wanted: Wanted, turns: Turns): Promise<RemoteStreams> {
  return isWebSocket(request) ? overWebSocket(request, wanted) : overSpdy(request, wanted, turns);
}

const [STDIN, STDOUT, STDERR, ERROR, RESIZE] = [0, 1, 2, 3, 4];

function overWebSocket(request: Request, wanted: Wanted): RemoteStreams {
  const { duplex, protocol } = acceptWebSocket(request, (offered) =>
    offered.length === 0 ? '' : CHANNEL_PROTOCOLS.find(({ name }) => offered.includes(name))?.name,
  );
  const spoken = CHANNEL_PROTOCOLS.find(({ name }) => name === protocol) ?? CHANNEL_PROTOCOLS[3]!;
  const channels = channelsOver(webSocket(duplex), spoken, 5);
  const stderr = wanted.stderr && !wanted.tty;
  // Clients wait for a first frame to know that they are connected.
  void channels.writable(wanted.stdout ? STDOUT : stderr ? STDERR : ERROR).write(new Uint8Array(0));
  return {
    ...(wanted.stdin ? { stdin: channels.readable(STDIN) } : {}),
    ...(wanted.stdout ? { stdout: quiet(channels.writable(STDOUT)) } : {}),
    ...(stderr ? { stderr: quiet(channels.writable(STDERR)) } : {}),
    ...(wanted.tty ? { resize: channels.readable(RESIZE) } : {}),
    closed: channels.closed,
    finish(end) {
      const said = endText(end, spoken.version >= 4);
      if (said !== undefined) void channels.writable(ERROR).write(said);
      channels.close();
    },
  };
}

/** The connection is closed once the status is sent; a stream's own end says nothing to the client. */
const quiet = (writable: Writable): Writable => ({ ...writable, end() {} });

const SPDY_PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'];
/** Milliseconds that a client has to open its streams. */
const STREAMS_WITHIN = 30_000;

async function overSpdy(request: Request, wanted: Wanted, turns: Turns): Promise<RemoteStreams> {
  const { duplex, protocol } = acceptSpdy(request, SPDY_PROTOCOLS);
  const version = SPDY_PROTOCOLS.length - SPDY_PROTOCOLS.indexOf(protocol);
  const names = [
    'error',
    ...(wanted.stdin ? ['stdin'] : []),
    ...(wanted.stdout ? ['stdout'] : []),
    ...(wanted.stderr && !wanted.tty ? ['stderr'] : []),
    ...(wanted.tty && version >= 3 ? ['resize'] : []),
  ];
  const streams = new Map<string, SpdyStream>();
  const complete = Promise.withResolvers<void>();
  const session = spdySession(duplex, 'server', (stream) => {
    const name = stream.headers['streamtype'] ?? '';
    if (!names.includes(name) || streams.has(name)) return false;
    streams.set(name, stream);
    if (streams.size === names.length) complete.resolve();
    return true;
  });
  const late = () => {
    session.close();
    complete.reject(new Error('the client did not open its streams in time'));
  };
  const timer = turns.after(STREAMS_WITHIN, late);
  void session.closed.then(() => complete.reject(new Error('the client went away')));
  await complete.promise.finally(() => timer.cancel());
  const error = streams.get('error')!;
  const [stdin, stdout, stderr, resize] = ['stdin', 'stdout', 'stderr', 'resize'].map((name) => streams.get(name));
  return {
    ...(stdin === undefined ? {} : { stdin: stdin.readable }),
    ...(stdout === undefined ? {} : { stdout: stdout.writable }),
    ...(stderr === undefined ? {} : { stderr: stderr.writable }),
    ...(resize === undefined ? {} : { resize: resize.readable }),
    closed: session.closed,
    finish(end) {
      const said = endText(end, version >= 4);
      if (said !== undefined) void error.writable.write(said);
      for (const stream of streams.values()) stream.writable.end();
      // The client hangs up once it has read everything; one that does not is not waited for.
      const last = turns.after(5000, () => session.close());
      void session.closed.then(() => last.cancel());
    },
  };
}

/** How it ended: a Status where the protocol has it, else plain text for what went wrong. Upstream: k8s.io/cri-streaming/pkg/streaming/remotecommand. */
function endText(end: RemoteEnd, asStatus: boolean): Uint8Array | undefined {
  if ('error' in end) {
    if (!asStatus) return utf8(end.error);
    const cause = { message: end.error };
    return encodeJson({
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${end.error}`,
      reason: 'InternalError',
      details: { causes: [cause] },
      code: 500,
    });
  }
  const { exitCode } = end;
  if (exitCode === 0) return asStatus ? encodeJson({ metadata: {}, status: 'Success' }) : undefined;
  const message = `command terminated with non-zero exit code: exit status ${exitCode}`;
  if (!asStatus) return utf8(message);
  return encodeJson({
    metadata: {},
    status: 'Failure',
    message,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  });
}
