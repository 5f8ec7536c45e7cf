import { compareAnswers, type Differs } from './compare.ts';
import { type Kind, kinds } from './kinds.ts';
import { inOrder } from './mask.ts';
import { play, prepare } from './play.ts';
import { startOurs } from '../sides.ts';
import { sender } from './send.ts';
import { load, type Recorded } from './storage.ts';

/** One case that ours answers otherwise than the original did. */
export interface Unequal extends Differs {
  /** `apps/v1 Deployment#12.3`: the life and the step in it. */
  readonly id: string;
  readonly kind: string;
  readonly life: Recorded;
  readonly step: number;
}

export interface Judged {
  /** Cases by kind. */
  readonly cases: ReadonlyMap<string, number>;
  readonly unequal: readonly Unequal[];
}

/** Plays what was recorded of these kinds on ours, every `every`-th life, and compares. */
export async function judge(chosen: (kind: Kind) => boolean = () => true, every = 1): Promise<Judged> {
  const side = await startOurs();
  const { send, close } = sender(side);
  const cases = new Map<string, number>();
  const unequal: Unequal[] = [];
  try {
    await prepare(send);
    for (const kind of kinds()) {
      if (!chosen(kind)) continue;
      const lives = load(kind).filter((_, n) => n % every === 0);
      const answers = await play(send, lives);
      let count = 0;
      lives.forEach((life, n) =>
        life.steps.forEach(({ answer }, step) => {
          // The original hung up: there is nothing to be equal to.
          if (answer.status === 0) return;
          count++;
          // What is put in order may have become more since the recording.
          const theirs = { ...answer, body: inOrder(answer.body) };
          const differs = compareAnswers(theirs, answers[n]![step]!);
          if (differs !== undefined) unequal.push({ ...differs, id: `${life.id}.${step}`, kind: kind.id, life, step });
        }),
      );
      cases.set(kind.id, count);
    }
  } finally {
    close();
    await side.stop();
  }
  return { cases, unequal };
}
