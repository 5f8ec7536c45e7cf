import { needs } from './failure.ts';
import * as h2 from './frames.ts';

export interface Setting {
  readonly which: number;
  readonly value: number;
}

/** What a peer's SETTINGS ask for, in their order. Throws a ConnectionFailure where a value may not be. RFC 9113, section 6.5. */
export function settingsIn(payload: Uint8Array): readonly Setting[] {
  needs(payload.length % 6 === 0, h2.FRAME_SIZE_ERROR);
  const settings: Setting[] = [];
  for (let at = 0; at < payload.length; at += 6) {
    const which = (payload[at]! << 8) | payload[at + 1]!;
    const value = h2.number32(payload, at + 2);
    if (which === h2.ENABLE_PUSH) needs(value <= 1);
    if (which === h2.MAX_FRAME_SIZE) needs(value >= h2.FRAME && value < 2 ** 24);
    if (which === h2.INITIAL_WINDOW_SIZE) needs(value <= h2.LARGEST_WINDOW, h2.FLOW_CONTROL_ERROR);
    settings.push({ which, value });
  }
  return settings;
}
