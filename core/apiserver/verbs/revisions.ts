import { badRequest, refusal } from '#core/machinery/status';
import type { Revision } from '#core/store';
import type { Kit } from './kit.ts';

/** How long a reader waits for a revision that is not there yet. Upstream: apiserver/pkg/storage/cacher. */
const WAIT = 3_000;
const STEP = 50;

const parseFailure = (text: string) =>
  `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;

const wellFormed = (text: string): boolean => /^[0-9]+$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER;

/** A revision of a list. '' gives `undefined`. Throws a StatusError (400). */
export function listRevision(text: string): Revision | undefined {
  if (text === '') return undefined;
  if (!wellFormed(text)) throw badRequest(`invalid resource version: ${parseFailure(text)}`);
  return Number(text);
}

/** A revision of a get or a watch; upstream answers a malformed one with 500, which we do not follow. */
export function readRevision(text: string): Revision | undefined {
  if (text === '') return undefined;
  if (!wellFormed(text)) throw badRequest(parseFailure(text));
  return Number(text);
}

/** Resolves once the store has come to `revision`. Throws a StatusError (504) when it does not within three seconds. */
export async function reached({ parts: { store, turns } }: Kit, revision: Revision): Promise<void> {
  if (revision <= store.revision) return;
  await store.sync();
  for (let waited = 0; revision > store.revision; waited += STEP) {
    if (waited >= WAIT) throw tooLarge(revision, store.revision);
    await new Promise<void>((resolve) => turns.after(STEP, resolve));
  }
}

const tooLarge = (revision: Revision, current: Revision) =>
  refusal('Timeout', `Timeout: Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
