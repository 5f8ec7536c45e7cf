import { type Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';

/** Milliseconds after which a request counts as without answer, unless told otherwise. */
const PATIENCE = 5_000;

export interface Api {
  readonly agent: Agent;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Nothing was sent: there was no way to the server. */
export const NOT_SENT = 'not sent';

/** One request. Rejects without an answer: `NOT_SENT` where it certainly never reached the server. */
export function ask(api: Api, method: string, path: string, body?: unknown, patience = PATIENCE): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = open(api, method, path, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode!, body: JSON.parse(Buffer.concat(pieces).toString()) });
        } catch (failure) {
          reject(failure);
        }
      });
    });
    let isConnected = false;
    sending.on('socket', (socket) => {
      isConnected = !socket.connecting;
      if (socket.connecting) socket.once('secureConnect', () => (isConnected = true));
    });
    sending.on('error', (failure) => reject(isConnected ? failure : NOT_SENT));
    const late = setTimeout(() => sending.destroy(new Error('no answer')), patience);
    sending.on('close', () => clearTimeout(late));
    if (body === undefined) sending.end();
    else {
      const bytes = Buffer.from(JSON.stringify(body));
      // Node gives the body of a DELETE no length by itself.
      sending.setHeader('content-length', bytes.length);
      sending.end(bytes);
    }
  });
}

/**
 * A watch's lines as they come, until it ends, breaks, or `stop` is called. Never rejects: how it ended tells a watcher
 * nothing. Resolves to the status, 0 where there was none.
 */
export function follow(
  api: Api,
  path: string,
  line: (text: string) => void,
): { readonly ended: Promise<number>; stop(): void } {
  let status = 0;
  let stop = () => {};
  const ended = new Promise<number>((resolve) => {
    const sending = open(api, 'GET', path, (response) => {
      status = response.statusCode!;
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        const lines = (rest + piece).split('\n');
        rest = lines.pop()!;
        if (status === 200) for (const text of lines) line(text);
      });
      response.on('error', () => undefined);
      response.on('close', () => resolve(status));
    });
    sending.on('error', () => resolve(status));
    sending.end();
    stop = () => void sending.destroy();
  });
  return { ended, stop: () => stop() };
}

function open({ agent, port }: Api, method: string, path: string, answer: (response: IncomingMessage) => void) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return request({ agent, host: '127.0.0.1', port, method, path, headers }, answer);
}
