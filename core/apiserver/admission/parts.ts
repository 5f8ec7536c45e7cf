import type { Random, Turns } from '#core/base';
import type { Store } from '#core/store';
import type { Authorizer } from '#core/apiserver';
import type { Stored } from '#core/apiserver/auth';

/** What the plugins look at. */
export interface AdmissionParts {
  readonly store: Store;
  readonly stored: Stored;
  readonly turns: Turns;
  readonly random: Random;
  readonly authorizer: Authorizer;
  readonly gates: { enabled(gate: string): boolean };
}
