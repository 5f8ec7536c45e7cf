/** What Go says of a text that is no time: which part of the layout it could not read. Upstream: Go's time/format.go. */

interface Part {
  readonly layout: string;
  readonly pattern: RegExp;
  readonly range?: readonly [name: string, lowest: number, highest: number];
}

const digits = (layout: string, name: string, lowest: number, highest: number): Part => ({
  layout,
  pattern: /^\d\d/,
  range: [name, lowest, highest],
});
const sign = (layout: string): Part => ({ layout, pattern: new RegExp(`^${layout}`) });
const DATE: readonly Part[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  sign('-'),
  digits('01', 'month', 1, 12),
  sign('-'),
  digits('02', 'day', 1, 31),
  sign('T'),
  digits('15', 'hour', 0, 23),
  sign(':'),
  digits('04', 'minute', 0, 59),
  sign(':'),
  digits('05', 'second', 0, 59),
];
const ZONE: Part = { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d\d:\d\d)/ };
const TIME: readonly Part[] = [...DATE, { layout: '', pattern: /^(?:[.,]\d+)?/ }, ZONE];
const MICRO: readonly Part[] = [...DATE, { layout: '.000000', pattern: /^[.,]\d{6}(?!\d)/ }, ZONE];

/** The message for `text`, read as a time or as a time with microseconds. */
export function timeProblem(text: string, micro: boolean): string {
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
  const quoted = JSON.stringify(text);
  let rest = text;
  for (const part of micro ? MICRO : TIME) {
    const found = part.pattern.exec(rest)?.[0];
    if (found === undefined)
      return `parsing time ${quoted} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part.layout)}`;
    if (part.range !== undefined && (Number(found) < part.range[1] || Number(found) > part.range[2]))
      return `parsing time ${quoted}: ${part.range[0]} out of range`;
    rest = rest.slice(found.length);
  }
  return rest === ''
    ? `parsing time ${quoted}: day out of range`
    : `parsing time ${quoted}: extra text: ${JSON.stringify(rest)}`;
}
