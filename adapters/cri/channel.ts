import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runtimeFailure } from './failure.ts';
import { methodsOf } from './messages.ts';

/** Unary calls of both CRI services and server streams, by their path. */
export interface Channel {
  /** Rejects with a RuntimeFailure. `timeout` in milliseconds; 0: none. */
  call<T>(method: string, request: object, timeout?: number): Promise<T>;
  /** Calls `message` for each; resolves when the server ends it, rejects with a RuntimeFailure when it breaks. */
  stream<T>(method: string, request: object, message: (message: T) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

const DEFAULT_TIMEOUT = 120_000;
/** ExecSync alone may answer 16 MiB of each stream. */
const MESSAGE_LIMIT = 40 << 20;

/** Opens gRPC to a runtime's socket. The library is loaded here, on first use: it costs 50 ms. */
export async function openChannel(socket: string): Promise<Channel> {
  const [grpc, facts] = await Promise.all([
    import('@grpc/grpc-js'),
    readFile(join(import.meta.dirname, 'data/messages.json'), 'utf8'),
  ]);
  const method = methodsOf(facts);
  const client = new grpc.Client(`unix://${socket}`, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': MESSAGE_LIMIT,
    'grpc.max_send_message_length': MESSAGE_LIMIT,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    'grpc.enable_http_proxy': 0,
    'grpc.default_authority': 'localhost',
  });
  return {
    call: <T>(name: string, request: object, timeout = DEFAULT_TIMEOUT) =>
      new Promise<T>((resolve, reject) => {
        const { path, write, read } = method(name);
        client.makeUnaryRequest(
          path,
          write,
          read,
          request,
          timeout === 0 ? {} : { deadline: Date.now() + timeout },
          (error, answer) => (error === null ? resolve(answer as T) : reject(runtimeFailure(error))),
        );
      }),
    stream: <T>(name: string, request: object, message: (message: T) => void, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const { path, write, read } = method(name);
        const call = client.makeServerStreamRequest(path, write, read, request);
        const cancel = () => call.cancel();
        signal.addEventListener('abort', cancel, { once: true });
        if (signal.aborted) cancel();
        call.on('data', (one: object) => message(one as T));
        call.on('end', () => resolve());
        call.on('error', (error) => reject(runtimeFailure(error)));
        call.on('close', () => signal.removeEventListener('abort', cancel));
      }),
    close: () => client.close(),
  };
}
