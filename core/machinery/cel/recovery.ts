import type { NoWay } from './predict.ts';
import type { Tokens } from './lexer.ts';
import type { Fault } from './source.ts';
import type { Look, Step } from './steps.ts';
import { displayKinds, displayText, type Kind, type Token } from './tokens.ts';

const MOST_FAULTS = 100;
const MOST_RECOVERIES = 30;
const MOST_PASSED = 256;

/** The rule that is at work cannot go on. */
export class Stuck extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** The whole parse cannot go on; what is to be said of it has been said. */
export class Given extends Error {}

const NO_WAY = /^no viable alternative at input '.(true|false|null)'$/;

/** Where a walk along the grammar is: which step, and which rules called the one that is at work, the last innermost. */
export interface Where {
  here: Step;
  readonly callers: Step[];
}

/**
 * Takes tokens for steps. At a fault it does as the original's parser: drops a token or imagines one where this helps,
 * else gives the rule up and passes over what cannot follow it.
 * Upstream: github.com/antlr4-go/antlr/v4/error_strategy.go, parser.go; limits: cel-go/parser/parser.go.
 */
export function tokenWalk(text: string, { tokens, strange }: Tokens, where: Where, faults: Fault[]) {
  const { callers } = where;
  let position = 0;
  let recovering = false;
  let recoveries = 0;
  let lastRecovery: { at: number; places: Set<Step> } | undefined;

  const token = (n: number): Token => tokens[Math.min(position + n - 1, tokens.length - 1)]!;
  const ahead = (n: number): Kind => token(n).kind;
  const consume = (): void => void (position < tokens.length - 1 && position++);
  const matched = (): void => {
    recovering = false;
    lastRecovery = undefined;
  };
  const giveUp = (message: string): never => {
    faults.push({ at: undefined, message });
    throw new Given(message);
  };

  function report(at: number, message: string): void {
    if (faults.length >= MOST_FAULTS) {
      faults.push({ at, message: `Syntax error: More than ${MOST_FAULTS} syntax errors` });
      throw new Given(message);
    }
    const reserved = NO_WAY.exec(message);
    const said = reserved ? `mismatched input '${reserved[1]}' expecting IDENTIFIER` : message;
    faults.push({ at, message: `Syntax error: ${said}` });
  }
  /** What may come, with what may follow the rules that called this one. */
  function expected({ kinds, end }: Look): Set<Kind> {
    const all = new Set(kinds);
    for (let n = callers.length - 1; end && n >= 0; n--) {
      const follow = callers[n]!.next?.look;
      for (const kind of follow?.kinds ?? []) all.add(kind);
      end = follow?.end ?? true;
    }
    if (end) all.add('<EOF>');
    return all;
  }
  function following(): Set<Kind> {
    return new Set(callers.flatMap(({ next }) => [...(next?.look.kinds ?? [])]));
  }
  function mismatch(): Stuck {
    const message = `mismatched input ${displayText(token(1).text)} expecting ${displayKinds(expected(where.here.look))}`;
    return new Stuck(token(1).start, message);
  }
  function textBetween(start: number, end: number): string {
    let between = '';
    for (const gap of strange) {
      if (gap.start < start || gap.end > end) continue;
      between += text.slice(start, gap.start);
      start = gap.end;
    }
    return between + text.slice(start, end);
  }
  function noWay({ at }: NoWay): Stuck {
    const offending = token(at);
    const input = ahead(1) === '<EOF>' ? '<EOF>' : textBetween(token(1).start, offending.end);
    return new Stuck(offending.start, `no viable alternative at input ${displayText(input)}`);
  }
  function reportUnwanted(): void {
    if (recovering) return;
    recovering = true;
    report(
      token(1).start,
      `extraneous input ${displayText(token(1).text)} expecting ${displayKinds(expected(where.here.look))}`,
    );
  }
  /** Whether all is well without the next token, which is then dropped. */
  function dropsToken(): boolean {
    if (!expected(where.here.look).has(ahead(2))) return false;
    reportUnwanted();
    consume();
    matched();
    return true;
  }
  function countRecovery(): void {
    if (recoveries++ < MOST_RECOVERIES) return;
    const message = `error recovery attempt limit exceeded: ${MOST_RECOVERIES}`;
    report(token(1).start, message);
    throw new Given(message);
  }
  function passUntil(kinds: ReadonlySet<Kind>, most: number): void {
    for (let passed = 0; ahead(1) !== '<EOF>' && !kinds.has(ahead(1)); passed++) {
      if (passed >= most) giveUp(`error recovery token lookahead limit exceeded: ${most}`);
      consume();
    }
  }
  function recover(stuck: Stuck): void {
    if (!recovering) {
      recovering = true;
      report(stuck.at, stuck.message);
    }
    countRecovery();
    if (lastRecovery?.at === position && lastRecovery.places.has(where.here)) consume();
    lastRecovery = { at: position, places: (lastRecovery?.places ?? new Set()).add(where.here) };
    passUntil(following(), MOST_PASSED);
  }
  /** Before a choice: is what comes one of what may come? */
  function synchronise(): void {
    const { kinds, end } = where.here.look;
    if (recovering || end || kinds.has(ahead(1))) return;
    if (where.here.is === 'loop') {
      reportUnwanted();
      passUntil(new Set([...expected(where.here.look), ...following()]), Infinity);
    } else if (!dropsToken()) throw mismatch();
  }
  function match(step: Step & { is: 'token' }): Token {
    const found = token(1);
    if (step.kinds.has(found.kind)) {
      matched();
      consume();
      return found;
    }
    countRecovery();
    if (dropsToken()) {
      const wanted = token(1);
      consume();
      return wanted;
    }
    if (!expected(step.next?.look ?? { kinds: new Set(), end: true }).has(found.kind)) throw mismatch();
    if (!recovering) {
      recovering = true;
      report(found.start, `missing ${displayKinds(expected(where.here.look))} at ${displayText(found.text)}`);
    }
    const place = found.kind === '<EOF>' && position > 0 ? tokens[position - 1]! : found;
    return {
      kind: [...step.kinds][0]!,
      text: `<missing ${[...step.kinds][0]!}>`,
      start: place.start,
      end: place.start,
    };
  }

  return { token, ahead, match, synchronise, recover, noWay, giveUp };
}
