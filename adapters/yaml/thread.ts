import { parentPort } from 'node:worker_threads';
import type { Outcome } from './aside.ts';
import { readHere } from './yaml.ts';

/** The thread in which large texts are read: a text comes, what it says goes. */
function read(text: string): Outcome {
  try {
    return { document: readHere(text) };
  } catch (failure) {
    return { failure: (failure as Error).message };
  }
}

parentPort!.on('message', (text: string) => parentPort!.postMessage(read(text)));
