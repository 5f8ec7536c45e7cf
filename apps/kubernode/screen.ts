/** Progress for what takes longer than a second: one line that is rewritten on a terminal, one line a step elsewhere. */
export interface Progress {
  /** What is being done now; shown if it is still being done a second later. */
  step(text: string): void;
  done(): void;
}

const SHOWN_AFTER = 1000;

export function progress(): Progress {
  const terminal = process.stderr.isTTY === true;
  let timer: NodeJS.Timeout | undefined;
  let shown = false;
  const clear = () => {
    clearTimeout(timer);
    if (shown && terminal) process.stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    step(text) {
      clear();
      timer = setTimeout(() => {
        shown = true;
        process.stderr.write(terminal ? `${text} ...` : `${text} ...\n`);
      }, SHOWN_AFTER);
    },
    done: clear,
  };
}
