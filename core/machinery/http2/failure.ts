import { FRAME_SIZE_ERROR, PADDED, PROTOCOL_ERROR } from './frames.ts';

/** The peer broke the rules in a way that ends the connection. */
export class ConnectionFailure extends Error {
  override name = 'ConnectionFailure';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws a ConnectionFailure unless a rule holds. */
export function needs(holds: boolean, code = PROTOCOL_ERROR): void {
  if (!holds) throw new ConnectionFailure(code, 'a frame is wrong');
}

/** The payload of DATA or HEADERS without its padding. */
export function unpadded(flags: number, payload: Uint8Array): Uint8Array {
  if ((flags & PADDED) === 0) return payload;
  needs(payload.length > 0, FRAME_SIZE_ERROR);
  const padding = payload[0]!;
  needs(padding < payload.length);
  return payload.subarray(1, payload.length - padding);
}
