import type { History, List, Read, Seen, Watched, Write } from './history.ts';

/** A history while it grows. */
export interface Recording extends History {
  readonly writes: Write[];
  readonly reads: Read[];
  readonly lists: List[];
  readonly watches: Watched[];
  /** Answers that no client should ever get, as sentences. */
  readonly strange: string[];
}

export const newRecording = (): Recording => ({ writes: [], reads: [], lists: [], watches: [], strange: [] });

export const NAMESPACE = 'robustness';
export const COLLECTION = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

interface ConfigMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: { readonly value?: string };
}

export const nameOf = (object: unknown): string => (object as ConfigMap).metadata.name;

/** What an answer shows of an object. */
export function seenIn(object: unknown): Seen {
  const { metadata, data } = object as ConfigMap;
  return { revision: Number(metadata.resourceVersion), value: data?.value ?? '' };
}

export function listIn(body: unknown): Pick<List, 'revision' | 'items'> {
  const { metadata, items } = body as {
    readonly metadata: { readonly resourceVersion: string };
    readonly items: readonly unknown[];
  };
  return {
    revision: Number(metadata.resourceVersion),
    items: new Map(items.map((item) => [nameOf(item), seenIn(item)])),
  };
}
