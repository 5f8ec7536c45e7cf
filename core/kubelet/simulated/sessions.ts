import { type Duplex, pipe, utf8 } from '#core/base';
import type { AttachOptions, Session } from '../runtime.ts';

/** An exec or attach that says one thing, takes what it is sent, and ends with the code. */
export function startedSession(options: AttachOptions, said: string, code: Promise<number>): Session {
  const stdin = options.stdin ? pipe() : undefined;
  const stdout = options.stdout ? pipe() : undefined;
  const stderr = options.stderr ? pipe() : undefined;
  const closed = Promise.withResolvers<{ readonly exitCode: number }>();
  void swallow(stdin);
  void (stdout ?? stderr)?.writable.write(utf8(options.tty ? said.replaceAll('\n', '\r\n') : said));
  const end = (exitCode: number) => {
    stdout?.writable.end();
    stderr?.writable.end();
    stdin?.readable.cancel();
    closed.resolve({ exitCode });
  };
  void code.then(end);
  return {
    ...(stdin === undefined ? {} : { stdin: stdin.writable }),
    ...(stdout === undefined ? {} : { stdout: stdout.readable }),
    ...(stderr === undefined ? {} : { stderr: stderr.readable }),
    resize() {},
    done: closed.promise,
    close: () => end(137),
  };
}

/** Says one thing and hangs up. */
export function talkingDuplex(said: string): Duplex {
  const there = pipe();
  const back = pipe();
  void swallow(there);
  void back.writable.write(utf8(said));
  back.writable.end();
  return { readable: back.readable, writable: there.writable };
}

async function swallow(from: Duplex | undefined): Promise<void> {
  try {
    while ((await from?.readable.read()) !== undefined);
  } catch {
    // Cancelled: the session is over.
  }
}
