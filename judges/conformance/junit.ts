/** What a JUnit report says of one test that was run. */
export interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** The first line of why it failed. */
  readonly message: string;
  /** The run's limit ended it. */
  readonly cutOff: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (text: string) =>
  text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([0-9a-f]+));/gi,
    (_, name: string | undefined, decimal: string | undefined, hex: string | undefined) =>
      name === undefined
        ? String.fromCodePoint(Number.parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10))
        : ENTITIES[name.toLowerCase()]!,
  );

/** The tests of a report of ginkgo's, those skipped left out. Its names begin with the kind of node: `[It] [sig-...`. */
export function resultsOf(xml: string): readonly Result[] {
  const results: Result[] = [];
  for (const [, head, body = ''] of xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const attribute = (name: string) => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(head!)?.[1] ?? '');
    const status = attribute('status');
    if (status === 'skipped' || body.includes('<skipped')) continue;
    // The attribute that is meant for it stays empty by e2e.test's wish.
    const failure = /<(?:failure|error)[^>]*>([\s\S]*?)</.exec(body)?.[1] ?? '';
    results.push({
      // Labels follow the name, some of them repeated in brackets that are not part of it.
      name: attribute('name')
        .replace(/^\[It\] /, '')
        .replace(/(\[Conformance\]).*$/, '$1'),
      passed: status === 'passed',
      seconds: Number(attribute('time')),
      message: firstLines(plain(failure)),
      cutOff: status === 'interrupted' || body.includes('A suite timeout occurred'),
    });
  }
  return results;
}

/** What a test that the limit ended says that it was doing. */
const ENDED = 'the timedout node before it exited:';

/** What is said before the place in the source; a bare `Expected` says little without what follows it. */
const firstLines = (text: string): string =>
  text
    .split(ENDED)
    .at(-1)!
    .trim()
    .split(/\n\s*In \[/)[0]!
    .replace(/^\[\w+\] /, '')
    .trim()
    .split('\n', 4)
    .map((line) => line.trim())
    .join(' ');
