import { hex, lossyTextOf } from '#core/base';
import type { ObjectSchema } from '#core/machinery/schema';
import { badRequest, type StatusError } from '#core/machinery/status';

/** The kind that is expected. */
export interface Expected {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: ObjectSchema;
  /** The kind is known under every group and version (DeleteOptions). */
  readonly anyGroup?: boolean;
  /** Older versions that are taken as well, being alike. */
  readonly also?: readonly string[];
}

/** How a refusal begins of what was read, but cannot be that. */
export const cannotBeHandled = ({ version, kind }: Expected, given = kind): string =>
  `${given} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`;

/** Bytes of which not even the kind can be read. */
export const unrecognized = (expected: Expected, why: string, bytes: Uint8Array): StatusError =>
  badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summary(bytes)})`);

const SUMMARY = 30;

function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const cut = bytes.subarray(0, SUMMARY);
  return (bytes[0] === 0x7b ? lossyTextOf(cut) : hex(cut)) + (bytes.length > SUMMARY ? ' ...' : '');
}
