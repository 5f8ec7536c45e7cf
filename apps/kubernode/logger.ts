import type { Log, LogFields } from '#core/base';

/** Lines as `2026-03-01T12:00:00.000Z INFO message key=value`, to standard error. */
export function lineLog(level: 'debug' | 'info', fields: LogFields = {}): Log {
  const write = (name: string, message: string, more: LogFields = {}) => {
    let line = `${new Date().toISOString()} ${name.padEnd(5)} ${message}`;
    for (const [key, value] of Object.entries({ ...fields, ...more })) line += ` ${key}=${textOf(value)}`;
    process.stderr.write(`${line}\n`);
  };
  return {
    debug: (message, more) => level === 'debug' && write('DEBUG', message, more),
    info: (message, more) => write('INFO', message, more),
    warn: (message, more) => write('WARN', message, more),
    error: (message, more) => write('ERROR', message, more),
    with: (more) => lineLog(level, { ...fields, ...more }),
  };
}

function textOf(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return /^[^\s"]+$/.test(text) ? text : JSON.stringify(text);
}
