import { Worker } from 'node:worker_threads';
import type { YamlDocument } from '#core/apiserver';

/** What the thread answers. */
export type Outcome = { readonly document: YamlDocument } | { readonly failure: string };

/** Milliseconds after which a text is given up; three megabytes take about three seconds. */
const LONGEST = 30_000;
/** Milliseconds that the thread waits for more before it gives its memory back. */
const IDLE = 10_000;
/** Megabytes that a text may become on its way. */
const HEAP = 768;

/** Reads texts one after another in a thread of its own, which is there while it is needed. */
export function readAside(): (text: string) => Promise<YamlDocument> {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const started = (): Worker => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    worker.on('exit', () => {
      if (thread === worker) thread = undefined;
    });
    return worker;
  };

  const rest = (worker: Worker) => {
    worker.removeAllListeners('message');
    worker.removeAllListeners('error');
    // Whatever comes now is nobody's.
    worker.on('error', () => {});
    worker.unref();
    idle = setTimeout(() => void worker.terminate(), IDLE).unref();
  };

  const one = (text: string): Promise<YamlDocument> =>
    new Promise((resolve, reject) => {
      clearTimeout(idle);
      const worker = (thread ??= started());
      worker.ref();
      const late = setTimeout(() => end('it takes too long to read'), LONGEST);
      const end = (problem: string) => {
        clearTimeout(late);
        if (thread === worker) thread = undefined;
        rest(worker);
        void worker.terminate();
        reject(new Error(`yaml: ${problem}`));
      };
      worker.on('error', ({ message }: Error) => end(message));
      worker.on('message', (outcome: Outcome) => {
        clearTimeout(late);
        rest(worker);
        if ('document' in outcome) resolve(outcome.document);
        else reject(new Error(outcome.failure));
      });
      worker.postMessage(text);
    });

  return (text) => {
    const turn = last.then(() => one(text));
    last = turn.catch(() => undefined);
    return turn;
  };
}
