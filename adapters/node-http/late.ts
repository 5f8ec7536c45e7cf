/** Notices what takes too long. Who ends in time costs no timer: all are looked after together, four times in `patience`. */
export interface Late<One extends object> {
  begin(one: One): void;
  end(one: One): void;
  stop(): void;
}

/** Tells `late` of each that has not ended `patience` milliseconds, or up to a quarter more, after it began; once. */
export function lateAfter<One extends object>(patience: number, late: (one: One) => void): Late<One> {
  const begun = new Map<One, number>();
  let round = 0;
  const look = () => {
    round++;
    // They are in the order in which they began.
    for (const [one, at] of begun) {
      if (round - at <= 4) return;
      begun.delete(one);
      late(one);
    }
  };
  const timer = setInterval(look, patience / 4);
  timer.unref();
  return {
    begin: (one) => void begun.set(one, round),
    end: (one) => void begun.delete(one),
    stop: () => clearInterval(timer),
  };
}
