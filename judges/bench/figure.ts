import type { Side } from './sides.ts';

/** One measurement of one side. */
export interface Sample {
  /** What the figure counts, in its unit. */
  readonly value: number;
  /** Processor seconds of the side's processes for 1,000 operations; absent where it makes no sense. */
  readonly cpu?: number;
  /** Milliseconds. */
  readonly p50?: number;
  readonly p99?: number;
  /** What must be known to read the figure. */
  readonly note?: string;
}

/** Something that is measured on both sides in turn. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Whether more is better, as operations a second are. */
  readonly more: boolean;
  /** How often less than others it is measured in a full run, since it takes long. */
  readonly once?: boolean;
  /** `round` counts from 0: objects of different rounds have different names. */
  measure(side: Side, round: number): Promise<Sample>;
}

/** Figures that share what was prepared for them. */
export interface Suite {
  readonly name: string;
  readonly beside: 'api' | 'all' | 'own';
  prepare?(side: Side): Promise<void>;
  readonly figures: readonly Figure[];
}

export interface Size {
  /** Divides counts; 1 for a full run. */
  readonly less: number;
}
