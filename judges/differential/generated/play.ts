import type { Json } from '#core/base';
import type { Life } from './life.ts';
import { mask, versionOf } from './mask.ts';
import { setup } from './setup.ts';
import type { Reply, Send } from './send.ts';

/** What one step was answered, masked. */
export interface Answer {
  readonly status: number;
  readonly warnings?: readonly string[];
  readonly body: Json;
}

/** Lives at a time; each waits for its own answers. */
const AT_ONCE = 8;

/** Makes what the cases refer to. */
export async function prepare(send: Send): Promise<void> {
  for (const [path, body] of setup) {
    const { status, text } = await send('POST', path, 'application/json', JSON.stringify(body));
    if (status !== 201 && status !== 409) throw new Error(`${path}: ${status} ${text}`);
  }
}

/** Plays lives, several at a time, and gives what each step was answered, in the order of the lives. */
export async function play(
  send: Send,
  lives: readonly Life[],
  played: (n: number) => void = () => {},
): Promise<readonly (readonly Answer[])[]> {
  const answers: (readonly Answer[])[] = [];
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < lives.length) {
      const n = next++;
      answers[n] = await playLife(send, lives[n]!);
      played(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

async function playLife(send: Send, { steps }: Life): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let version = '';
  let sent = '';
  for (const { method, path, type, body } of steps) {
    if (body !== undefined) sent += body;
    const reply = await send(method, path, type, body?.replaceAll('"$RV"', JSON.stringify(version)));
    const { json, answer } = answerOf(reply, sent);
    answers.push(answer);
    if (!path.includes('dryRun=All')) version = versionOf(json) ?? version;
  }
  return answers;
}

function answerOf({ status, warnings, text }: Reply, sent: string): { readonly json: Json; readonly answer: Answer } {
  const json = parsed(text);
  const body = mask(json, sent);
  return { json, answer: { status, ...(warnings.length === 0 ? {} : { warnings }), body } };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
