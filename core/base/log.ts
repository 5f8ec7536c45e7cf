/** What a log line may carry besides its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a component reports what it does. A message is a constant text; what varies stands in the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields too. */
  with(fields: LogFields): Log;
}

/** Says nothing: for tests, and for parts whose owner does not want to hear of them. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
};
