import { isStatusError } from '#core/machinery/status';

/** Nothing can be created in a namespace that is going away; there is no point in telling anybody. */
export const isTerminatingNamespace = (failure: unknown): boolean =>
  isStatusError(failure) &&
  failure.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true;

export const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));
