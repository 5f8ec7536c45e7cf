import { type Log, type Readable, type Turns, type Writable, lossyTextOf } from '#core/base';
import type { Answer, Request } from '#core/apiserver';
import { messageOf } from '../context.ts';
import type { Session } from '../runtime.ts';
import { type RemoteEnd, type RemoteStreams, type Wanted, openRemote } from './remote.ts';

export const UPGRADED: Answer = { status: 101, headers: {}, body: 'upgraded' };

/** Joins a client's streams with a session of the runtime until either is over. Rejects with a StatusError before the upgrade. */
export async function serveSession(
  parts: { readonly turns: Turns; readonly log: Log },
  request: Request,
  wanted: Wanted,
  start: () => Promise<Session>,
): Promise<Answer> {
  const remote = await openRemote(request, wanted, parts.turns);
  void bridge(remote, wanted, start).catch((failure: unknown) => {
    parts.log.debug('a session ended badly', { failure: messageOf(failure) });
  });
  return UPGRADED;
}

async function bridge(remote: RemoteStreams, wanted: Wanted, start: () => Promise<Session>): Promise<void> {
  let session: Session;
  try {
    session = await start();
  } catch (failure) {
    return remote.finish({ error: messageOf(failure) });
  }
  void remote.closed.then(() => session.close());
  if (session.stdin !== undefined && remote.stdin !== undefined) {
    // The end of input would hang up a terminal, and its last output would be lost.
    void carry(remote.stdin, session.stdin, !wanted.tty);
  }
  void watchSize(remote.resize, session);
  const outputs = [carry(session.stdout, remote.stdout, true), carry(session.stderr, remote.stderr, true)];
  const end: RemoteEnd = await session.done.catch((failure: unknown) => ({ error: messageOf(failure) }));
  await Promise.all(outputs);
  remote.finish(end);
}

/** Never rejects: whoever still listens learns of the end elsewhere. */
async function carry(from: Readable | undefined, to: Writable | undefined, ends: boolean): Promise<void> {
  if (from === undefined || to === undefined) return;
  try {
    for (let chunk = await from.read(); chunk !== undefined; chunk = await from.read()) await to.write(chunk);
    if (ends) to.end();
  } catch (failure) {
    to.abort(failure);
    from.cancel(failure);
  }
}

/** Sizes come as JSON, one after another, not always one a chunk. */
async function watchSize(from: Readable | undefined, session: Session): Promise<void> {
  if (from === undefined) return;
  let text = '';
  try {
    for (let chunk = await from.read(); chunk !== undefined; chunk = await from.read()) {
      text = (text + lossyTextOf(chunk)).slice(-1024);
      for (const [whole] of text.matchAll(/\{[^{}]*\}/g)) {
        const { Width, Height } = JSON.parse(whole) as { readonly Width?: number; readonly Height?: number };
        if (Width !== undefined && Height !== undefined) session.resize(Width, Height);
      }
      text = text.slice(text.lastIndexOf('}') + 1);
    }
  } catch {
    // A broken size, or the end: the terminal keeps the size it has.
  }
}
