import { parseDuration } from '#core/machinery/values';

/** The bounds of one field of a schedule, and the names that stand for its numbers. */
interface Field {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: MONTHS },
  { low: 0, high: 6, names: DAYS },
];
const NAMED = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

class Fault extends Error {}

function whole(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Fault(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = Number(text);
  if (value < 0) throw new Fault(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function numberOf(text: string, { names, low }: Field): number {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? whole(text) : index + low;
}

function checkRange(text: string, field: Field): void {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [from = '', to, ...moreBounds] = range.split('-');
  let low = field.low;
  let high = field.high;
  if (from !== '*' && from !== '?') {
    low = numberOf(from, field);
    if (moreBounds.length > 0) throw new Fault(`too many hyphens: ${text}`);
    high = to === undefined ? low : numberOf(to, field);
  }
  if (moreSteps.length > 0) throw new Fault(`too many slashes: ${text}`);
  const every = step === undefined ? 1 : whole(step);
  if (step !== undefined && to === undefined) high = field.high;
  if (low < field.low) throw new Fault(`beginning of range (${low}) below minimum (${field.low}): ${text}`);
  if (high > field.high) throw new Fault(`end of range (${high}) above maximum (${field.high}): ${text}`);
  if (low > high) throw new Fault(`beginning of range (${low}) beyond end of range (${high}): ${text}`);
  if (every === 0) throw new Fault(`step of range should be a positive number: ${text}`);
}

function checkNamed(schedule: string): void {
  if (NAMED.includes(schedule)) return;
  if (!schedule.startsWith('@every ')) throw new Fault(`unrecognized descriptor: ${schedule}`);
  const duration = schedule.slice('@every '.length);
  if (parseDuration(duration) !== undefined) return;
  throw new Fault(`failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(duration)}`);
}

function check(schedule: string): void {
  const zone = /^(?:CRON_)?TZ=(\S*)(\s|$)/.exec(schedule);
  let rest = schedule;
  if (zone !== null) {
    if (!isTimeZone(zone[1]!)) throw new Fault(`provided bad location ${zone[1]}: unknown time zone ${zone[1]}`);
    rest = schedule.slice(zone[0].length).trim();
  }
  if (rest.startsWith('@')) {
    checkNamed(rest);
    return;
  }
  const fields = rest.split(/\s+/).filter((one) => one !== '');
  if (fields.length !== FIELDS.length) {
    throw new Fault(`expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  for (const [i, text] of fields.entries()) {
    for (const range of text.split(',').filter((one) => one !== '')) checkRange(range, FIELDS[i]!);
  }
}

/** What is wrong with a cron schedule, in the words of the parser that clients know: five fields, or `@hourly` and its like. */
export function scheduleProblem(schedule: string): string | undefined {
  try {
    check(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** Whether the zone is in the time zone database. Names there are told apart by case. */
export function isTimeZone(name: string): boolean {
  if (name === '' || name === 'UTC' || name === 'Local') return true;
  if (/^[+-]/.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
