import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:tls';
import type { Victim } from './attacks.ts';
import type { HostileRequest } from './requests.ts';

/** Milliseconds that an answer may take. */
export const PATIENCE = 20_000;

export type Heard =
  | { readonly status: number; readonly text: string }
  /** The connection was closed without an answer: a server's right, if the request was none. */
  | 'closed'
  | 'no answer';

/** Written by hand: Node's own client would not send most of it. */
export function sendHttp1(
  { port, credentials }: Victim,
  { method, path, headers, body }: HostileRequest,
): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect({ ...credentials, host: '127.0.0.1', port, ALPNProtocols: ['http/1.1'] });
    let text = '';
    const late = setTimeout(() => {
      resolve('no answer');
      socket.destroy();
    }, PATIENCE);
    const end = () => {
      clearTimeout(late);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve(status === 0 ? 'closed' : { status, text });
    };
    socket.on('data', (piece: Buffer) => (text = (text + piece).slice(0, 4000)));
    socket.on('error', () => undefined);
    socket.on('close', end);
    socket.on('secureConnect', () => {
      const bytes = body === undefined ? undefined : Buffer.from(body as string);
      const lines = [`${method} ${path} HTTP/1.1`, 'host: x', 'connection: close'];
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      if (bytes !== undefined) lines.push(`content-length: ${bytes.length}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      if (bytes !== undefined) socket.write(bytes);
    });
  });
}

export function sendHttp2(
  { port, credentials }: Victim,
  { method, path, headers, body }: HostileRequest,
): Promise<Heard> {
  return new Promise((resolve) => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, credentials);
    let status = 0;
    let text = '';
    const late = setTimeout(() => {
      resolve('no answer');
      session.destroy();
    }, PATIENCE);
    const end = () => {
      clearTimeout(late);
      resolve(status === 0 ? 'closed' : { status, text });
      session.destroy();
    };
    session.on('error', end);
    session.on('close', end);
    try {
      const request = session.request({ ':method': method, ':path': path, ...headers });
      request.on('response', (head) => (status = head[':status'] ?? 0));
      request.on('data', (piece: Buffer) => (text = (text + piece).slice(0, 4000)));
      request.on('error', () => undefined);
      request.on('close', end);
      request.end(body);
    } catch {
      end();
    }
  });
}
